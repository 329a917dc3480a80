package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Expected.unknown;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.HttpFront.Told;
import tech.kyotu.groundwork.testing.VaultExport;

/** What Vault and what stands before it can answer, and what a Project shows of it. */
class VaultTroubleIT extends InTrouble {
  private static final String POLICY = "groundwork-operator";

  private int number;

  VaultTroubleIT() {
    super("trouble-vault", Map.of("groundwork.retry.longest", "PT10S"));
  }

  /** What stands before Vault and does not let a request pass. */
  record BeforeVault(String name, Consumer<HttpFront> trouble, Expected shown) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static BeforeVault told(String name, Told told, Expected shown) {
    return new BeforeVault(name, front -> front.answers(it -> true, told), shown);
  }

  static Stream<BeforeVault> beforeVault() {
    Expected away = unknown("RemoteUnavailable", VAULT).saying("Vault ", " since ");
    String errors = "{\"errors\":[]}";
    return Stream.of(
        told(
            "403",
            Told.json(403, "{\"errors\":[\"permission denied\"]}"),
            stalled("AccessDenied", VAULT)
                .saying("Vault refused to ", "(403). Add the operator's policy from the security")
                .saying("guide to its Vault role.", "Next try ")),
        told(
            "429",
            Told.limited(Duration.ofSeconds(3)),
            unknown("RateLimited", VAULT).saying("Vault asked to wait (429)")),
        told(
            "307",
            new Told(307, "text/plain", "", Map.of("Location", "http://127.0.0.1:1/v1/sys/health")),
            away.saying("points elsewhere (307); set the active address in vault.address")),
        told("412", Told.json(412, errors), away.saying("has not replicated its state yet (412)")),
        told(
            "472",
            Told.json(472, errors),
            away.saying("is a standby (472); set the active address in vault.address")),
        told(
            "473",
            Told.json(473, errors),
            away.saying("is a standby (473); set the active address in vault.address")),
        told("500", Told.json(500, errors), away.saying("(500)")),
        told("502", Told.page(502), away.saying("(502)")),
        told("a page", Told.page(200), away.saying("check vault.address")),
        told("a page that says 404", Told.page(404), away.saying("check vault.address")),
        new BeforeVault(
            "cut", front -> front.cuts(it -> true), away.saying("Vault does not answer at ")),
        new BeforeVault(
            "silence", front -> front.keeps(it -> true), away.saying("Vault does not answer at ")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("beforeVault")
  void aProjectShowsWhatStandsBeforeVaultAndTheOtherStepsGoOn(BeforeVault row) {
    String troubled = "vault" + ++number;
    VaultExport before = VaultExport.of(at.vault());
    row.trouble().accept(vault);
    at.create(troubled);
    at.awaitShown(
        troubled,
        row.shown().besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO).saying("5 of 6 in place."));
    assertThat(vault.struck()).isPositive();
    assertThat(VaultExport.of(at.vault()).changedSince(before)).isEmpty();

    vault.heals();
    at.awaitReady(troubled, SOON);
    at.assertNothingLostOrDoubled(troubled);
    assertThat(VaultExport.of(at.vault()).changedSince(before))
        .as("all that is new is of this Project")
        .hasSize(8)
        .allMatch(thing -> thing.contains(troubled));
  }

  @Test
  void aSealedVaultIsWaitedFor() {
    at.vault().seal();
    at.create("sealed");
    at.awaitShown(
        "sealed",
        unknown("RemoteUnavailable", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault is sealed", "(503)", " since ", "5 of 6 in place."));

    at.vault().unseal();
    at.awaitReady("sealed", SOON);
    at.assertNothingLostOrDoubled("sealed");
  }

  @Test
  void aPolicyThatMayNotBeWrittenIsNamedAndOtherProjectsDoNotSuffer() {
    String before =
        at.vault().root().read("sys/policies/acl/" + POLICY).data().path("policy").asText();
    at.vault()
        .policy(
            POLICY,
            before
                + "\n"
                + "path \"sys/policies/acl/project-denied-dev-access\" { capabilities = [\"deny\"]"
                + " }\n");
    at.create("denied");
    at.awaitShown(
        "denied",
        stalled("AccessDenied", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault refused to ", "project-denied-dev-access (403).")
            .saying("Add the operator's policy from the security guide to its Vault role.")
            .saying("Next try ", "5 of 6 in place."));
    at.create("allowed");
    at.awaitReady("allowed", SOON);

    at.vault().policy(POLICY, before);
    at.awaitReady("denied", SOON);
    at.assertNothingLostOrDoubled("denied", "allowed");
  }

  @Test
  void aLoginMethodOfPeopleThatIsNotMountedIsNamed() {
    assertThat(at.vault().root().delete("sys/auth/oidc").status()).isEqualTo(204);
    at.create("unmounted");
    at.awaitShown(
        "unmounted",
        stalled("PrerequisiteMissing", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault has no auth method at oidc/. Mount it, or set vault.oidc-mount.")
            .saying("Next try ", "5 of 6 in place."));

    Map<String, String> jwt = Map.of("type", "jwt");
    assertThat(at.vault().root().write("sys/auth/oidc", jwt).status()).isEqualTo(204);
    at.awaitReady("unmounted", SOON);
    at.assertNothingLostOrDoubled("unmounted");
  }
}

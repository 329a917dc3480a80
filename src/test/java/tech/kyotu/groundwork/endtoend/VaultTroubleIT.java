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
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.testing.HttpFront.Told;

/** What Vault and what stands before it can answer, and what a Project shows of it. */
class VaultTroubleIT extends InTrouble {
  private static final String POLICY = "groundwork-operator";

  private int number;

  VaultTroubleIT() {
    super("trouble-vault", Map.of("groundwork.retry.longest", "PT10S"));
  }

  /** Answers in place of Vault's; nothing breaks the connection. */
  record OfVault(String name, Optional<Told> told, Expected shown) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<OfVault> ofVault() {
    Expected away = unknown("RemoteUnavailable", VAULT).saying("Vault ", " since ");
    return Stream.of(
        new OfVault(
            "403",
            Optional.of(Told.json(403, "{\"errors\":[\"permission denied\"]}")),
            stalled("AccessDenied", VAULT)
                .saying("Vault refused to ", "(403). Add the operator's policy from the security")
                .saying("guide to its Vault role.", "Next try ")),
        new OfVault(
            "429",
            Optional.of(Told.limited(Duration.ofSeconds(3))),
            unknown("RateLimited", VAULT).saying("Vault asked to wait (429)")),
        new OfVault("500", Optional.of(Told.json(500, "{\"errors\":[]}")), away.saying("(500)")),
        new OfVault("502", Optional.of(Told.page(502)), away.saying("(502)")),
        new OfVault("a page", Optional.of(Told.page(200)), away.saying("check vault.address")),
        new OfVault(
            "a page that says 404",
            Optional.of(Told.page(404)),
            away.saying("check vault.address")),
        new OfVault("cut", Optional.empty(), away.saying("Vault does not answer")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofVault")
  void aProjectShowsWhatVaultAnswersAndTheOtherStepsGoOn(OfVault row) {
    String troubled = "vault" + ++number;
    row.told()
        .ifPresentOrElse(told -> vault.answers(it -> true, told), () -> vault.cuts(it -> true));
    at.create(troubled);
    at.awaitShown(
        troubled,
        row.shown().besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO).saying("5 of 6 in place."));
    assertThat(vault.struck()).isPositive();

    vault.heals();
    at.awaitReady(troubled, SOON);
    at.assertNothingLostOrDoubled(troubled);
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

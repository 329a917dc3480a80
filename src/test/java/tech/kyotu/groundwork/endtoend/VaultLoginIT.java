package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Expected.unknown;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.VaultExport;
import tech.kyotu.groundwork.testing.VaultRequests;
import tech.kyotu.groundwork.testing.VaultServer;
import tech.kyotu.groundwork.vault.OperatorPolicy;

/**
 * The operator logs in to Vault by its own ServiceAccount, as where it is installed; its tokens
 * live for seconds here. Nobody has to do anything, whatever becomes of them.
 */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VaultLoginIT {
  private static final String RENEW = "auth/token/renew-self";
  private static final String LOGIN = "auth/kubernetes/login";

  private World world;
  private VaultServer vault;
  private Path jwt;
  private Installation at;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world = World.start(Wishes.in("trouble-vault-login").withAuditLog());
    vault = VaultServer.startOnDisk();
    vault.enableKubernetesAuth(world.cluster());
    vault.policy("groundwork-operator", OperatorPolicy.rendered("secret", "kubernetes", 2));
    Map<String, ?> role =
        Map.of(
            "bound_service_account_names",
            List.of("groundwork"),
            "bound_service_account_namespaces",
            List.of("groundwork-system"),
            "audience",
            "vault",
            "token_policies",
            List.of("groundwork-operator"),
            "token_ttl",
            "10s",
            "token_max_ttl",
            "30s");
    assertThat(vault.root().write("auth/kubernetes/role/groundwork", role).status()).isEqualTo(204);
    jwt = world.operatorKubeconfig().resolveSibling("operator-jwt");
    Installation.swap(jwt, operatorToken());
    at =
        Installation.in(
            world,
            Map.of(
                "groundwork.vault.address", vault.url(),
                "groundwork.vault.token-file", "",
                "groundwork.vault.jwt-file", jwt.toString(),
                "groundwork.vault.sweep-interval", "PT1S",
                "groundwork.retry.longest", "PT5S"));
    // From now on each sweep asks for something.
    at.settle("first");
  }

  @AfterAll
  void end() {
    try (World last = world;
        VaultServer beforeIt = vault) {
      at.close();
    }
  }

  @AfterEach
  void heal() {
    Installation.swap(jwt, operatorToken());
    vault.startAgain();
    vault.unseal();
  }

  private String operatorToken() {
    return world.cluster().tokenFor("groundwork-system", "groundwork", "vault");
  }

  @Test
  void itRenewsItsTokenAndLogsInAnewBeforeTheLongestLifeOfOne() {
    long mark = vault.requests().mark();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(ways(mark)).filteredOn(LOGIN::equals).hasSizeGreaterThan(1));
    at.settle("renewed");

    List<String> ways = ways(mark);
    assertThat(ways.subList(ways.indexOf(LOGIN), ways.lastIndexOf(LOGIN)))
        .as("between two logins")
        .contains(RENEW);
    assertThat(vault.requests().since(mark))
        .extracting(VaultRequests.Request::caller)
        .contains("kubernetes-groundwork-system-groundwork");
  }

  @Test
  void aTokenThatVaultEndedIsReplacedUnseen() {
    endAllTokens();
    at.settle("ended");
    at.assertNothingLostOrDoubled("ended");
  }

  @Test
  void aLoginThatIsRefusedIsNamedAndEndsWithItsCause() {
    // What pods hold for the API server is not for Vault, as what has expired is for nobody.
    Installation.swap(jwt, world.cluster().apiTokenFor("groundwork-system", "groundwork"));
    endAllTokens();
    at.create("refused");
    at.awaitShown(
        "refused",
        stalled("AccessDenied", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault refused the login at auth/kubernetes/login by role groundwork (403).")
            .saying("Bind that role to the operator's ServiceAccount and audience vault."));

    Installation.swap(jwt, operatorToken());
    at.awaitReady("refused", SOON);
    at.assertNothingLostOrDoubled("refused");
  }

  @Test
  void aVaultThatIsSealedIsWaitedForAndLoggedInToAgain() {
    VaultExport before = VaultExport.of(vault);
    vault.seal();
    at.create("sealed");
    at.awaitShown(
        "sealed",
        unknown("RemoteUnavailable", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault is sealed or away (503)", " since ", "5 of 6 in place."));

    vault.unseal();
    at.awaitReady("sealed", SOON);
    assertOnlyNew("sealed", before);
  }

  @Test
  void aVaultThatIsStartedAgainIsWaitedForUntilItIsOpen() {
    VaultExport before = VaultExport.of(vault);
    vault.stop();
    at.create("restarted");
    at.awaitShown(
        "restarted",
        unknown("RemoteUnavailable", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault does not answer at ", " since ", "5 of 6 in place."));
    // As after every start, it is sealed until somebody opens it.
    vault.startAgain();
    assertThat(vault.root().read("sys/seal-status").body().path("sealed").asBoolean()).isTrue();
    vault.unseal();
    at.awaitReady("restarted", SOON);
    assertOnlyNew("restarted", before);
  }

  @Test
  void whatIsTakenAwayByHandIsPutBackByTheNextSweep() {
    at.settle("swept");
    VaultExport before = VaultExport.of(vault);
    List<String> things =
        List.of(
            "auth/kubernetes/role/project-swept-dev",
            "identity/group/name/project-swept-dev",
            "sys/policies/acl/project-swept-dev-access",
            "sys/policies/acl/project-swept-dev-read");
    things.forEach(thing -> assertThat(vault.root().delete(thing).status()).isEqualTo(204));

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(VaultExport.of(vault).changedSince(before))
                    // A group that is made anew has another id and another time.
                    .containsExactly("group project-swept-dev"));
    at.awaitEvents("swept", "Normal DriftRepaired");
    at.awaitReady("swept", SOON);
  }

  private void endAllTokens() {
    String path = "sys/leases/revoke-prefix/auth/kubernetes/login";
    assertThat(vault.root().write(path, Map.of()).status()).isEqualTo(204);
  }

  /** How the operator came to its tokens since then. */
  private List<String> ways(long mark) {
    return vault.requests().since(mark).stream()
        .map(VaultRequests.Request::path)
        .filter(path -> path.equals(RENEW) || path.equals(LOGIN))
        .toList();
  }

  private void assertOnlyNew(String projectId, VaultExport before) {
    at.assertNothingLostOrDoubled(projectId);
    assertThat(VaultExport.of(vault).changedSince(before))
        .hasSize(8)
        .allMatch(thing -> thing.contains(projectId));
  }
}

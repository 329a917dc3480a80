package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.HttpFront.Told;

/**
 * What was refused is tried again at once when its credential is another one, or when somebody
 * asks: here the slow retry is longer than any test.
 */
class AtOnceIT extends InTrouble {
  private static final String VAULT_POLICY = "groundwork-operator";
  private static final Duration AT_ONCE = Duration.ofMinutes(1);

  AtOnceIT() {
    super("trouble-at-once", Map.of("groundwork.retry.rejected", "PT10M"));
  }

  @AfterEach
  @Override
  void heal() {
    super.heal();
    // The lanes of the repositories are shared: none may still wait for its slow retry.
    GitServer server = at.world().git();
    at.replaceCredential("git.flux.credential-file", server.username() + ":" + server.token());
  }

  @Test
  void aNewTokenForGitLab() {
    at.create("oldgitlab");
    at.awaitReady("oldgitlab", AT_ONCE);
    gitlab.history().stream()
        .filter(it -> it.caller().equals(GITLAB_USER))
        .map(HistoryEntry::tokenId)
        .distinct()
        .forEach(gitlab::revokeToken);
    at.create("newgitlab");
    at.awaitShown(
        "newgitlab",
        stalled("AccessDenied", GROUP)
            .besides(NAMESPACE, VAULT, FLUX, ARGO)
            .saying("GitLab refused to ", "(401). Give the operator's token scope api and role"));

    at.replaceCredential("gitlab.token-file", gitlab.addPersonalToken(GITLAB_USER, "api").value());
    at.awaitReady("newgitlab", AT_ONCE);
    at.assertNothingLostOrDoubled("newgitlab");
  }

  @Test
  void aNewTokenForTheRepositories() {
    String password = UUID.randomUUID().toString();
    at.world().git().token(password);
    at.create("newgit");
    at.awaitShown(
        "newgit",
        stalled("AccessDenied", FLUX)
            .besides(NAMESPACE, GROUP, REGISTRY, VAULT)
            .saying("The Flux repository refused the operator's login (401)."));

    at.replaceCredential("git.flux.credential-file", at.world().git().username() + ":" + password);
    at.awaitReady("newgit", AT_ONCE);
    at.assertNothingLostOrDoubled("newgit");
  }

  @Test
  void aNewTokenForVault() {
    String old = Installation.read(at.credential("vault.token-file"));
    assertThat(at.vault().root().write("auth/token/revoke", Map.of("token", old)).status())
        .isEqualTo(204);
    at.create("newvault");
    at.awaitShown(
        "newvault",
        stalled("AccessDenied", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault refused to ", "(403). Add the operator's policy from the security"));

    at.replaceCredential("vault.token-file", at.vault().createToken(VAULT_POLICY));
    at.awaitReady("newvault", AT_ONCE);
    at.assertNothingLostOrDoubled("newvault");
  }

  @Test
  void aRequestAfterGitLabRefused() {
    long group = gitlab.addGroup(World.PARENT_GROUP + "/askgitlab", GITLAB_USER);
    gitlab.arm(
        Fault.on("POST", "/groups/" + group + "/access_tokens")
            .always()
            .replies(403, "application/json", "{\"message\":\"403\"}"));
    at.create("askgitlab");
    at.awaitShown("askgitlab", stalled("AccessDenied", REGISTRY));

    gitlab.disarm();
    asked("askgitlab");
  }

  @Test
  void aRequestAfterAHookRefused() {
    HostedRepository deployment = at.world().deployment();
    deployment
        .faults()
        .judge(
            push ->
                deployment.changedPaths(push.oldId(), push.newId()).toString().contains("askhook")
                    ? Optional.of("protected branch")
                    : Optional.empty());
    at.create("askhook");
    at.awaitShown("askhook", stalled("PushRejected", ARGO));

    deployment.faults().judge(push -> Optional.empty());
    asked("askhook");
  }

  @Test
  void aRequestAfterTheRepositoryWasClosed() {
    git.answers(it -> it.path().startsWith("/flux.git"), Told.page(403));
    at.create("askgit");
    at.awaitShown("askgit", stalled("AccessDenied", FLUX));

    git.heals();
    asked("askgit");
  }

  @Test
  void aRequestAfterVaultRefused() {
    String before =
        at.vault().root().read("sys/policies/acl/" + VAULT_POLICY).data().path("policy").asText();
    String deny = "path \"sys/policies/acl/project-askvault*\" { capabilities = [\"deny\"] }";
    at.vault().policy(VAULT_POLICY, before + "\n" + deny + "\n");
    at.create("askvault");
    at.awaitShown("askvault", stalled("AccessDenied", VAULT));

    at.vault().policy(VAULT_POLICY, before);
    asked("askvault");
  }

  @Test
  void aRequestAfterTheClusterRefused() {
    var namespace = new NamespaceBuilder().withNewMetadata().withName("askcluster-dev");
    var foreign =
        namespace.withLabels(Map.of("app.kubernetes.io/managed-by", "Helm")).endMetadata().build();
    var unused = at.admin().resource(foreign).create();
    at.create(dev("askcluster"));
    at.awaitShown(
        "askcluster",
        stalled("OwnershipConflict", NAMESPACE)
            .saying("Namespace askcluster-dev is managed by Helm. Take it out there, or annotate"));

    at.admin()
        .resource(foreign)
        .edit(
            it -> {
              it.getMetadata().getLabels().remove("app.kubernetes.io/managed-by");
              return it;
            });
    asked("askcluster");
  }

  private void asked(String projectId) {
    at.requestReconcile(projectId);
    at.awaitReady(projectId, AT_ONCE);
    at.assertNothingLostOrDoubled(projectId);
  }
}

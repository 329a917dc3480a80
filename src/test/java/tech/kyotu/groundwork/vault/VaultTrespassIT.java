package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultClient;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * What a real Vault answers to whoever holds the operator's identity, or a pod's, and reaches for
 * more: 403, each time. Had a rule let one of them through, Vault would answer something else.
 */
@ParameterizedClass(name = "key/value version {0}")
@ValueSource(ints = {1, 2})
@ExtendWith(SharedServers.class)
class VaultTrespassIT {
  private static final int DENIED = 403;

  private final int version;
  private final VaultServer server;
  private final ControlPlane pods;
  private final FakeCluster cluster = new FakeCluster();
  private final String id = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final String name = id + "-dev";
  private final Project project = aProject(id).in(DEV).ownedBy(id + "@example.org").build();
  private final Map<String, Integer> answers = new TreeMap<>();
  private @TempDir Path files;

  VaultTrespassIT(int version, VaultServer server, ControlPlane pods) {
    this.version = version;
    this.server = server;
    this.pods = pods;
  }

  private RealVault real(Map<String, String> further) {
    return RealVault.withOperator(server, pods, files, version, further);
  }

  /** A step with the shipped policy, and its Project in place. */
  private VaultPass settled(RealVault real) {
    VaultPass pass = new VaultPass(Optional.of(real.vault()), cluster, real.settings());
    cluster.with(project).withNamespaceOf(project);
    RealVault.account(pods, name, "vault-reader");
    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
    real.keepSecret(name + "/db");
    return pass;
  }

  @Test
  void theOperatorDoesAllThatItsWorkNeeds() {
    VaultPass pass = settled(real(Map.of()));
    Project going =
        aProject(id)
            .in(DEV)
            .ownedBy(id + "@example.org")
            .destroyingItsSecrets()
            .beingDeleted()
            .build();

    StepResult result = pass.release(going);

    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(VaultPass.told(result)).hasSize(7);
  }

  @Test
  void theOperatorWritesNoPolicyOfOthers() {
    server.policy("theirs", "path \"theirs\" { capabilities = [\"read\"] }");
    VaultClient operator = real(Map.of()).asOperator(pods);
    Map<String, String> all = Map.of("policy", "path \"*\" { capabilities = [\"sudo\"] }");
    for (String policy :
        List.of("theirs", "new-" + id, "default", "project", "projects-" + id, "groundwork-kv1")) {
      reads(operator, "sys/policies/acl/" + policy);
      writes(operator, "sys/policies/acl/" + policy, all);
      deletes(operator, "sys/policies/acl/" + policy);
    }
    // The same objects by the path of older versions, and other kinds of policies.
    writes(operator, "sys/policy/project-" + name + "-access", all);
    lists(operator, "sys/policy");
    lists(operator, "sys/policies/password");
    writes(operator, "sys/policies/password/project-" + id, all);
    assertAllDenied();
  }

  @Test
  void theOperatorReadsAndWritesNoSecret() {
    RealVault real = real(Map.of());
    real.keepSecret(name + "/db");
    VaultClient operator = real.asOperator(pods);
    Map<String, ?> value = Map.of("data", Map.of("value", "theirs"));
    String mount = real.settings().mount();

    for (String secret : List.of(name + "/db", "groundwork/other", "groundwork/owners2/x")) {
      reads(operator, real.valuePath(secret));
      writes(operator, real.valuePath(secret), value);
    }
    writes(operator, real.valuePath(name + "/new"), value);
    if (version == 2) {
      deletes(operator, real.valuePath(name + "/db"));
      reads(operator, mount + "/subkeys/" + name + "/db");
      reads(operator, mount + "/metadata/" + name + "/db");
      writes(operator, mount + "/metadata/" + name + "/db", Map.of("max_versions", 1));
      for (String how : List.of("delete", "undelete", "destroy")) {
        writes(operator, mount + "/" + how + "/" + name + "/db", Map.of("versions", List.of(1)));
      }
      reads(operator, real.valuePath("groundwork/owners/" + name));
      reads(operator, mount + "/config");
      writes(operator, mount + "/config", Map.of("max_versions", 1));
    }
    reads(operator, (version == 2 ? "kv1/" : "secret/data/") + "theirs");
    lists(operator, version == 2 ? "kv1" : "secret/metadata");
    reads(operator, "sys/raw/logical");
    assertAllDenied();
  }

  @Test
  void theOperatorMakesNoTokenAndMountsNothing() {
    VaultClient operator = real(Map.of()).asOperator(pods);
    Map<String, ?> root = Map.of("policies", List.of("root"));
    for (String path :
        List.of("create", "create-orphan", "roles/x", "create/x", "revoke-orphan", "tidy")) {
      writes(operator, "auth/token/" + path, root);
    }
    writes(operator, "auth/token/lookup", Map.of("token", server.rootToken()));
    writes(operator, "auth/token/revoke", Map.of("token", server.rootToken()));
    lists(operator, "auth/token/accessors");
    Map<String, ?> engine = Map.of("type", "kv");
    writes(operator, "sys/mounts/mine", engine);
    writes(operator, "sys/mounts/secret/tune", engine);
    reads(operator, "sys/mounts");
    deletes(operator, "sys/mounts/kv1");
    writes(operator, "sys/auth/mine", engine);
    deletes(operator, "sys/auth/oidc");
    writes(operator, "sys/remount", Map.of("from", "kv1", "to", "mine"));
    writes(operator, "sys/audit/mine", Map.of("type", "file"));
    deletes(operator, "sys/audit/file");
    writes(operator, "sys/leases/revoke-prefix/auth/kubernetes", Map.of());
    writes(operator, "sys/seal", Map.of());
    reads(operator, "sys/config/cors");
    assertAllDenied();
    assertThat(server.root().read("sys/seal-status").body().path("sealed").asBoolean()).isFalse();
  }

  @Test
  void theOperatorReachesNoRoleAndNoIdentityOfOthers() {
    Map<String, ?> theirs = Map.of("name", id, "type", "external", "policies", List.of("theirs"));
    String group = server.root().write("identity/group", theirs).data().path("id").asText();
    String person = "identity/entity/name/" + id;
    server.root().write(person, Map.of());
    String entity = server.root().read(person).data().path("id").asText();
    VaultClient operator = real(Map.of()).asOperator(pods);
    Map<String, ?> mine = Map.of("policies", List.of("root"), "token_policies", List.of("root"));

    for (String path :
        List.of(
            "auth/kubernetes/role/" + id,
            "auth/kubernetes/role/groundwork-secret",
            "auth/kubernetes/config",
            "auth/oidc/role/person",
            "auth/oidc/config",
            "identity/group/name/" + id,
            "identity/group/name/projects",
            "identity/entity/name/" + id,
            "identity/entity/id/" + entity)) {
      reads(operator, path);
      writes(operator, path, mine);
    }
    deletes(operator, "auth/kubernetes/role/groundwork-secret");
    deletes(operator, "auth/oidc/role/person");
    deletes(operator, "identity/group/name/" + id);
    deletes(operator, "identity/entity/id/" + entity);
    // There the body names the target.
    writes(operator, "identity/group", Map.of("id", group, "policies", List.of("root")));
    writes(operator, "identity/group/id/" + group, mine);
    deletes(operator, "identity/group/id/" + group);
    deletes(operator, "identity/group-alias/id/x");
    writes(operator, "identity/entity", mine);
    writes(operator, "identity/entity-alias", mine);
    writes(operator, "identity/entity/merge", mine);
    writes(operator, "identity/lookup/entity", Map.of("id", entity));
    lists(operator, "identity/entity/id");
    assertAllDenied();
  }

  @Test
  void aPodWritesItsOwnFolderIfTheSettingsSaySoAndNothingBeside() {
    RealVault real = real(Map.of("vault.pods-write", "true"));
    settled(real);
    VaultClient pod = server.as(podToken());

    int done = version == 2 ? 200 : 204;
    assertThat(pod.write(real.valuePath(name + "/own"), value()).status()).isEqualTo(done);
    assertThat(pod.write(real.valuePath(name + "/db"), value()).status()).isEqualTo(done);
    assertThat(valueAt(real, name + "/own")).isEqualTo("a pod's");
    assertThat(valueAt(real, name + "/db")).isEqualTo("a pod's");
    trespass(real, pod);
    deletes(pod, real.valuePath(name + "/db"));
    assertAllDenied();
  }

  @Test
  void aPodReadsItsOwnFolderOnly() {
    RealVault real = real(Map.of());
    settled(real);
    VaultClient pod = server.as(podToken());

    assertThat(pod.read(real.valuePath(name + "/db")).status()).isEqualTo(200);
    writes(pod, real.valuePath(name + "/db"), value());
    writes(pod, real.valuePath(name + "/own"), value());
    trespass(real, pod);
    assertAllDenied();
  }

  @Test
  void aTokenFromBeforeTheDeletionIsRefusedEverything() {
    RealVault real = real(Map.of("vault.pods-write", "true"));
    VaultPass pass = settled(real);
    String mail = id + "@example.org";
    VaultClient pod = server.as(podToken());
    VaultClient person = server.as(server.loginPerson("ann@example.org", mail));
    assertThat(pod.read(real.valuePath(name + "/db")).status()).isEqualTo(200);
    assertThat(person.read(real.valuePath(name + "/db")).status()).isEqualTo(200);

    pass.release(aProject(id).in(DEV).ownedBy(mail).beingDeleted().build());

    for (VaultClient former : List.of(pod, person)) {
      // Both tokens live on; they are worth nothing.
      assertThat(former.read("auth/token/lookup-self").status()).isEqualTo(200);
      reads(former, real.valuePath(name + "/db"));
      writes(former, real.valuePath(name + "/db"), value());
      deletes(former, real.valuePath(name + "/db"));
      lists(former, real.settings().mount() + (version == 2 ? "/metadata/" : "/") + name);
      assertAllDenied();
    }
  }

  /** Sibling, prefix-siblings, parents, marker, system. */
  private void trespass(RealVault real, VaultClient pod) {
    for (String beyond :
        List.of(
            id + "-qa/x",
            name + "2/x",
            name + "-x/y",
            id + "/x",
            name,
            id,
            "groundwork/owners/" + name)) {
      real.keepSecret(beyond);
      reads(pod, real.valuePath(beyond));
      writes(pod, real.valuePath(beyond), value());
    }
    String list = real.settings().mount() + (version == 2 ? "/metadata" : "");
    lists(pod, list);
    lists(pod, list + "/" + id + "-qa");
    for (String system :
        List.of(
            "sys/policies/acl/project-" + name + "-read",
            "identity/group/name/project-" + name,
            "auth/kubernetes/role/project-" + name,
            "sys/mounts/mine")) {
      reads(pod, system);
      writes(pod, system, Map.of("policies", List.of("root")));
    }
  }

  private static Map<String, ?> value() {
    return Map.of("data", Map.of("value", "a pod's"), "value", "a pod's");
  }

  private String valueAt(RealVault real, String secret) {
    var data = server.root().read(real.valuePath(secret)).data();
    return (version == 2 ? data.path("data") : data).path("value").asText();
  }

  private String podToken() {
    return server.loginPod("project-" + name, pods.tokenFor(name, "vault-reader", "vault")).token();
  }

  private void reads(VaultClient who, String path) {
    answers.put("read " + path, who.read(path).status());
  }

  private void lists(VaultClient who, String path) {
    answers.put("list " + path, who.list(path).status());
  }

  private void writes(VaultClient who, String path, Map<String, ?> body) {
    answers.put("write " + path, who.write(path, body).status());
  }

  private void deletes(VaultClient who, String path) {
    answers.put("delete " + path, who.delete(path).status());
  }

  private void assertAllDenied() {
    assertThat(answers).isNotEmpty();
    answers.values().removeIf(status -> status == DENIED);
    assertThat(answers).as("what was not refused").isEmpty();
  }
}

package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultExport;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * A whole life beside things of others in a real Vault: all of Vault is compared, as root sees it.
 */
@ParameterizedClass(name = "key/value version {0}")
@ValueSource(ints = {1, 2})
@ExtendWith(SharedServers.class)
class VaultForeignIT {
  private final int version;
  private final VaultServer server;
  private final ControlPlane pods;
  private final FakeCluster cluster = new FakeCluster();
  private final String id = "f" + UUID.randomUUID().toString().substring(0, 8);
  private final String name = id + "-dev";
  private final String mail = id + "@example.org";
  private @TempDir Path files;
  private RealVault real;
  private VaultPass pass;

  VaultForeignIT(int version, VaultServer server, ControlPlane pods) {
    this.version = version;
    this.server = server;
    this.pods = pods;
  }

  private ProjectFixture fixture(String googleGroup) {
    return aProject(id).in(DEV).ownedBy(googleGroup);
  }

  @BeforeEach
  void thingsOfOthersAreThere() {
    real = RealVault.withOperator(server, pods, files, version);
    pass = new VaultPass(Optional.of(real.vault()), cluster, real.settings());
    RealVault.account(pods, name, "vault-reader");
    cluster.withNamespaceOf(fixture(mail).build());
    // Close to our names, and all but ours.
    server.policy("project-" + name + "-access2", "path \"theirs\" { capabilities = [\"read\"] }");
    server.policy(name + "_access", "path \"theirs\" { capabilities = [\"read\"] }");
    role("project-" + name + "2");
    role(name);
    group("project-" + name + "2", "internal");
    for (String neighbour : List.of(name + "2/db", name + "-x/db", id + "/db", "other-" + id)) {
      real.keepSecret(neighbour);
    }
  }

  @Test
  void nothingOfOthersChangesWhileAProjectComesMovesAndGoes() {
    String next = "next." + mail;
    sharedGroup("hand-" + id, mail, "theirs");
    sharedGroup("hand-next-" + id, next, "theirs", "more");
    VaultExport before = VaultExport.of(server);

    converge(fixture(mail).build());
    VaultExport live = VaultExport.of(server);
    assertThat(live.changedSince(before)).isEqualTo(ours());

    converge(fixture(next).atGeneration(2).build());
    VaultExport moved = VaultExport.of(server);
    assertThat(moved.changedSince(before)).isEqualTo(ours());
    assertThat(moved.changedSince(live)).containsExactly("group project-" + name);

    real.keepSecret(name + "/own");
    release(fixture(next).destroyingItsSecrets().beingDeleted().build());
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
  }

  @Test
  void alsoWhatWeMadeForTheGoogleGroupsIsGoneInTheEnd() {
    String next = "next." + mail;
    VaultExport before = VaultExport.of(server);

    converge(fixture(mail).build());
    assertThat(VaultExport.of(server).changedSince(before))
        .containsAll(ours())
        .contains("group groundwork-" + mail)
        .hasSize(ours().size() + 2);
    converge(fixture(next).atGeneration(2).build());
    assertThat(VaultExport.of(server).changedSince(before))
        .contains("group groundwork-" + next)
        .doesNotContain("group groundwork-" + mail)
        .hasSize(ours().size() + 2);

    release(fixture(next).destroyingItsSecrets().beingDeleted().build());
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
  }

  @Test
  void aDeletionThatKeepsSecretsLeavesTheseAndWhoseTheyWere() {
    VaultExport before = VaultExport.of(server);
    converge(fixture(mail).build());
    real.keepSecret(name + "/own");

    release(fixture(mail).beingDeleted().build());

    String mount = real.settings().mount();
    assertThat(VaultExport.of(server).changedSince(before))
        .filteredOn(thing -> thing.startsWith("secret "))
        .containsExactly("secret " + mount + "/" + name + "/own", marker());
    assertThat(VaultExport.of(server).changedSince(before)).hasSize(2 * version);
  }

  @Test
  void aPolicyThatSomebodyHasUnderOurNameIsLeftAsItIs() {
    server.policy("project-" + name + "-read", "path \"theirs\" { capabilities = [\"read\"] }");
    VaultExport before = VaultExport.of(server);
    Project never = fixture(mail).neverAdopting().build();
    cluster.with(never);

    StepResult refused = pass.converge(never);

    assertThat(refused.reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);
    assertThat(refused.message())
        .isEqualTo(
            "Vault policy project-%s-read exists and spec.adoption is Never. Set IfUnowned, or"
                    .formatted(name)
                + " annotate kyotu.tech/adopt: vault-policy-read.");
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
    release(fixture(mail).neverAdopting().beingDeleted().build());
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
  }

  @Test
  void aPolicyThatAnotherProjectMarkedIsLeftAsItIs() {
    server.policy(
        "project-" + name + "-access",
        "# groundwork: owner=ops/theirs uid=u-theirs\n"
            + "path \"theirs\" { capabilities = [\"read\"] }");
    VaultExport before = VaultExport.of(server);
    Project project = fixture(mail).build();
    cluster.with(project);

    StepResult refused = pass.converge(project);

    assertThat(refused.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
    release(fixture(mail).beingDeleted().build());
    assertThat(VaultExport.of(server).text()).isEqualTo(before.text());
  }

  private void converge(Project project) {
    cluster.with(project);
    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
  }

  private void release(Project project) {
    cluster.with(project);
    assertThat(pass.release(project).state()).isEqualTo(State.DONE);
  }

  /** All that a Project has, beside the groups of Google groups. */
  private Set<String> ours() {
    Set<String> ours =
        new TreeSet<>(
            Set.of(
                "policy project-" + name + "-access",
                "policy project-" + name + "-read",
                "group project-" + name,
                "role auth/kubernetes/role/project-" + name,
                marker()));
    if (version == 2) {
      ours.add(marker().replace("secret secret", "history of secret"));
    }
    return ours;
  }

  private String marker() {
    return "secret " + real.settings().mount() + "/groundwork/owners/" + name;
  }

  private void role(String role) {
    server
        .root()
        .write(
            "auth/kubernetes/role/" + role,
            Map.of(
                "bound_service_account_names", List.of("theirs"),
                "bound_service_account_namespaces", List.of("theirs"),
                "token_policies", List.of("theirs")));
  }

  private String group(String group, String type, String... policies) {
    return server
        .root()
        .write("identity/group", Map.of("name", group, "type", type, "policies", List.of(policies)))
        .data()
        .path("id")
        .asText();
  }

  /** A group of people that an administrator made, used by more than us. */
  private void sharedGroup(String group, String googleGroup, String... policies) {
    String accessor = server.root().read("sys/auth").data().path("oidc/").path("accessor").asText();
    String groupId = group(group, "external", policies);
    server
        .root()
        .write(
            "identity/group-alias",
            Map.of("name", googleGroup, "mount_accessor", accessor, "canonical_id", groupId));
  }
}

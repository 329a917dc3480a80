package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultClient;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * The move from the shared files to the API in front of a real Vault, by the policies that ship.
 */
@ExtendWith(SharedServers.class)
class FormerPolicyIT {
  private final VaultServer server;
  private final ControlPlane pods;
  private final FakeCluster cluster = new FakeCluster();
  private final String id = "m" + UUID.randomUUID().toString().substring(0, 8);
  private final Project project = aProject(id).ownedBy(id + "@example.org").build();
  private final String former = project.name() + "_access";
  private @TempDir Path files;
  private RealVault real;
  private VaultPass pass;

  FormerPolicyIT(VaultServer server, ControlPlane pods) {
    this.server = server;
    this.pods = pods;
  }

  @BeforeEach
  void theSharedFilesGaveTheRight() {
    real = RealVault.withOperator(server, pods, files, 2);
    server.policy(former, new PeoplePolicy(real.settings()).rules(project));
    server.policy(id + "_access", "path \"theirs\" { capabilities = [\"read\"] }");
    cluster.with(project).withNamespaceOf(project);
    pass =
        new VaultPass(Optional.of(real.vault()), cluster, real.settings())
            .knowing(
                Holdings.NONE.with(
                    List.of(
                        Holding.of("vault-shared-policy", "VaultPolicy", Origin.CREATED, former))));
  }

  private int status(String policy) {
    return server.root().read("sys/policies/acl/" + policy).status();
  }

  private void attachThePolicyOfTheMove() {
    server.policy("groundwork-move", OperatorPolicy.ofTheMove());
    String role = "auth/kubernetes/role/" + real.settings().role();
    Map<String, ?> both =
        Map.of("token_policies", List.of(real.settings().role(), "groundwork-move"));
    assertThat(server.root().write(role, both).status()).isEqualTo(204);
  }

  @Test
  void byThePolicyOfTheMoveTheFormerPolicyGoesAndThoseOfOthersStay() {
    attachThePolicyOfTheMove();

    StepResult result = pass.converge(project);

    assertThat(VaultPass.told(result)).endsWith("DELETE Vault policy " + former);
    assertThat(status(former)).isEqualTo(404);
    assertThat(status(id + "_access")).isEqualTo(200);
    VaultClient operator = real.asOperator(pods);
    for (String own : List.of(real.settings().role(), "groundwork-move", "default")) {
      assertThat(operator.read("sys/policies/acl/" + own).status()).as(own).isEqualTo(403);
      assertThat(operator.delete("sys/policies/acl/" + own).status()).as(own).isEqualTo(403);
    }
    Map<String, ?> all = Map.of("policy", "path \"*\" { capabilities = [\"sudo\"] }");
    assertThat(operator.write("sys/policies/acl/" + id + "_access", all).status()).isEqualTo(403);
  }

  @Test
  void withoutItThePolicyIsNamedAndAllElseIsInPlace() {
    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(StepResult.State.DONE);
    assertThat(result.message()).endsWith(former + " may still give rights: delete it.");
    assertThat(status(former)).isEqualTo(200);
  }
}

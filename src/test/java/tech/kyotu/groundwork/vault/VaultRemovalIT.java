package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.NamespaceStep;
import tech.kyotu.groundwork.status.Conditions;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Provisioner;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultServer;

/** A deletion that a sealed Vault holds up: what goes, what stays, and what the status says. */
@ExtendWith(SharedServers.class)
class VaultRemovalIT {

  private final VaultServer server;
  private final ControlPlane pods;
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final Backoff backoff =
      new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(10), clock, new Random(1));
  private final Conditions conditions =
      new Conditions(
          clock,
          backoff,
          Duration.ofHours(1),
          project -> Optional.empty(),
          project -> Optional.empty());
  private final FakeCluster cluster = new FakeCluster();
  private final String id = "r" + UUID.randomUUID().toString().substring(0, 8);
  private final String name = id + "-dev";
  private @TempDir Path files;

  VaultRemovalIT(VaultServer server, ControlPlane pods) {
    this.server = server;
    this.pods = pods;
  }

  @Test
  void waitsForASealedVaultAndKeepsTheNamespaceThatItsRightsBelongTo() {
    RealVault real = RealVault.withOperator(server, pods, files, 2);
    Provisioner provisioner = provisioner(real);
    Project project = aProject(id).in(DEV).build();
    cluster.with(project).withNamespaceOf(project);
    RealVault.account(pods, name, "vault-reader");
    Holdings held = provisioner.converge(project, Holdings.NONE).held();
    Project going = aProject(id).in(DEV).beingDeleted().build();
    cluster.with(going);

    server.seal();
    try {
      Report report = provisioner.release(going, held);
      going.setStatus(conditions.of(going, report));
      held = report.held();
    } finally {
      server.unseal();
    }

    assertThat(shown(going))
        .containsExactly(
            "Ready=False RemoteUnavailable",
            "Reconciling=True RemoteUnavailable",
            "NamespaceReady=False Removing",
            "GitLabGroupReady=False Removed",
            "RegistryAccessReady=False Removed",
            "VaultAccessReady=Unknown RemoteUnavailable",
            "FluxRbacReady=False Removed",
            "ArgoApplicationsReady=False Removed");
    assertThat(going.getStatus().conditions().get(0).getMessage())
        .startsWith("Removing: 4 of 6 gone. Vault is sealed")
        .endsWith("Last resort: kyotu.tech/abandon: VaultAccessReady.");
    assertThat(cluster.namespaceAtRest(name)).isPresent();
    assertThat(server.root().read("auth/kubernetes/role/project-" + name).status()).isEqualTo(200);

    clock.advance(Duration.ofMinutes(1));
    held = provisioner.release(going, held).held();
    assertThat(provisioner.release(going, held).isComplete()).isTrue();
    assertThat(server.root().read("auth/kubernetes/role/project-" + name).status()).isEqualTo(404);
    assertThat(cluster.namespaceAtRest(name)).isEmpty();
  }

  private Provisioner provisioner(RealVault real) {
    return new Provisioner(
        List.of(
            new NamespaceStep(cluster, Settings.defaults()),
            new VaultPass.Quiet(StepName.GITLAB_GROUP),
            new VaultPass.Quiet(StepName.REGISTRY_ACCESS),
            new VaultAccessStep(
                Optional.of(real.vault()), cluster, real.settings(), Lane.INLINE, clock),
            new VaultPass.Quiet(StepName.FLUX_RBAC),
            new VaultPass.Quiet(StepName.ARGO_APPLICATIONS)),
        backoff,
        clock,
        WriteLease.ALONE);
  }

  private static List<String> shown(Project project) {
    return project.getStatus().conditions().stream().map(VaultRemovalIT::shown).toList();
  }

  private static String shown(Condition condition) {
    return "%s=%s %s".formatted(condition.getType(), condition.getStatus(), condition.getReason());
  }
}

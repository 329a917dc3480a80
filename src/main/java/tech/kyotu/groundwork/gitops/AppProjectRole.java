package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.StepException;

/**
 * Asks Argo CD's AppProject; where Argo CD is not looked at, the file on the branch counts once it
 * has stood there for {@code argo.blind-wait}.
 */
public final class AppProjectRole implements LiveRole {

  private final Branch deployment;
  private final Cluster cluster;
  private final GroundworkConfig.Argo settings;
  private final Clock clock;

  /** By the deployment repository's lane, and by the cluster where the settings follow Argo CD. */
  public AppProjectRole(
      Branch deployment, Cluster cluster, GroundworkConfig.Argo settings, Clock clock) {
    this.deployment = deployment;
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public boolean isLive(Project project) throws StepException {
    if (settings.follow()) {
      return cluster
          .appProject(project.name())
          .filter(seen -> seen.groups().contains(project.googleGroup()))
          .isPresent();
    }
    String path = ArgoFiles.of(project).path();
    Optional<RepositoryView> known = deployment.view();
    Optional<byte[]> file = known.isPresent() ? known.get().files().file(path) : Optional.empty();
    return file.filter(content -> names(content, project.googleGroup())).isPresent()
        && deployment
            .lastTouched(path)
            .filter(touch -> !touch.at().plus(settings.blindWait()).isAfter(clock.instant()))
            .isPresent();
  }

  /** Nothing but a role's groups names a Google group in that file. */
  private static boolean names(byte[] content, String group) {
    return new String(content, StandardCharsets.UTF_8).contains(group);
  }
}

package tech.kyotu.groundwork;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.Mode;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * The cluster where there is none: it holds the Projects of the manifests, as if they were applied
 * and had their namespaces. What files cannot tell is either no matter for them, or not read.
 */
final class OfflineCluster implements Cluster {

  private final List<Project> projects;

  /**
   * A cluster.
   *
   * @param projects each with a UID; those in Plan mode too are taken for applied
   */
  OfflineCluster(List<Project> projects) {
    this.projects = projects.stream().map(OfflineCluster::applied).toList();
  }

  private static Project applied(Project project) {
    Project applied = new Project();
    applied.setMetadata(project.getMetadata());
    applied.setSpec(project.getSpec().in(Mode.APPLY));
    applied.setStatus(project.getStatus());
    return applied;
  }

  @Override
  public List<Project> projects() {
    return projects;
  }

  /** A Project's namespace bears its mark. */
  @Override
  public Optional<NamespaceView> knownNamespace(String name) {
    return projects.stream()
        .filter(project -> project.name().value().equals(name))
        .findFirst()
        .map(
            project ->
                new NamespaceView(
                    name,
                    "",
                    "",
                    Optional.of(OwnerMark.of(project)),
                    Optional.of(Origin.CREATED),
                    false,
                    Map.of(),
                    ""));
  }

  /** Of the Projects of the manifests it is known; of others it is not read. */
  @Override
  public boolean isLiving(OwnerMark mark) throws StepException {
    return projects.stream()
        .filter(project -> project.ref().equals(mark.owner()))
        .findFirst()
        .map(project -> project.uid().equals(mark.uid()))
        .orElseThrow(
            () ->
                new RetryableException(
                    Reason.REMOTE_UNAVAILABLE,
                    "Whether Project %s still exists is only known in the cluster. Plan without --offline."
                        .formatted(mark.owner())));
  }

  /** As if Argo CD had followed. */
  @Override
  public List<ArgoApplication> argoApplicationsOf(ProjectName name) {
    return List.of();
  }

  /** The files are the same, whether or not it does; the operator tells when it does not. */
  @Override
  public boolean serves(String apiVersion, String kind) {
    return true;
  }

  private static IllegalStateException unasked() {
    return new IllegalStateException("no file depends on this");
  }

  @Override
  public Optional<NamespaceView> namespace(String name) {
    throw unasked();
  }

  @Override
  public Optional<NamespaceView> createNamespace(Project project) {
    throw unasked();
  }

  @Override
  public NamespaceView markNamespace(Project project, NamespaceView seen, Origin origin) {
    throw unasked();
  }

  @Override
  public void unmarkNamespace(NamespaceView seen) {
    throw unasked();
  }

  @Override
  public void deleteNamespace(NamespaceView seen) {
    throw unasked();
  }

  @Override
  public String whatBlocks(String namespace) {
    throw unasked();
  }

  @Override
  public Optional<PullSecret> pullSecret(String namespace) {
    throw unasked();
  }

  @Override
  public Optional<PullSecret> createPullSecret(Project project, PullSecretContent content) {
    throw unasked();
  }

  @Override
  public Optional<PullSecret> writePullSecret(
      Project project, PullSecret seen, PullSecretContent content) {
    throw unasked();
  }

  @Override
  public void deletePullSecret(PullSecret seen) {
    throw unasked();
  }

  @Override
  public boolean isPullSecretAttached(String namespace) {
    throw unasked();
  }

  @Override
  public boolean attachPullSecret(String namespace) {
    throw unasked();
  }

  @Override
  public void detachPullSecret(String namespace) {
    throw unasked();
  }

  @Override
  public boolean isWanted(Project project) {
    throw unasked();
  }

  @Override
  public List<String> argoApplicationSetsOf(ProjectName name) {
    throw unasked();
  }

  @Override
  public Optional<AppProjectView> appProject(ProjectName name) {
    throw unasked();
  }

  @Override
  public void touchAppProject(AppProjectView seen, Instant now) {
    throw unasked();
  }

  @Override
  public Optional<String> fluxAppliedRevision(String kustomization) {
    throw unasked();
  }

  @Override
  public String clusterId() {
    throw unasked();
  }
}

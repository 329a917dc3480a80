package tech.kyotu.groundwork.gitlab;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** Where the groups of Projects are: the parent they live below, and what their status tells. */
final class Groups {

  /** Id of the group's holding. */
  static final String HOLDING = "gitlab-group";

  private final GitLab gitlab;
  private final Cluster cluster;
  private final Optional<String> parentPath;
  private volatile @Nullable GroupRef parent;

  Groups(GitLab gitlab, Cluster cluster, GroundworkConfig.GitLab settings) {
    this.gitlab = gitlab;
    this.cluster = cluster;
    parentPath = settings.parent();
    if (parentPath.isPresent() && parentPath.get().matches("[0-9]+|.*//.*|/.*|.*/|\\s*")) {
      throw new IllegalArgumentException(
          "gitlab.parent must be the full path of a group, not of digits only");
    }
  }

  /** The full path that a Project's group has. */
  String pathOf(Project project) {
    String projectId = project.name().projectId();
    return parentPath.map(above -> above + "/" + projectId).orElse(projectId);
  }

  /**
   * The group below which all others live; looked up once. Empty if they live at top level.
   *
   * @throws RejectedException {@code PrerequisiteMissing} if it is absent
   */
  Optional<GroupRef> parent() throws StepException {
    GroupRef known = parent;
    if (parentPath.isEmpty() || known != null) {
      return Optional.ofNullable(known);
    }
    return Optional.of(lookUp(parentPath.get()));
  }

  /** One thread asks for all. */
  private synchronized GroupRef lookUp(String path) throws StepException {
    GroupRef known = parent;
    if (known != null) {
      return known;
    }
    GroupRef found = gitlab.findGroup(path).map(Group::ref).orElseThrow(this::parentIsMissing);
    parent = found;
    return found;
  }

  /** The next look at the parent asks for it by its path again. */
  void forgetParent() {
    parent = null;
  }

  /**
   * Passes if "404" about a group below the parent means absence: we are who we were, and the
   * parent is still seen.
   */
  void requireSight() throws StepException {
    gitlab.self();
    Optional<GroupRef> above = parent();
    if (above.isPresent() && gitlab.group(above.get().id()).isEmpty()) {
      forgetParent();
      throw parentIsMissing();
    }
  }

  private RejectedException parentIsMissing() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "GitLab group \"%s\" is absent or hidden. Create it, or grant Owner; no proxy may decode %%2F."
            .formatted(parentPath.orElse("")));
  }

  /** What is known of a Project's group: its own holding, else one of the same projectId's. */
  Optional<Holding> known(Project project, Holdings held) {
    return held.thing(HOLDING)
        .or(
            () ->
                others(project)
                    .flatMap(other -> Holdings.of(other).thing(HOLDING).stream())
                    .findFirst());
  }

  /** Whether another Project uses the same group. */
  boolean isShared(Project project) {
    return others(project).findAny().isPresent();
  }

  private Stream<Project> others(Project project) {
    String projectId = project.name().projectId();
    return cluster.projects().stream()
        .filter(other -> other.getSpec() != null && projectId.equals(other.getSpec().projectId()))
        .filter(other -> !other.uid().equals(project.uid()));
  }
}

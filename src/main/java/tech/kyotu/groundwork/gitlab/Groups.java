package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** Where the groups of Projects are: the parent they live below, and what their status tells. */
final class Groups {

  /** Id of the group's holding. */
  static final String HOLDING = "gitlab-group";

  /** How old a look at the parent may be before something is made below it. */
  private static final Duration BEFORE_CREATION = Duration.ofMinutes(1);

  private final GitLab gitlab;
  private final Cluster cluster;
  private final Optional<String> parentPath;
  private final Optional<ParentGroup> parent;

  Groups(GitLab gitlab, Cluster cluster, GroundworkConfig.GitLab settings, Clock clock) {
    this.gitlab = gitlab;
    this.cluster = cluster;
    parentPath = settings.parent();
    if (parentPath.isPresent() && parentPath.get().matches("[0-9]+|.*//.*|/.*|.*/|\\s*")) {
      throw new IllegalArgumentException(
          "gitlab.parent must be the full path of a group, not of digits only");
    }
    parent = parentPath.map(path -> new ParentGroup(gitlab, path, clock));
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
    return parent.isPresent() ? Optional.of(parent.get().ref()) : Optional.empty();
  }

  /**
   * Passes unless all groups below the parent are to go with it.
   *
   * @param isKnown whether the Project's own group is there, so that only a regular look is due
   * @param interval of regular looks
   * @throws RejectedException {@code PrerequisiteMissing} with the date
   */
  void requireParentToStay(boolean isKnown, Duration interval) throws StepException {
    if (parent.isPresent()) {
      parent.get().requireToStay(isKnown ? interval : BEFORE_CREATION);
    }
  }

  /** The next look at the parent asks for it by its path again. */
  void forgetParent() {
    parent.ifPresent(ParentGroup::forget);
  }

  /**
   * Passes if "404" about a group below the parent means absence: we are who we were, and the
   * parent is still seen.
   */
  void requireSight() throws StepException {
    gitlab.self();
    if (parent.isPresent() && gitlab.group(parent.get().ref().id()).isEmpty()) {
      parent.get().forget();
      throw parent.get().missing();
    }
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

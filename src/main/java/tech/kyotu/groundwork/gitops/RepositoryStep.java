package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;

/**
 * A step whose things are files of one repository. It plans against the newest tip that the server
 * confirmed lately; while there is none it waits for the lane's look.
 */
abstract sealed class RepositoryStep implements Step permits FluxRbacStep, ArgoApplicationsStep {

  final Branch publisher;
  final PublishedFiles published;
  final Cluster cluster;
  final Clock clock;

  RepositoryStep(Branch publisher, Cluster cluster, Clock clock) {
    this.publisher = publisher;
    this.published = new PublishedFiles(publisher);
    this.cluster = cluster;
    this.clock = clock;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE);
  }

  /** Works in memory; the publisher alone tries again and wakes the Project. */
  @Override
  public Lane lane() {
    return Lane.SELF_PACED;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    return planned(project, Look.Direction.CONVERGE, tree -> setUp(project, held, tree));
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    return planned(project, Look.Direction.RELEASE, tree -> takeAway(project, held, tree));
  }

  @FunctionalInterface
  private interface Planning {
    StepPlan on(TreeView tree) throws StepException;
  }

  private StepPlan planned(Project project, Look.Direction direction, Planning planning)
      throws StepException {
    publisher.heed(Look.at(project, name(), direction, List.of()));
    Optional<TreeView> files = published.files(project);
    if (files.isEmpty()) {
      return published.looking();
    }
    try {
      return planning.on(files.get());
    } catch (RejectedException why) {
      throw told(project, why);
    }
  }

  /** The lane tells when it tries again; a file that the step itself finds is watched. */
  private RejectedException told(Project project, RejectedException why) {
    return why.reason() == Reason.UNREADABLE_FILE && published.isIdle(project)
        ? new RejectedException(
            why.reason(),
            "%s Next try within %ds."
                .formatted(why.sentence(), publisher.settings().tipInterval().toSeconds()))
        : why;
  }

  /** Towards existence, on these files. */
  abstract StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException;

  /** Towards absence, on these files. */
  abstract StepPlan takeAway(Project project, Holdings held, TreeView tree) throws StepException;
}

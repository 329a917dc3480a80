package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;

/**
 * A step whose things are files of one repository. It plans against the newest tip that the server
 * confirmed lately; while there is none it waits for the lane's look.
 */
abstract sealed class RepositoryStep implements Step permits FluxRbacStep, ArgoApplicationsStep {

  final GitPublisher publisher;
  final PublishedFiles published;
  final Cluster cluster;
  final Clock clock;

  RepositoryStep(GitPublisher publisher, Cluster cluster, Clock clock) {
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
    Optional<TreeView> files = published.files(project);
    return files.isPresent() ? setUp(project, held, files.get()) : published.looking();
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    Optional<TreeView> files = published.files(project);
    return files.isPresent() ? takeAway(project, held, files.get()) : published.looking();
  }

  /** Towards existence, on these files. */
  abstract StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException;

  /** Towards absence, on these files. */
  abstract StepPlan takeAway(Project project, Holdings held, TreeView tree) throws StepException;
}

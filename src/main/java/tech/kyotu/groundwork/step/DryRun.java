package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import tech.kyotu.groundwork.api.Project;

/**
 * What the operator would do, worked out by the very steps that would do it, in the caller's own
 * thread. It writes nothing: a plan ends before its effects, and the lease that they would ask for
 * is never held.
 */
public final class DryRun {

  private static final WriteLease NEVER_HELD = () -> false;

  private final Provisioner provisioner;

  /**
   * A dry run of these steps.
   *
   * @param steps in the order of creation; those that work in a lane are asked beside it
   * @param clock the time
   */
  public DryRun(List<Step> steps, Clock clock) {
    List<Step> inline = steps.stream().<Step>map(InlineStep::new).toList();
    // A gate further away than this back-off ever sets one counts as open: nothing is held back.
    Backoff none = new Backoff(Duration.ZERO, Duration.ZERO, clock, RandomGenerator.getDefault());
    provisioner = new Provisioner(inline, none, clock, NEVER_HELD);
  }

  /**
   * What would bring a Project into place.
   *
   * @param project its spec obeys the rules; it is not changed
   * @param held what is known of its things
   */
  public Report converge(Project project, Holdings held) {
    return provisioner.converge(project.planned(), held);
  }

  /**
   * What its deletion would do.
   *
   * @param project its spec obeys the rules; it is not changed
   * @param held what is known of its things
   */
  public Report release(Project project, Holdings held) {
    return provisioner.release(project.planned(), held);
  }

  private record InlineStep(Step step) implements Step {

    @Override
    public StepName name() {
      return step.name();
    }

    @Override
    public Set<StepName> needs() {
      return step.needs();
    }

    @Override
    public Set<StepName> goesAfter() {
      return step.goesAfter();
    }

    @Override
    public StepPlan plan(Project project, Holdings held) throws StepException {
      return step.plan(project, held);
    }

    @Override
    public StepPlan planRelease(Project project, Holdings held) throws StepException {
      return step.planRelease(project, held);
    }
  }
}

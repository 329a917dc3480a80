package tech.kyotu.groundwork;

import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;

/**
 * A step whose system is out of reach, taken for in place: those that need it are planned for the
 * world in which it is.
 *
 * @param name which
 * @param found what it would then have told
 */
record UnreadStep(StepName name, UnaryOperator<Holdings> found) implements Step {

  @Override
  public StepPlan plan(Project project, Holdings held) {
    return StepPlan.settled("Not read.").finding(found);
  }

  /** Nothing is known to be there, so nothing is planned to go. */
  @Override
  public StepPlan planRelease(Project project, Holdings held) {
    return StepPlan.settled("Not read.");
  }
}

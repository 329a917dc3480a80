package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;

/** Walks one step as the core does: plan, run the effects, let the lane work, plan again. */
final class StepWalk {

  private final LaneBench bench;
  private final Step step;
  final List<Change> made = new ArrayList<>();
  Holdings held = Holdings.NONE;

  StepWalk(LaneBench bench, Step step) {
    this.bench = bench;
    this.step = step;
  }

  Step step() {
    return step;
  }

  /** Until the step is in place. */
  StepPlan converge(Project project) throws StepException {
    return untilNothingIsLeft(() -> step.plan(project, held));
  }

  /** Until the step has nothing left to write: gone, or waiting for others. */
  StepPlan release(Project project) throws StepException {
    return untilNothingIsLeft(() -> step.planRelease(project, held));
  }

  private interface Planning {
    StepPlan plan() throws StepException;
  }

  private StepPlan untilNothingIsLeft(Planning planning) throws StepException {
    for (int pass = 0; pass < 10; pass++) {
      StepPlan plan = planning.plan();
      held = plan.found().apply(held);
      if (plan.changes().isEmpty()) {
        return plan;
      }
      for (Change change : plan.changes()) {
        made.add(change);
        if (change.effect().apply(held) instanceof Outcome.Waiting) {
          break;
        }
      }
      StepPlan meanwhile = planning.plan();
      assertThat(meanwhile.waitsFor()).as("while the edit waits").isPresent();
      assertThat(meanwhile.changes()).isEmpty();
      bench.settle();
    }
    throw new AssertionError("the step does not come to rest");
  }
}

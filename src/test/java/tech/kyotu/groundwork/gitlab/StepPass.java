package tech.kyotu.groundwork.gitlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.WriteLease;

/**
 * One pass over one step, as the core makes it, but letting every failure and every crash through.
 *
 * @param plan the last plan
 * @param made changes whose effects were done
 * @param held what is known afterwards
 */
record StepPass(StepPlan plan, List<Change> made, Holdings held) {

  /** Each plan found that the world had moved; the core gives up there as well. */
  static final class Unsettled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Unsettled(String what) {
      super(what);
    }
  }

  private static final int MOST_PLANS = 4;

  static StepPass converge(Step step, Project project, Holdings held) throws StepException {
    return converge(step, project, held, WriteLease.ALONE);
  }

  static StepPass release(Step step, Project project, Holdings held) throws StepException {
    return release(step, project, held, WriteLease.ALONE);
  }

  static StepPass converge(Step step, Project project, Holdings held, WriteLease lease)
      throws StepException {
    return run(step.plan(project, held), held, lease);
  }

  static StepPass release(Step step, Project project, Holdings held, WriteLease lease)
      throws StepException {
    return run(step.planRelease(project, held), held, lease);
  }

  private static StepPass run(StepPlan first, Holdings before, WriteLease lease)
      throws StepException {
    StepPlan plan = first;
    List<Change> made = new ArrayList<>();
    Holdings held = before;
    for (int round = 0; round < MOST_PLANS; round++) {
      held = plan.found().apply(held);
      Optional<StepPlan> next = Optional.empty();
      for (Change change : plan.changes()) {
        lease.require();
        Outcome outcome = change.effect().apply(held);
        if (outcome instanceof Outcome.Replanned replanned) {
          next = Optional.of(replanned.plan());
          break;
        }
        made.add(change);
        if (outcome instanceof Outcome.ReadBack readBack) {
          next = Optional.of(readBack.plan());
          break;
        }
        UnaryOperator<Holdings> learnt = ((Outcome.Done) outcome).learnt();
        held = learnt.apply(held);
      }
      if (next.isEmpty()) {
        return new StepPass(plan, made, held);
      }
      plan = next.get();
    }
    throw new Unsettled("does not converge: " + plan.changes());
  }

  /** What is said once all is done. */
  String message() {
    return plan.waitsFor()
        .map(Outcome.Waiting::message)
        .orElseGet(() -> plan.message().apply(held));
  }

  /** The events of the changes made. */
  List<EventReason> events() {
    return made.stream().flatMap(change -> change.event().stream()).toList();
  }
}

package tech.kyotu.groundwork.step;

import java.util.function.UnaryOperator;

/** What became of one effect. */
public sealed interface Outcome {

  /**
   * The world has changed, and the answer of the write itself says so.
   *
   * @param learnt what is known now, applied to the holdings of the pass
   */
  record Done(UnaryOperator<Holdings> learnt) implements Outcome {}

  /**
   * A lane has the work and will wake the Project.
   *
   * @param reason a reason of kind WAIT or DELETION
   * @param message what it waits for
   */
  record Waiting(Reason reason, String message) implements Outcome {}

  /**
   * The premise no longer held and nothing was written: the step goes on with this plan, made from
   * a live read, in place of what was left of its old one.
   *
   * @param plan the plan that replaces the old one
   */
  record Replanned(StepPlan plan) implements Outcome {}

  /**
   * The world has changed, and it was read back: without changes in this plan it is as wanted.
   *
   * @param plan made from a live read after the write
   */
  record ReadBack(StepPlan plan) implements Outcome {}

  /** Done, and nothing new to remember. */
  static Outcome done() {
    return new Done(UnaryOperator.identity());
  }

  /** Done, and this was learnt. */
  static Outcome done(UnaryOperator<Holdings> learnt) {
    return new Done(learnt);
  }
}

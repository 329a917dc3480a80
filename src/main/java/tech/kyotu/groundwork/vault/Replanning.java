package tech.kyotu.groundwork.vault;

import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;

/** The same decision once more, from fresh reads. */
@FunctionalInterface
interface Replanning {

  /** The plan that replaces what is left of the old one. */
  StepPlan plan() throws StepException;
}

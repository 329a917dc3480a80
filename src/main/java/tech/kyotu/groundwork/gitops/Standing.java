package tech.kyotu.groundwork.gitops;

import tech.kyotu.groundwork.step.StepException;

/** Where an edit stands in its lane. */
public sealed interface Standing {

  /** The lane has no edit of this Project; all it had are done. */
  record Idle() implements Standing {}

  /**
   * It waits, or is being pushed; the Project is woken when it is done.
   *
   * @param edit as it was submitted
   */
  record Queued(Edit edit) implements Standing {}

  /** The lane has an edit of this Project that wants something else. */
  record Outdated() implements Standing {}

  /**
   * The lane has it, but it does not get through; the lane tries again by itself.
   *
   * @param trouble why
   */
  record Failed(StepException trouble) implements Standing {}
}

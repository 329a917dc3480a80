package tech.kyotu.groundwork.step;

import java.util.function.Supplier;

/**
 * Where steps work. The steps of a slow system share one lane, which keeps its threads, its health
 * and the answers that still hold.
 */
public interface Lane {

  /** The caller's own thread, for steps that only touch memory or the API server. */
  Lane INLINE = (look, work) -> work.get();

  /**
   * Answers a look.
   *
   * @param look what is asked
   * @param work plans the step and runs its effects; never throws, failures are results
   * @return a result that still holds, or one that says the lane is at it and will wake the Project
   */
  StepResult take(Look look, Supplier<StepResult> work);
}

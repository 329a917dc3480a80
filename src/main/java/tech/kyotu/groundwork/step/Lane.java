package tech.kyotu.groundwork.step;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where steps work. The steps of a slow system share one lane, which keeps its threads, its health
 * and the answers that still hold.
 */
public interface Lane {

  /** The caller's own thread, for steps that only touch memory or the API server. */
  Lane INLINE =
      new Lane() {
        @Override
        public StepResult take(Look look, Supplier<StepResult> work) {
          return work.get();
        }

        @Override
        public boolean paces(Reason reason) {
          return false;
        }
      };

  /**
   * The caller's own thread, for steps that only look at what another thread of theirs does and
   * retries.
   */
  Lane SELF_PACED =
      new Lane() {
        @Override
        public StepResult take(Look look, Supplier<StepResult> work) {
          return work.get();
        }

        @Override
        public boolean paces(Reason reason) {
          // A bug in the step itself is nothing that the other thread knows of.
          return reason != Reason.INTERNAL_ERROR;
        }
      };

  /**
   * Answers a look.
   *
   * @param look what is asked
   * @param work plans the step and runs its effects; never throws, failures are results
   * @return a result that still holds, or one that says the lane is at it and will wake the Project
   */
  StepResult take(Look look, Supplier<StepResult> work);

  /**
   * An answer to this look that nobody has fetched yet: it counts whatever a back-off says.
   *
   * @return empty if there is none; it is delivered once
   */
  default Optional<StepResult> news(Look look) {
    return Optional.empty();
  }

  /**
   * Whether the lane itself tries again after a failure for this reason, and wakes the Projects
   * concerned.
   */
  boolean paces(Reason reason);
}

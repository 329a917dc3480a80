package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/** A short wait of a lane's thread. */
@FunctionalInterface
interface Pause {

  /** Waits as long as it says. */
  Pause REAL =
      time -> {
        try {
          Thread.sleep(time.toMillis());
        } catch (InterruptedException stopping) {
          Thread.currentThread().interrupt();
          throw new RetryableException(Reason.REMOTE_UNAVAILABLE, "The operator is stopping.");
        }
      };

  /**
   * Waits.
   *
   * @throws RetryableException if the operator stops meanwhile
   */
  void take(Duration time) throws RetryableException;
}

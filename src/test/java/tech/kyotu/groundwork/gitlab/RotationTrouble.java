package tech.kyotu.groundwork.gitlab;

import java.util.Random;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * How often what befalls a call, among a hundred. Some histories are full of pauses, others of
 * failures: one mixture of both finds less.
 */
record RotationTrouble(int deaths, int failures, int shortPauses, int pauses) {

  /** What befalls a call. */
  enum Strike {
    NOTHING,
    DEATH,
    FAILURE,
    SHORT_PAUSE,
    PAUSE
  }

  private static final int HUNDRED = 100;

  static RotationTrouble of(Random random) {
    return new RotationTrouble(2, 1 + random.nextInt(8), 2, 1 + random.nextInt(15));
  }

  Strike draw(Random random) {
    int lot = random.nextInt(HUNDRED);
    Strike[] strikes = {Strike.DEATH, Strike.FAILURE, Strike.SHORT_PAUSE, Strike.PAUSE};
    int[] shares = {deaths, failures, shortPauses, pauses};
    for (int i = 0; i < shares.length; i++) {
      lot -= shares[i];
      if (lot < 0) {
        return strikes[i];
      }
    }
    return Strike.NOTHING;
  }

  /** How a call fails that took no effect. */
  static StepException refusal(Intercepted.Call call, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new RejectedException(Reason.ACCESS_DENIED, "refused");
      case 1 ->
          call.isWrite() && call.toString().contains("PullSecret")
              ? new RetryableException(Reason.SECRET_UPDATE_FAILED, "refused")
              : new RetryableException(Reason.RATE_LIMITED, "wait");
      default -> lost(call);
    };
  }

  /** How a call fails whose answer is lost. */
  static StepException lost(Intercepted.Call call) {
    return call.isWrite()
        ? RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "no answer")
        : new RetryableException(Reason.REMOTE_UNAVAILABLE, "no answer");
  }
}

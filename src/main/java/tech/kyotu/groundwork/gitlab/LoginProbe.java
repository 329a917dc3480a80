package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.util.OptionalInt;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** The one probe: what is about to be published works. */
final class LoginProbe {

  private static final int PROBES = 2;
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);
  private static final Duration AFTER_REFUSED_PROBE = Duration.ofHours(1);

  private final ImageRegistry registry;
  private final Pause pause;

  LoginProbe(ImageRegistry registry, Pause pause) {
    this.registry = registry;
    this.pause = pause;
  }

  /**
   * Passes if the registry accepts the token.
   *
   * @param meanwhile what is published instead, for the message
   * @throws RetryableException {@code ProbeFailed}: it was refused, or nobody could be asked
   */
  void pass(String user, GitLab.Issuance.Issued issued, String meanwhile) throws StepException {
    OptionalInt refusal = refusal(user, issued.value());
    if (refusal.isPresent()) {
      throw RetryableException.after(
          Reason.PROBE_FAILED,
          "The registry refused new token %d (%d). %s Check the registry address in the operator's settings."
              .formatted(issued.id(), refusal.getAsInt(), meanwhile),
          AFTER_REFUSED_PROBE);
    }
  }

  /**
   * The status with which the registry refuses a token; empty if it takes it.
   *
   * @throws RetryableException {@code ProbeFailed}: nobody could be asked
   */
  OptionalInt refusal(String user, SecretValue value) throws StepException {
    OptionalInt refusal = OptionalInt.empty();
    // A replica may lag, so a refusal is asked once more.
    for (int attempt = 0; attempt < PROBES; attempt++) {
      if (attempt > 0) {
        pause.take(BETWEEN_PROBES);
      }
      if (!(registry.probe(user, value) instanceof ImageRegistry.Verdict.Refused refused)) {
        return OptionalInt.empty();
      }
      refusal = OptionalInt.of(refused.status());
    }
    return refusal;
  }
}

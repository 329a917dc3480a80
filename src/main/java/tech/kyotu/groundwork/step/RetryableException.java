package tech.kyotu.groundwork.step;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** It may work by itself later: no answer, a 5xx, a limit, a lost race. */
public final class RetryableException extends StepException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;
  private final boolean outcomeUnknown;

  private RetryableException(
      Reason reason,
      String message,
      @Nullable Duration retryAfter,
      boolean outcomeUnknown,
      Scope scope) {
    super(reason, message, scope);
    this.retryAfter = retryAfter;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Trouble that passes. */
  public RetryableException(Reason reason, String message) {
    this(reason, message, null, false, Scope.SYSTEM);
  }

  /** The system said how long to wait. */
  public static RetryableException after(Reason reason, String message, Duration retryAfter) {
    return new RetryableException(reason, message, retryAfter, false, Scope.SYSTEM);
  }

  /** A write whose answer was lost: it may have taken effect, so look before doing it again. */
  public static RetryableException outcomeUnknown(Reason reason, String message) {
    return new RetryableException(reason, message, null, true, Scope.SYSTEM);
  }

  /**
   * The same, but the system answers others: the trouble is of this one thing and harms no more.
   */
  public RetryableException ofOneThing() {
    return within(Scope.ONE_THING);
  }

  @Override
  public RetryableException elsewhere() {
    return within(Scope.ELSEWHERE);
  }

  private RetryableException within(Scope other) {
    return new RetryableException(reason(), sentence(), retryAfter, outcomeUnknown, other);
  }

  /** How long the other side asked to wait; empty if it did not. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether the write may have taken effect. */
  public boolean isOutcomeUnknown() {
    return outcomeUnknown;
  }
}

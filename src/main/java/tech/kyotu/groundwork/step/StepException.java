package tech.kyotu.groundwork.step;

/**
 * Trouble that is expected in a world of other systems. Anything that is no StepException is a bug.
 */
public abstract sealed class StepException extends Exception
    permits RetryableException, RejectedException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  StepException(Reason reason, String message) {
    super(Sanitizer.sentence(message));
    this.reason = reason;
  }

  /** The word for the condition. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong and what to do, fit for a status: never a secret, never a foreign body. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}

package tech.kyotu.groundwork.step;

/**
 * Trouble that is expected in a world of other systems. Anything that is no StepException is a bug.
 */
public abstract sealed class StepException extends Exception
    permits RetryableException, RejectedException {

  private static final long serialVersionUID = 1L;

  /** How far trouble reaches, which decides who waits for its end. */
  public enum Scope {
    /** The system that the step works with: its lane waits. */
    SYSTEM,
    /** That system answers others; this one thing fails. */
    ONE_THING,
    /** Another system; nothing was learnt of the one that the step works with. */
    ELSEWHERE
  }

  private final Reason reason;
  private final Scope scope;

  StepException(Reason reason, String message, Scope scope) {
    super(Sanitizer.sentence(message));
    this.reason = reason;
    this.scope = scope;
  }

  /** The same, but of another system than the one that the step works with. */
  public abstract StepException elsewhere();

  /** How far the trouble reaches. */
  public final Scope scope() {
    return scope;
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

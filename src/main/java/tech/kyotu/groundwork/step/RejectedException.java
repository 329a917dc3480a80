package tech.kyotu.groundwork.step;

/**
 * Only a person can move this on: forbidden, taken, invalid, missing. Tried again slowly all the
 * same.
 */
public final class RejectedException extends StepException {

  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param reason the word for the condition
   * @param message what is refused, by whom, and what to do next
   */
  public RejectedException(Reason reason, String message) {
    this(reason, message, Scope.SYSTEM);
  }

  private RejectedException(Reason reason, String message, Scope scope) {
    super(reason, message, scope);
  }

  @Override
  public RejectedException elsewhere() {
    return new RejectedException(reason(), sentence(), Scope.ELSEWHERE);
  }
}

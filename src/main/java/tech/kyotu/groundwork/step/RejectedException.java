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
    super(reason, message);
  }
}

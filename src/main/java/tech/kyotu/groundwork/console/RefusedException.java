package tech.kyotu.groundwork.console;

/** A request that cannot be answered, for a reason that the one who asks can do something about. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the HTTP status
   * @param sentence what is wrong and what to do; shown to people
   */
  RefusedException(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** What is wrong and what to do. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}

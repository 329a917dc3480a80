package tech.kyotu.groundwork.gitlab.simulator;

/** Ends the handling of a request with the answer it carries; nothing has been changed by then. */
final class Refusal extends RuntimeException {
  private final transient Answer answer;

  Refusal(Answer answer) {
    this(answer, null);
  }

  /** The cause may be null. */
  Refusal(Answer answer, Throwable cause) {
    super(null, cause, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import java.util.function.Supplier;

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

  /** For {@code orElseThrow}: a 404 that names the kind of record that is missing. */
  static Supplier<Refusal> notFound(String what) {
    return () ->
        new Refusal(
            Answer.message(404, what.isEmpty() ? "404 Not found" : "404 " + what + " Not Found"));
  }

  Answer answer() {
    return answer;
  }
}

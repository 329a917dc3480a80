package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import java.util.Map;

/** What a fault does to a request or to its answer. */
sealed interface FaultEffect {
  /** Another answer than the one the server has. */
  record Reply(int status, String contentType, String body) implements FaultEffect {}

  /** A redirect to another URL. */
  record Redirect(String location) implements FaultEffect {}

  /** The first half of a JSON body, as if that were all. */
  record HalfJson() implements FaultEffect {}

  /** The connection ends without an answer. */
  record Close() implements FaultEffect {}

  /** A wait, then the server goes on as usual. */
  record Delay(Duration time) implements FaultEffect {}

  /** Status, headers and half of the body at once, the rest after a wait. */
  record SlowBody(Duration time) implements FaultEffect {}

  /** A read is answered from a database that is that far behind; a write is not touched. */
  record StaleRead(Duration lag) implements FaultEffect {}

  /** How far behind the answer is. */
  default Duration lag() {
    return this instanceof StaleRead stale ? stale.lag() : Duration.ZERO;
  }

  /** Whether the server still does what it was asked for. */
  default boolean letsThrough() {
    return this instanceof Delay || this instanceof SlowBody || this instanceof StaleRead;
  }

  /** What is sent instead of the given answer. */
  default Answer replace(Answer answer) {
    if (this instanceof Reply reply) {
      return new Answer(reply.status(), Map.of(), reply.contentType(), reply.body());
    }
    if (this instanceof Redirect redirect) {
      return Answer.text(302, "").with("Location", redirect.location());
    }
    if (this instanceof HalfJson) {
      return answer.withBody(answer.body().substring(0, answer.body().length() / 2));
    }
    return answer;
  }
}

package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The events of a watch, one line of JSON each, as they come in pieces. */
final class WatchedLines {

  private final Predicate<JsonNode> isEnough;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);

  WatchedLines(Predicate<JsonNode> isEnough) {
    this.isEnough = isEnough;
  }

  /** Takes the next piece; true once nothing more is wanted. */
  synchronized boolean isEnoughWith(List<ByteBuffer> piece) {
    for (ByteBuffer buffer : piece) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next != '\n') {
          line.write(next);
        } else if (isEnoughWith(take())) {
          end();
          return true;
        }
      }
    }
    return false;
  }

  private boolean isEnoughWith(String event) {
    return !event.isBlank() && isEnough.test(Json.read(event));
  }

  private String take() {
    String text = line.toString(UTF_8);
    line.reset();
    return text;
  }

  /** What came without an end of line: a refusal. */
  synchronized String rest() {
    return line.toString(UTF_8);
  }

  /** Nothing more comes, or is wanted. */
  void end() {
    ended.countDown();
  }

  /** Whether the end came in time. */
  boolean awaitEnd(Duration atMost) {
    try {
      return ended.await(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package tech.kyotu.groundwork.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the API server was asked, by its own audit log. A call is written when its answer is
 * complete: perhaps a moment after the caller has it, and a watch only when it ends. So wait for a
 * count instead of asking once.
 */
public final class AuditLog {
  private final JsonLines lines;

  AuditLog(Path file) {
    this.lines = new JsonLines(file);
  }

  /**
   * One kind of call: who, what ({@code get, list, watch, create, update, patch, delete}) and on
   * what.
   */
  public record Call(String user, String verb, String resource) implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      return toString().compareTo(other.toString());
    }
  }

  /** The present, to count from later. */
  public long mark() {
    return lines.end();
  }

  /**
   * How often each call was made since a mark; a subresource is named as {@code projects/status}.
   */
  public Map<Call, Long> callsSince(long mark) {
    Map<Call, Long> calls = new TreeMap<>();
    lines.since(mark, event -> calls.merge(call(event), 1L, Long::sum));
    return calls;
  }

  private static Call call(JsonNode event) {
    JsonNode object = event.path("objectRef");
    String part = object.path("subresource").asText();
    String resource = object.path("resource").asText();
    return new Call(
        event.path("user").path("username").asText(),
        event.path("verb").asText(),
        part.isEmpty() ? resource : resource + "/" + part);
  }
}

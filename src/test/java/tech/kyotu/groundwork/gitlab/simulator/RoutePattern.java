package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A method and a path such as {@code /groups/:id/access_tokens}: {@code :name} is any one segment,
 * {@code *} at the end any rest, {@code *} as method any method. Paths are below {@code /api/v4}
 * unless they start with {@code /api}, {@code /jwt}, {@code /v2} or {@code *}.
 */
record RoutePattern(String method, List<String> segments) {

  static RoutePattern of(String method, String path) {
    boolean absolute = path.matches("/?(api|jwt|v2|\\*)(/.*)?");
    String full = (absolute ? "" : "/api/v4/") + path;
    return new RoutePattern(
        method, Arrays.stream(full.split("/", -1)).filter(part -> !part.isEmpty()).toList());
  }

  /** The path from the root of the server. */
  String path() {
    return "/" + String.join("/", segments);
  }

  @Override
  public String toString() {
    return method + " " + path();
  }

  boolean matchesMethod(String given) {
    return method.equals("*") || method.equals(given);
  }

  /**
   * How many segments fit more than one word; of two patterns that fit, the one with fewer means
   * it.
   */
  long openSegments() {
    return segments.stream().filter(part -> part.startsWith(":") || part.equals("*")).count();
  }

  /** The decoded values of the named segments, if the raw segments fit. */
  Optional<Map<String, String>> match(List<String> raw) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      String expected = segments.get(i);
      if (expected.equals("*")) {
        values.put("*", String.join("/", raw.subList(i, raw.size())));
        return Optional.of(values);
      }
      if (i >= raw.size() || raw.get(i).isEmpty()) {
        return Optional.empty();
      }
      if (expected.startsWith(":")) {
        values.put(expected.substring(1), Incoming.decode(raw.get(i)));
      } else if (!expected.equals(raw.get(i))) {
        return Optional.empty();
      }
    }
    return raw.size() == segments.size() ? Optional.of(values) : Optional.empty();
  }
}

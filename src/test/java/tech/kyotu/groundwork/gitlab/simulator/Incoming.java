package tech.kyotu.groundwork.gitlab.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came in. The path is kept raw: it is split into segments before anything is
 * decoded, because {@code a%2Fb} is one segment to GitLab.
 *
 * @param headers by name, without regard to case
 */
record Incoming(
    String method, String path, String query, Map<String, String> headers, String body) {

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Path and query as sent. */
  String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  List<String> rawSegments() {
    List<String> segments = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    segments.remove(0);
    if (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    return segments;
  }

  boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  boolean isApi() {
    return path.startsWith("/api/");
  }

  /** Decodes one path segment; a plus sign is just a plus sign there. */
  static String decode(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

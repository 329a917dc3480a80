package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.gitlab.GitLabJson.UnreadableException;

/**
 * One answer of GitLab, read strictly: exact status, JSON or nothing, bounded size, ids that are
 * positive numbers. Its body goes nowhere else.
 *
 * @param headers by lower-case name, the first value of each
 * @param body missing if the answer is no JSON or too long
 */
record GitLabAnswer(int status, Map<String, String> headers, JsonNode body) {

  /** The longest body that is read. */
  static final int LONGEST = 1 << 20;

  private static final Pattern NEXT_PAGE =
      Pattern.compile("[?&]page=([0-9]{1,9})[^>]*>;\\s*rel=\"next\"");

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Reads one element of a list. */
  interface Row<T> {
    T read(JsonNode json) throws UnreadableException;
  }

  /** Reads a response to its end; a body that is too long, or no JSON, counts as none. */
  static GitLabAnswer of(Response response) throws IOException {
    Map<String, String> headers = new HashMap<>();
    response
        .getStringHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    byte[] body = new byte[0];
    if (response.hasEntity()) {
      try (InputStream stream = response.readEntity(InputStream.class)) {
        body = stream.readNBytes(LONGEST + 1);
      }
    }
    return new GitLabAnswer(response.getStatus(), Map.copyOf(headers), json(body));
  }

  private static JsonNode json(byte[] body) throws IOException {
    if (body.length > 0 && body.length <= LONGEST) {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException notJson) {
        return MissingNode.getInstance();
      }
    }
    return MissingNode.getInstance();
  }

  /** Whether GitLab itself spoke, and not a proxy on the way. */
  boolean isJson() {
    return body.isContainerNode();
  }

  /** Whether it points elsewhere. */
  boolean isRedirect() {
    return status >= 300 && status < 400;
  }

  /** All texts of an error, to look for known phrases in; never shown. */
  String errorText() {
    return isJson() ? body.toString() : "";
  }

  /** The object of a good answer. */
  JsonNode object() throws UnreadableException {
    if (!body.isObject()) {
      throw new UnreadableException("no object");
    }
    return body;
  }

  /** The elements of a good answer that is a list. */
  <T> List<T> rows(Row<T> row) throws UnreadableException {
    if (!body.isArray()) {
      throw new UnreadableException("no list");
    }
    List<T> rows = new ArrayList<>();
    for (JsonNode json : body) {
      rows.add(row.read(json));
    }
    return rows;
  }

  /**
   * The number of the next page; empty on the last one.
   *
   * @throws UnreadableException if there is one that has no number: half a list is none
   */
  Optional<String> nextPage() throws UnreadableException {
    Optional<String> number =
        header("x-next-page")
            .filter(text -> text.matches("[0-9]{1,9}"))
            .or(
                () ->
                    header("link")
                        .map(NEXT_PAGE::matcher)
                        .filter(Matcher::find)
                        .map(link -> link.group(1)));
    if (number.isEmpty() && header("link").orElse("").contains("rel=\"next\"")) {
      throw new UnreadableException("no page number");
    }
    return number;
  }

  /** When the server sent it, by its own clock. */
  Optional<Instant> date() {
    return header("date").flatMap(GitLabAnswer::httpDate);
  }

  /** What it says about limits. */
  Pacer.Told told(Instant now) {
    Instant serverNow = date().orElse(now);
    return new Pacer.Told(
        status,
        number("ratelimit-limit"),
        number("ratelimit-remaining"),
        number("ratelimit-reset")
            .map(at -> now.plus(Duration.between(serverNow, Instant.ofEpochSecond(at)))),
        header("retry-after").flatMap(value -> retryAfter(value, serverNow)));
  }

  /** A header's value, empty if it is absent or blank. */
  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private Optional<Long> number(String name) {
    return header(name).filter(text -> text.matches("[0-9]{1,12}")).map(Long::valueOf);
  }

  private static Optional<Duration> retryAfter(String value, Instant serverNow) {
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    return httpDate(value)
        .map(at -> Duration.between(serverNow, at))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  private static Optional<Instant> httpDate(String text) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }
}

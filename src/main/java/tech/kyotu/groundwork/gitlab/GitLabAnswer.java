package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** An answer that says nothing we can read; how the port's callers hear of it is their affair. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String what) {
      super(what);
    }
  }

  /** Reads a body; more than {@link #LONGEST} bytes, or anything but JSON, count as none. */
  static GitLabAnswer of(int status, Map<String, String> headers, byte[] body) throws IOException {
    JsonNode json = MissingNode.getInstance();
    if (body.length > 0 && body.length <= LONGEST) {
      try {
        json = JSON.readTree(body);
      } catch (JsonProcessingException notJson) {
        json = MissingNode.getInstance();
      }
    }
    return new GitLabAnswer(status, Map.copyOf(headers), json);
  }

  /** Whether GitLab itself spoke, and not a proxy on the way. */
  boolean isJson() {
    return body.isContainerNode();
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

  /** The list of a good answer. */
  JsonNode array() throws UnreadableException {
    if (!body.isArray()) {
      throw new UnreadableException("no list");
    }
    return body;
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

  /** An id: a whole number above zero that fits 63 bits. */
  static long id(JsonNode object) throws UnreadableException {
    JsonNode id = object.path("id");
    if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() <= 0) {
      throw new UnreadableException("no id");
    }
    return id.longValue();
  }

  /** A group; only id and full path must be there. */
  static GitLab.Group group(JsonNode json) throws UnreadableException {
    String fullPath = json.path("full_path").asText("");
    if (!fullPath.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")) {
      throw new UnreadableException("no path");
    }
    JsonNode parent = json.path("parent_id");
    return new GitLab.Group(
        id(json),
        fullPath,
        text(json, "name"),
        text(json, "description"),
        text(json, "visibility"),
        parent.isIntegralNumber() ? OptionalLong.of(parent.longValue()) : OptionalLong.empty(),
        json.path("archived").asBoolean(false),
        day(json, "marked_for_deletion_on"),
        text(json, "web_url"));
  }

  /** A token without its value. */
  static GitLab.Token token(JsonNode json) throws UnreadableException {
    Set<String> scopes = new HashSet<>();
    json.path("scopes").forEach(scope -> scopes.add(scope.asText("")));
    boolean revoked = json.path("revoked").asBoolean(false);
    return new GitLab.Token(
        id(json),
        text(json, "name"),
        time(json, "created_at"),
        day(json, "expires_at"),
        json.path("active").asBoolean(!revoked),
        revoked,
        json.path("access_level").asInt(0),
        scopes);
  }

  /** A date, also where a date and time is sent. */
  static Optional<LocalDate> day(JsonNode json, String field) throws UnreadableException {
    String text = text(json, field);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(text.substring(0, Math.min(10, text.length()))));
    } catch (DateTimeParseException unreadable) {
      throw new UnreadableException("no date");
    }
  }

  /** A time; a mere date counts as its start. */
  static Instant time(JsonNode json, String field) throws UnreadableException {
    String text = text(json, field);
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text));
    } catch (DateTimeParseException unreadable) {
      throw new UnreadableException("no time");
    }
  }

  /** A text; empty if it is absent, null or no text. */
  static String text(JsonNode json, String field) {
    return json.path(field).isTextual() ? json.path(field).textValue() : "";
  }
}

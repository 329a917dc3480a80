package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** GitLab's objects in our words, read strictly where we rely on them and gently elsewhere. */
final class GitLabJson {

  /** An answer that says nothing we can read; how the port's callers hear of it is their affair. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String what) {
      super(what);
    }
  }

  private GitLabJson() {}

  /** Who a credential is. */
  static GitLab.Identity identity(JsonNode json) throws UnreadableException {
    return new GitLab.Identity(
        json.path("user_id").asLong(0), scopes(json), day(json, "expires_at"));
  }

  /** An id: a whole number above zero that fits 63 bits. */
  private static long id(JsonNode object) throws UnreadableException {
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
    boolean revoked = json.path("revoked").asBoolean(false);
    return new GitLab.Token(
        id(json),
        text(json, "name"),
        time(json, "created_at"),
        day(json, "expires_at"),
        json.path("active").asBoolean(!revoked),
        revoked,
        json.path("access_level").asInt(0),
        scopes(json));
  }

  /** A token that was just made, with its value; GitLab may leave out the date that we sent. */
  static GitLab.Issuance issued(JsonNode json, LocalDate sent) throws UnreadableException {
    try {
      return new GitLab.Issuance.Issued(
          id(json),
          time(json, "created_at"),
          day(json, "expires_at").orElse(sent),
          SecretValue.of(text(json, "token")));
    } catch (IllegalArgumentException noToken) {
      throw new UnreadableException("no token");
    }
  }

  private static Set<String> scopes(JsonNode json) {
    Set<String> scopes = new HashSet<>();
    json.path("scopes").forEach(scope -> scopes.add(scope.asText("")));
    return scopes;
  }

  /** A date, also where a date and time is sent. */
  private static Optional<LocalDate> day(JsonNode json, String field) throws UnreadableException {
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
  private static Instant time(JsonNode json, String field) throws UnreadableException {
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
  private static String text(JsonNode json, String field) {
    return json.path(field).isTextual() ? json.path(field).textValue() : "";
  }
}

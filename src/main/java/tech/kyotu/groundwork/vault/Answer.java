package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * What came back from a call, and the only place that says what it means.
 *
 * <p>Status codes as Vault 1.13 uses them. Whatever does not look like Vault is somebody on the
 * way, and never proof of anything.
 *
 * @param status HTTP status
 * @param json the body; a missing node if it is no JSON object
 * @param empty whether there was no body
 * @param retryAfter how long we are asked to wait; empty if not asked
 */
record Answer(int status, JsonNode json, boolean empty, Optional<Duration> retryAfter) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Duration NOT_REPLICATED = Duration.ofSeconds(1);
  private static final long LONGEST_WAIT = 300;

  /** What kind of call was answered. */
  enum Call {
    READ,
    /** A read of names, which may be many. */
    LIST,
    /** A read that is sent as a write. */
    LOOKUP,
    WRITE,
    DELETE
  }

  static Answer of(int status, HttpHeaders headers, String body) {
    return new Answer(
        status,
        parse(body),
        body.isBlank(),
        headers.firstValue("Retry-After").flatMap(Answer::seconds));
  }

  /** What to say when nothing came back, or not all: a write may have taken effect. */
  static RetryableException none(Call call, String path) {
    return lost(call, "Vault does not answer at " + path + ".");
  }

  /** Status only: the body may hold a token. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }

  /**
   * The body of a success, or empty if Vault says that the thing is absent.
   *
   * @param call what was asked
   * @param path where, for the message
   * @throws RetryableException if Vault cannot answer now, or somebody else did
   * @throws RejectedException if Vault refuses
   */
  Optional<JsonNode> check(Call call, String path) throws StepException {
    return switch (status) {
      case 200 -> Optional.of(genuine(call, path));
      case 204 -> nothing(call, path);
      case 404 -> absent(call, path);
      case 400 ->
          throw new RejectedException(
              Reason.PREREQUISITE_MISSING,
              "Vault refused " + word(call) + " " + path + " (400): " + errors() + ".");
      case 403 ->
          throw new RejectedException(
              Reason.ACCESS_DENIED,
              "Vault refused to "
                  + word(call)
                  + " "
                  + path
                  + " (403). Add the operator's policy from the security guide to its Vault role.");
      case 405, 415 ->
          throw new IllegalStateException(
              "vault answers " + status + " to " + word(call) + " " + path);
      case 412 ->
          throw RetryableException.after(
              Reason.REMOTE_UNAVAILABLE,
              "Vault has not replicated its state yet (412).",
              NOT_REPLICATED);
      case 429 -> throw limited();
      case 472, 473 ->
          throw unavailable(
              "is a standby (" + status + "); set the active address in vault.address");
      case 307, 308 ->
          throw unavailable(
              "points elsewhere (" + status + "); set the active address in vault.address");
      case 501 -> throw unavailable("is not initialised (501)");
      case 503 -> throw unavailable("is sealed or away (503)");
      default -> throw other(call, path);
    };
  }

  /** What Vault reads always has data; without it a stranger's JSON would pass for a bare thing. */
  private JsonNode genuine(Call call, String path) throws RetryableException {
    boolean isVaults =
        switch (call) {
          case READ, LIST, LOOKUP -> json.path("data").isObject();
          case WRITE, DELETE -> json.isObject();
        };
    if (!isVaults) {
      throw notVault(path);
    }
    return json;
  }

  /** Writes answer 204, and so does a look-up of a group that is absent. A read never does. */
  private Optional<JsonNode> nothing(Call call, String path) throws RetryableException {
    if (call == Call.READ || call == Call.LIST || !empty) {
      throw notVault(path);
    }
    return Optional.empty();
  }

  private Optional<JsonNode> absent(Call call, String path) throws StepException {
    JsonNode errors = json.path("errors");
    if (!errors.isArray()) {
      throw notVault(path);
    }
    if (!errors.isEmpty() || call == Call.WRITE) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "Vault has no engine or auth method for " + path + " (404): " + errors() + ".");
    }
    return Optional.empty();
  }

  private RetryableException limited() {
    String message = "Vault asked to wait (429).";
    return retryAfter
        .map(wait -> RetryableException.after(Reason.RATE_LIMITED, message, wait))
        .orElseGet(() -> new RetryableException(Reason.RATE_LIMITED, message));
  }

  private RetryableException other(Call call, String path) {
    if (status < 500) {
      return notVault(path);
    }
    return lost(call, "Vault failed to " + word(call) + " " + path + " (" + status + ").");
  }

  private static RetryableException lost(Call call, String message) {
    return switch (call) {
      case READ, LIST, LOOKUP -> new RetryableException(Reason.REMOTE_UNAVAILABLE, message);
      case WRITE, DELETE -> RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, message);
    };
  }

  private RetryableException notVault(String path) {
    return unavailable(
        "did not answer at " + path + ": something else did (" + status + "); check vault.address");
  }

  private static RetryableException unavailable(String what) {
    return new RetryableException(Reason.REMOTE_UNAVAILABLE, "Vault " + what + ".");
  }

  private String errors() {
    List<String> errors = new ArrayList<>();
    json.path("errors").forEach(error -> errors.add(error.asText()));
    return errors.isEmpty() ? "no reason given" : Sanitizer.foreign(String.join("; ", errors));
  }

  private static String word(Call call) {
    return switch (call) {
      case READ, LIST, LOOKUP -> "read";
      case WRITE -> "write";
      case DELETE -> "delete";
    };
  }

  private static JsonNode parse(String body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : MissingNode.getInstance();
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  private static Optional<Duration> seconds(String header) {
    return header.matches("\\d{1,9}")
        ? Optional.of(Duration.ofSeconds(Math.min(LONGEST_WAIT, Long.parseLong(header))))
        : Optional.empty();
  }
}

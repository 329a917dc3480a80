package tech.kyotu.groundwork.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What Vault answered.
 *
 * @param status the HTTP status
 * @param body the JSON of the answer; a missing node where it had none
 */
public record VaultAnswer(int status, JsonNode body) {
  /** The field {@code data}; a missing node where there is none. */
  public JsonNode data() {
    return body.path("data");
  }

  /** The keys of a list; empty where nothing is listed. */
  public List<String> keys() {
    return StreamSupport.stream(data().path("keys").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /**
   * The client token of a login or of a token made.
   *
   * @throws IllegalStateException if the answer holds none
   */
  public String token() {
    String token = body.path("auth").path("client_token").asText();
    if (token.isEmpty()) {
      throw new IllegalStateException("no token, status " + status + " " + body.path("errors"));
    }
    return token;
  }

  /** This answer, if it is a success. */
  VaultAnswer orFail(String what) {
    if (status / 100 != 2) {
      throw new IllegalStateException(what + ": status " + status + " " + body.path("errors"));
    }
    return this;
  }

  /** Status only: a body can hold a token or a secret. */
  @Override
  public String toString() {
    return "VaultAnswer[status=" + status + "]";
  }
}

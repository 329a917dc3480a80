package tech.kyotu.groundwork.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What Vault was asked, by its own audit device. Vault writes a request down before it answers, so
 * counts are exact.
 */
public final class VaultRequests {
  private final JsonLines lines;

  VaultRequests(Path file) {
    this.lines = new JsonLines(file);
  }

  /**
   * One request.
   *
   * @param caller the display name of the token: {@code kubernetes-<namespace>-<account>}, {@code
   *     oidc-<email>}, {@code token-test} for one made by {@link VaultServer#createToken}, {@code
   *     token} for root; empty for a login
   * @param operation {@code read, list, create, update, delete}
   * @param path full API path without {@code v1/}; that of a list ends in a slash
   */
  public record Request(String caller, String operation, String path) {}

  /** The present, to look from later. */
  public long mark() {
    return lines.end();
  }

  /**
   * All requests since a mark in their order, also the refused ones; health checks are not among
   * them.
   */
  public List<Request> since(long mark) {
    List<Request> requests = new ArrayList<>();
    lines.since(
        mark,
        entry -> {
          if ("request".equals(entry.path("type").asText())) {
            requests.add(request(entry));
          }
        });
    return requests;
  }

  private static Request request(JsonNode entry) {
    JsonNode request = entry.path("request");
    return new Request(
        entry.path("auth").path("display_name").asText(),
        request.path("operation").asText(),
        request.path("path").asText());
  }
}

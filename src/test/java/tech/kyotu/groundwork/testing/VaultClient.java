package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * Vault as one caller sees it: full API paths without {@code v1/}, and the plain answer, also to
 * what is refused.
 */
public final class VaultClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String url;
  private final String token;

  VaultClient(HttpClient http, String url, String token) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  /** Reads a path such as {@code secret/data/shop-dev/db}. */
  public VaultAnswer read(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  /** Lists the keys below a path. */
  public VaultAnswer list(String path) {
    return send("LIST", path, BodyPublishers.noBody());
  }

  /** Writes to a path; the body is turned into JSON. */
  public VaultAnswer write(String path, Map<String, ?> body) {
    try {
      return send("POST", path, BodyPublishers.ofString(JSON.writeValueAsString(body), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a path. */
  public VaultAnswer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  private VaultAnswer send(String method, String path, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/v1/" + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body);
    if (!token.isEmpty()) {
      request.header("X-Vault-Token", token);
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString(UTF_8));
      return new VaultAnswer(
          response.statusCode(),
          response.body().isBlank() ? MissingNode.getInstance() : JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Vault", e);
    }
  }
}

package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tech.kyotu.groundwork.cli.ApiServer.Answer;

/** The way to an operator outside a cluster. No credential of the caller goes there. */
final class OperatorUrl implements Operator.Way {

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final Duration patience;

  /**
   * A way.
   *
   * @throws Failure if the text is no address
   */
  OperatorUrl(String url, Duration patience) {
    this.patience = patience;
    try {
      this.base = URI.create(url.replaceFirst("/+$", ""));
      if (base.getHost() == null || !String.valueOf(base.getScheme()).startsWith("http")) {
        throw new IllegalArgumentException(url);
      }
    } catch (IllegalArgumentException noAddress) {
      throw Failure.wrongUse(
          "OPERATOR_URL is no address: \"%s\". Write it as http://127.0.0.1:8080, or unset it."
              .formatted(url));
    }
  }

  @Override
  public Answer get(String path) {
    return send(request(path).GET().build());
  }

  @Override
  public Answer post(String path, String contentType, String body) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body, UTF_8))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(patience);
  }

  private Answer send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString(UTF_8));
      return new Answer(response.statusCode(), response.body());
    } catch (IOException away) {
      throw new Failure(
          ExitCode.UNREACHABLE,
          "The operator at %s is not reachable (OPERATOR_URL). Start it, or unset OPERATOR_URL to ask the cluster's."
              .formatted(base));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.UNREACHABLE, "Interrupted.");
    }
  }
}

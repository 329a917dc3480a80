package tech.kyotu.groundwork.gitlab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The JDK's client, for the few looks that do not go by gitlab4j. It follows no redirect, and every
 * answer has an end: the time-out of the JDK 17 ends with the headers, and a body that stalls would
 * hold its thread for ever.
 */
final class BoundedClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * An answer.
   *
   * @param body at most {@link GitLabAnswer#LONGEST} bytes of it
   */
  record Answer(int status, HttpHeaders headers, byte[] body) {}

  private final HttpClient client;
  private final Duration patience;

  /**
   * A client.
   *
   * @param patience how long the headers may take, and then the body
   */
  BoundedClient(Optional<SSLContext> trust, Optional<URI> proxy, Duration patience) {
    this.patience = patience;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT);
    trust.ifPresent(builder::sslContext);
    proxy.ifPresent(
        at -> builder.proxy(ProxySelector.of(new InetSocketAddress(at.getHost(), at.getPort()))));
    client = builder.build();
  }

  /**
   * One GET.
   *
   * @throws IOException if there is no whole answer in time
   */
  Answer get(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request.timeout(patience).GET().build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      CompletableFuture<Void> end =
          CompletableFuture.runAsync(
              () -> close(body),
              CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
      try {
        return new Answer(
            answer.statusCode(), answer.headers(), body.readNBytes(GitLabAnswer.LONGEST));
      } finally {
        end.cancel(false);
      }
    }
  }

  /** Whoever waits for more of it hears at once that there is none. */
  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }
}

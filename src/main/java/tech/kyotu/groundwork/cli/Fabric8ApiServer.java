package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.Sanitizer;

/**
 * The adapter: fabric8's client knows kubeconfigs, exec plugins, proxies and impersonation. Its
 * exceptions are translated here and nowhere else.
 */
final class Fabric8ApiServer implements ApiServer {

  private final KubernetesClient client;
  private final Duration patience;

  private Fabric8ApiServer(KubernetesClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  /**
   * Reads the kubeconfig; asks nothing yet.
   *
   * @throws Failure if there is none, or it cannot be used
   */
  static ApiServer open(Flags flags) {
    Config config = kubeconfig(flags);
    int millis = Math.toIntExact(Math.max(1000, flags.answerWithin().toMillis()));
    ConfigBuilder wanted =
        new ConfigBuilder(config)
            .withConnectionTimeout(Math.min(millis, 10_000))
            .withRequestTimeout(millis)
            // Somebody sits before it: one honest answer beats ten tries.
            .withRequestRetryBackoffLimit(0);
    if (flags.user != null) {
      wanted.withImpersonateUsername(flags.user);
      wanted.withImpersonateGroups(flags.groups.toArray(String[]::new));
    }
    try {
      return new Fabric8ApiServer(
          new KubernetesClientBuilder()
              .withConfig(wanted.build())
              // Quarkus takes out of its jar what would let the client find this by itself.
              .withHttpClientFactory(new VertxHttpClientFactory())
              .build(),
          flags.answerWithin());
    } catch (KubernetesClientException unusable) {
      throw new Failure(
          ExitCode.UNREACHABLE,
          "The kubeconfig cannot be used: %s. Try: kubectl version.".formatted(cause(unusable)));
    }
  }

  private static Config kubeconfig(Flags flags) {
    try {
      if (flags.kubeconfig != null) {
        if (!Files.isReadable(flags.kubeconfig)) {
          throw Failure.wrongUse(
              "The kubeconfig %s cannot be read. Name another with --kubeconfig."
                  .formatted(flags.kubeconfig));
        }
        return known(Config.fromKubeconfig(flags.context, flags.kubeconfig.toFile()), flags);
      }
      return found(known(Config.autoConfigure(flags.context), flags));
    } catch (KubernetesClientException | IllegalArgumentException unreadable) {
      throw Failure.wrongUse(
          "The kubeconfig does not parse: %s. Try: kubectl config view."
              .formatted(cause(unreadable)));
    }
  }

  private static Config known(Config config, Flags flags) {
    if (flags.context != null
        && (config.getCurrentContext() == null
            || !flags.context.equals(config.getCurrentContext().getName()))) {
      throw Failure.wrongUse(
          "The kubeconfig has no context %s. kubectl config get-contexts lists them."
              .formatted(flags.context));
    }
    return config;
  }

  /** Where nothing says which cluster is meant, fabric8 takes the name that a pod would use. */
  private static Config found(Config config) {
    if (config.getCurrentContext() == null
        && config.getMasterUrl().startsWith(Config.DEFAULT_MASTER_URL)) {
      throw Failure.wrongUse(
          "There is no kubeconfig. Set KUBECONFIG to one, or name it with --kubeconfig.");
    }
    return config;
  }

  @Override
  public String namespace() {
    String namespace = client.getConfiguration().getNamespace();
    return namespace == null || namespace.isEmpty() ? "default" : namespace;
  }

  @Override
  public Answer get(String path, String accept) {
    return send(request(path).header("Accept", accept).build());
  }

  @Override
  public Answer post(String path, String contentType, String body) {
    return send(request(path).method("POST", contentType, body).build());
  }

  @Override
  public Answer patch(String path, String body) {
    return send(request(path).method("PATCH", "application/merge-patch+json", body).build());
  }

  private HttpRequest.Builder request(String path) {
    String base = client.getConfiguration().getMasterUrl().replaceFirst("/+$", "");
    return client.getHttpClient().newHttpRequestBuilder().uri(base + path);
  }

  private Answer send(HttpRequest request) {
    HttpResponse<String> response =
        await(client.getHttpClient().sendAsync(request, String.class), patience);
    String body = response.body();
    return new Answer(response.code(), body == null ? "" : body);
  }

  @Override
  public Answer watch(String path, Predicate<JsonNode> isEnough, Duration atMost) {
    HttpClient http = client.getHttpClient();
    WatchedLines lines = new WatchedLines(isEnough);
    HttpRequest request = request(path).forStreaming().build();
    var response =
        await(
            http.consumeBytes(
                request,
                (buffers, body) -> {
                  if (lines.isEnoughWith(buffers)) {
                    body.cancel();
                  } else {
                    body.consume();
                  }
                }),
            patience);
    CompletableFuture<Void> end = response.body().done();
    var unused = end.whenComplete((nothing, broken) -> lines.end());
    response.body().consume();
    if (!lines.awaitEnd(atMost)) {
      response.body().cancel();
    }
    return new Answer(response.code(), lines.rest());
  }

  private <T> T await(CompletableFuture<T> answer, Duration atMost) {
    try {
      return answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      answer.cancel(true);
      throw unreachable("no answer within %s".formatted(Amount.brief(atMost)));
    } catch (ExecutionException failed) {
      throw unreachable(cause(failed));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted");
    }
  }

  private Failure unreachable(String why) {
    return new Failure(
        ExitCode.UNREACHABLE,
        "The API server %s is not reachable: %s. Check the network and the kubeconfig's context (--context)."
            .formatted(client.getConfiguration().getMasterUrl(), why));
  }

  private static String cause(Throwable failed) {
    Throwable at = failed;
    @Nullable Throwable deeper = at.getCause();
    while (deeper != null) {
      at = deeper;
      deeper = at.getCause();
    }
    String said = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    return Sanitizer.foreign(said).replaceFirst("[.]$", "");
  }

  @Override
  public void close() {
    client.close();
  }
}

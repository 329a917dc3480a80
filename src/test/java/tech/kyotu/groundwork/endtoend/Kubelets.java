package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tech.kyotu.groundwork.playground.World;

/**
 * Pulls an image of each Project all the time, over HTTP as a container runtime does: once with
 * what the pull secret holds at that moment, and once with what it held up to a minute ago.
 */
final class Kubelets implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration OLDEST_COPY = Duration.ofMinutes(1);
  private static final long MILLIS_BETWEEN_PULLS = 40;

  private final World world;
  private final List<String> projectIds;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong unread = new AtomicLong();
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong byCopy = new AtomicLong();

  /** What a pull secret held at a moment; has no toString that would tell it. */
  private static final class Copy {
    private final String tokenId;
    private final String basic;
    private final long takenAt = System.nanoTime();

    Copy(String tokenId, String basic) {
      this.tokenId = tokenId;
      this.basic = basic;
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - takenAt);
    }
  }

  /** Pulls from now on; the pull secrets must be there. */
  Kubelets(World world, List<String> projectIds) {
    this.world = world;
    this.projectIds = List.copyOf(projectIds);
    projectIds.forEach(it -> world.gitlab().addImage(image(it)));
    Map<String, Copy> copies = new HashMap<>();
    start(live, this::copy);
    start(
        byCopy,
        id -> {
          Copy old = copies.get(id);
          Copy held = old == null || old.age().compareTo(OLDEST_COPY) > 0 ? copy(id) : old;
          copies.put(id, held);
          return held;
        });
  }

  /** The pulls that failed, and why; never with a value. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** How often was pulled with what the secret held at that moment. */
  long live() {
    return live.get();
  }

  /** How often the API server did not give the secret, so that no pull began. */
  long unread() {
    return unread.get();
  }

  /** How often was pulled with an older copy. */
  long byCopy() {
    return byCopy.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Reads a login for a Project. */
  private interface Source {
    Copy read(String projectId) throws IOException;
  }

  private void start(AtomicLong count, Source source) {
    AtomicLong turn = new AtomicLong();
    Runnable pull =
        () -> {
          String id = projectIds.get((int) (turn.getAndIncrement() % projectIds.size()));
          try {
            Copy login = source.read(id);
            pull(id, login);
            count.incrementAndGet();
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          } catch (KubernetesClientException busy) {
            // Without the secret no pull began; a kubelet reads it again.
            unread.incrementAndGet();
          } catch (IOException | RuntimeException e) {
            failures.add(id + ": " + e);
          }
        };
    var unused =
        threads.scheduleWithFixedDelay(pull, 0, MILLIS_BETWEEN_PULLS, TimeUnit.MILLISECONDS);
  }

  private Copy copy(String projectId) throws IOException {
    Secret secret =
        world
            .cluster()
            .adminClient()
            .secrets()
            .inNamespace(projectId + "-dev")
            .withName(PublishedTokens.SECRET)
            .require();
    byte[] file = Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson"));
    JsonNode login = JSON.readTree(file).path("auths").path(world.gitlab().registryHost());
    return new Copy(
        secret.getMetadata().getAnnotations().get("kyotu.tech/token-id"),
        login.path("auth").asText());
  }

  private void pull(String projectId, Copy login) throws IOException, InterruptedException {
    String image = image(projectId);
    String scope = "/jwt/auth?service=container_registry&scope=repository:" + image + ":pull";
    HttpResponse<String> token = get(scope, "Basic " + login.basic);
    if (token.statusCode() != 200) {
      throw refused("login", token, login);
    }
    String bearer = JSON.readTree(token.body()).path("token").asText();
    HttpResponse<String> manifest = get("/v2/" + image + "/manifests/latest", "Bearer " + bearer);
    if (manifest.statusCode() != 200) {
      throw refused("manifest", manifest, login);
    }
  }

  private static IOException refused(String what, HttpResponse<String> answer, Copy login) {
    return new IOException(
        "%s answered %d to token %s, read %d ms before"
            .formatted(what, answer.statusCode(), login.tokenId, login.age().toMillis()));
  }

  private HttpResponse<String> get(String path, String authorization)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(world.gitlab().url() + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", authorization)
            .build();
    return http.send(request, BodyHandlers.ofString(UTF_8));
  }

  private static String image(String projectId) {
    return World.PARENT_GROUP + "/" + projectId + "/web";
  }
}

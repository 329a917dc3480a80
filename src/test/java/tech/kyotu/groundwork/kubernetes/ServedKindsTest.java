package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** Answers to a question about kinds that a good API server does not give. */
class ServedKindsTest {

  private static final String VERSION = "external-secrets.io/v1";
  private static final String GROUPS =
      """
      {"kind": "APIGroupList", "groups": [{"name": "external-secrets.io", "versions": [
        {"groupVersion": "external-secrets.io/v1", "version": "v1"}]}]}
      """;
  private static final String KINDS =
      """
      {"kind": "APIResourceList", "groupVersion": "external-secrets.io/v1", "resources": [
        {"name": "secretstores", "kind": "SecretStore", "namespaced": true}]}
      """;

  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final Map<String, Integer> codes = new ConcurrentHashMap<>();
  private HttpServer server;
  private KubernetesClient client;
  private ServedKinds kinds;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body =
              bodies.getOrDefault(path, "404 page not found").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              codes.getOrDefault(path, bodies.containsKey(path) ? 200 : 404), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    kinds = new ServedKinds(client);
    bodies.put("/apis", GROUPS);
    bodies.put("/apis/" + VERSION, KINDS);
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  @Test
  void onlyTheListsThatItGivesTell() throws StepException {
    assertThat(kinds.serves(VERSION, "SecretStore")).isTrue();
    assertThat(kinds.serves(VERSION, "ExternalSecret")).isFalse();
    assertThat(kinds.serves("external-secrets.io/v1beta1", "SecretStore")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/apis; 404; 404 page not found",
        "/apis; 200; <html>please log in</html>",
        "/apis; 200; {}",
        "/apis; 200; ''",
        "/apis; 503; ''",
        "/apis/external-secrets.io/v1; 404; 404 page not found",
        "/apis/external-secrets.io/v1; 200; <html></html>",
        "/apis/external-secrets.io/v1; 200; {}",
        "/apis/external-secrets.io/v1; 503; ''",
      })
  void anythingElseIsNoAnswer(String path, int code, String body) {
    bodies.put(path, body);
    codes.put(path, code);
    assertThat(
            catchThrowableOfType(StepException.class, () -> kinds.serves(VERSION, "SecretStore")))
        .isInstanceOf(RetryableException.class);
  }

  @Test
  void aRefusalNamesTheRightThatIsMissing() {
    codes.put("/apis", 403);
    bodies.put(
        "/apis",
        """
        {"kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden",
         "message": "User cannot get path /apis"}
        """);
    assertThat(
            catchThrowableOfType(StepException.class, () -> kinds.serves(VERSION, "SecretStore")))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("refused the operator to get /apis");
  }
}

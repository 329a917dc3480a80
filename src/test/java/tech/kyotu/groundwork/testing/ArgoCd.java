package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Argo CD 3.2 as processes beside a {@link ControlPlane}: repo-server, application-controller and
 * applicationset-controller, with Redis between them. There is no API server of its own: people
 * speak to it by its objects. It looks at Git every two seconds, in place of every three minutes.
 */
public final class ArgoCd implements AutoCloseable {
  private static final String NAMESPACE = "argocd";
  private static final String OFTEN = "2s";

  private final FollowerHome home;
  private final FollowerProcesses processes;
  private final Path binary = FollowerBinary.ARGOCD.path();
  private final int redisPort = ServerProcess.freePort();
  private final int repoServerPort = ServerProcess.freePort();

  private ArgoCd(ControlPlane cluster, Path logs) {
    this.home = FollowerHome.in(cluster, NAMESPACE, "argocd-application-controller");
    this.processes = new FollowerProcesses(logs);
  }

  /**
   * Brings Argo CD's namespace, CRDs and configuration into the cluster, starts its parts, and
   * returns when they are ready.
   *
   * @param logs the folder where each part has its log
   * @throws MissingServerException if a program is missing
   * @throws IllegalStateException if one does not come up; the message holds the end of its log
   */
  public static ArgoCd start(ControlPlane cluster, Path logs) {
    ArgoCd argo = new ArgoCd(cluster, logs);
    try {
      argo.home.furnish(FollowerBinary.ARGOCD.manifests());
      // Made by argocd-server at its first start, of which there is none here.
      argo.apply("argocd-secret", Map.of(), Map.of("server.secretkey", UUID.randomUUID() + ""));
      argo.startRedis();
      argo.startRepoServer();
      argo.startController();
      argo.startSetController();
      return argo;
    } catch (RuntimeException e) {
      argo.close();
      throw e;
    }
  }

  /** Tells Argo CD how to log in to a repository. */
  public void admit(HostedRepository repository, GitServer server) {
    apply(
        "deployment-repository",
        Map.of("argocd.argoproj.io/secret-type", "repository"),
        Map.of(
            "type", "git",
            "url", repository.url(),
            "username", server.username(),
            "password", server.token()));
  }

  /** Ends all parts; what they applied stays in the cluster. */
  @Override
  public void close() {
    processes.close();
  }

  private void startRedis() {
    List<String> command = new ArrayList<>(List.of(FollowerBinary.REDIS.path().toString()));
    command.addAll(List.of("--bind", "127.0.0.1", "--port", redisPort + ""));
    command.addAll(List.of("--save", "", "--appendonly", "no"));
    command.addAll(List.of("--dir", processes.folder("redis").toString()));
    processes.start("redis", command, Map.of(), this::redisAnswers);
  }

  private void startRepoServer() {
    int metrics = ServerProcess.freePort();
    start(
        "argocd-repo-server",
        FollowerProcesses.answers(metrics, "/healthz"),
        "--address=127.0.0.1",
        "--port=" + repoServerPort,
        "--metrics-address=127.0.0.1",
        "--metrics-port=" + metrics,
        "--redis=127.0.0.1:" + redisPort,
        "--disable-tls");
  }

  private void startController() {
    int metrics = ServerProcess.freePort();
    start(
        "argocd-application-controller",
        FollowerProcesses.answers(metrics, "/healthz"),
        "--metrics-port=" + metrics,
        "--redis=127.0.0.1:" + redisPort,
        "--repo-server=127.0.0.1:" + repoServerPort,
        "--repo-server-plaintext",
        "--persist-resource-health"); // else it is in the cache alone, for the user interface
  }

  private void startSetController() {
    int metrics = ServerProcess.freePort();
    start(
        "argocd-applicationset-controller",
        FollowerProcesses.answers(metrics, "/metrics"), // its probe has nothing to tell: 404
        "--metrics-addr=127.0.0.1:" + metrics,
        "--probe-addr=127.0.0.1:" + ServerProcess.freePort(),
        "--webhook-addr=127.0.0.1:" + ServerProcess.freePort(),
        "--argocd-repo-server=127.0.0.1:" + repoServerPort,
        "--repo-server-plaintext");
  }

  private void start(String role, BooleanSupplier ready, String... flags) {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(flags));
    processes.start(role, command, environment(role), ready);
  }

  private Map<String, String> environment(String role) {
    Map<String, String> all = new HashMap<>();
    all.put("ARGOCD_BINARY_NAME", role);
    all.put("KUBECONFIG", home.kubeconfig(processes.file("kubeconfig")).toString());
    all.put("ARGOCD_FAKE_IN_CLUSTER", "true"); // "in this cluster" is then where KUBECONFIG points
    all.put("HOSTNAME", "argocd-application-controller-0"); // shards count by the pod's name
    all.put("ARGOCD_RECONCILIATION_TIMEOUT", OFTEN);
    all.put("ARGOCD_RECONCILIATION_JITTER", "0s");
    all.put("ARGOCD_APPLICATIONSET_CONTROLLER_REQUEUE_AFTER", OFTEN);
    all.put("ARGOCD_GPG_ENABLED", "false");
    all.put("ARGOCD_TLS_DATA_PATH", processes.folder("tls").toString());
    all.put("ARGOCD_SSH_DATA_PATH", processes.folder("ssh").toString());
    all.put("ARGOCD_PLUGINSOCKFILEPATH", processes.folder("plugins").toString());
    all.put("TMPDIR", processes.folder("tmp").toString());
    // Git asks for the login by running a program called argocd, which asks over this socket.
    all.put("ARGOCD_ASK_PASS_SOCK", processes.file("ask-pass.sock").toString());
    all.put("PATH", binary.getParent() + File.pathSeparator + System.getenv("PATH"));
    return all;
  }

  private void apply(String name, Map<String, String> labels, Map<String, String> data) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(NAMESPACE)
            .withLabels(labels)
            .endMetadata()
            .withStringData(data)
            .build();
    var unused =
        home.cluster().adminClient().resource(secret).fieldManager("login").serverSideApply();
  }

  private boolean redisAnswers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }
}

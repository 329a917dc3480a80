package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Flux as processes beside a {@link ControlPlane}: source-controller 1.9 fetches the repository,
 * kustomize-controller 1.9 applies it. With the lock-down that Flux advises for many tenants: no
 * reference across namespaces, nothing from elsewhere.
 */
public final class FluxControllers implements AutoCloseable {
  private static final String NAMESPACE = "flux-system";

  private final FollowerHome home;
  private final FollowerProcesses processes;

  private FluxControllers(ControlPlane cluster, Path logs) {
    this.home = FollowerHome.in(cluster, NAMESPACE, "kustomize-controller");
    this.processes = new FollowerProcesses(logs);
  }

  /**
   * Brings Flux's namespace and CRDs into the cluster, starts both controllers, and returns when
   * they are ready.
   *
   * @param logs the folder where each controller has its log
   * @throws MissingServerException if a program is missing
   * @throws IllegalStateException if one does not come up; the message holds the end of its log
   */
  public static FluxControllers start(ControlPlane cluster, Path logs) {
    FluxControllers flux = new FluxControllers(cluster, logs);
    try {
      flux.home.furnish(FollowerBinary.SOURCE_CONTROLLER.manifests());
      flux.home.furnish(FollowerBinary.KUSTOMIZE_CONTROLLER.manifests());
      flux.startSourceController();
      flux.startKustomizeController();
      return flux;
    } catch (RuntimeException e) {
      flux.close();
      throw e;
    }
  }

  /**
   * Lets Flux follow branch {@code main} of a repository, of which it applies {@code clusters/main}
   * first, as {@code flux bootstrap} does; both are called {@code flux-system}. It looks at the
   * branch every second.
   */
  public void bootstrap(HostedRepository repository, GitServer server) {
    KubernetesClient admin = home.cluster().adminClient();
    var login =
        new SecretBuilder()
            .withNewMetadata()
            .withName("flux-system")
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withStringData(Map.of("username", server.username(), "password", server.token()))
            .build();
    var secret = admin.resource(login).serverSideApply();
    String objects =
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata:
          name: flux-system
          namespace: flux-system
        spec:
          url: %s
          ref:
            branch: main
          interval: 1s
          secretRef:
            name: %s
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata:
          name: flux-system
          namespace: flux-system
        spec:
          path: ./clusters/main
          interval: 10m
          prune: true
          sourceRef:
            kind: GitRepository
            name: flux-system
        """
            .formatted(repository.url(), secret.getMetadata().getName());
    var unused = admin.load(new ByteArrayInputStream(objects.getBytes(UTF_8))).serverSideApply();
  }

  /** Ends the controllers; what they applied stays in the cluster. */
  @Override
  public void close() {
    processes.close();
  }

  private void startSourceController() {
    String artifacts = "127.0.0.1:" + ServerProcess.freePort();
    start(
        "source-controller",
        FollowerBinary.SOURCE_CONTROLLER,
        "--storage-path=" + processes.folder("artifacts"),
        "--storage-addr=" + artifacts,
        "--storage-adv-addr=" + artifacts);
  }

  private void startKustomizeController() {
    start(
        "kustomize-controller",
        FollowerBinary.KUSTOMIZE_CONTROLLER,
        "--no-cross-namespace-refs=true",
        "--no-remote-bases=true");
  }

  private void start(String name, FollowerBinary binary, String... flags) {
    int health = ServerProcess.freePort();
    List<String> command = new ArrayList<>(List.of(binary.path().toString()));
    command.add("--health-addr=127.0.0.1:" + health);
    command.add("--metrics-addr=127.0.0.1:" + ServerProcess.freePort());
    command.addAll(List.of(flags));
    Map<String, String> environment =
        Map.of(
            "KUBECONFIG", home.kubeconfig(processes.file(name + ".kubeconfig")).toString(),
            "RUNTIME_NAMESPACE", NAMESPACE,
            "TMPDIR", processes.folder("tmp").toString());
    processes.start(name, command, environment, FollowerProcesses.answers(health, "/readyz"));
  }
}

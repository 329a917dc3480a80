package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tech.kyotu.groundwork.testing.ArgoCd;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FluxControllers;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;

/** Flux and Argo CD behind the two repositories, installed as the READMEs of these say. */
final class Followers implements AutoCloseable {
  private static final String INSTALL = "namespaces/groundwork-system/install.yaml";

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final ControlPlane cluster;
  private final GitServer git;

  private Followers(ControlPlane cluster, GitServer git) {
    this.cluster = cluster;
    this.git = git;
  }

  /**
   * Starts those that are wanted, each on its repository, and returns when they are ready.
   *
   * @param logs the folder where each of their parts has its log
   */
  static Followers start(Set<Follower> wanted, ControlPlane cluster, GitServer git, Path logs) {
    Followers followers = new Followers(cluster, git);
    try {
      if (wanted.contains(Follower.ARGOCD)) {
        followers.startArgoCd(logs);
      }
      if (wanted.contains(Follower.FLUX)) {
        followers.startFlux(logs);
      }
      return followers;
    } catch (RuntimeException e) {
      followers.close();
      throw e;
    }
  }

  /** Ends them, the youngest first; what they applied stays in the cluster. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }

  private void startArgoCd(Path logs) {
    ArgoCd argo = ArgoCd.start(cluster, logs);
    closing.push(argo::close);
    argo.admit(git.repository("deployment"), git);
    applyRoot("root/platform-appproject.yaml");
    applyRoot("root/root-application.yaml");
  }

  /** As the README of the repository says: put in the address, then {@code kubectl apply}. */
  private void applyRoot(String file) {
    HostedRepository deployment = git.repository("deployment");
    String shipped = deployment.files().get(file);
    // Kept data of an earlier world holds the address of that one.
    String text = shipped.replaceAll("https?://\\S+/deployment[.]git", deployment.url());
    commit(deployment, "Name our address", Map.of(file, text));
    var unused = admin().load(new ByteArrayInputStream(text.getBytes(UTF_8))).serverSideApply();
  }

  private void startFlux(Path logs) {
    leaveOutWhatCannotRun();
    // What the repository holds for Argo CD and for Vault goes there, whether or not they run.
    namespace("argocd");
    namespace("vault");
    FluxControllers flux = FluxControllers.start(cluster, logs);
    closing.push(flux::close);
    flux.bootstrap(git.repository("flux"), git);
  }

  private void namespace(String name) {
    var unused =
        admin()
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .serverSideApply();
  }

  /** No kubelet runs, so the Deployment would never be ready. */
  private void leaveOutWhatCannotRun() {
    HostedRepository flux = git.repository("flux");
    String runnable =
        Arrays.stream(flux.files().get(INSTALL).split("(?m)^---$"))
            .filter(object -> !object.contains("\nkind: Deployment\n"))
            .collect(joining("---"));
    commit(flux, "Leave out what cannot run here", Map.of(INSTALL, runnable));
  }

  /** Only what differs: data that was kept has it already. */
  private static void commit(
      HostedRepository repository, String message, Map<String, String> files) {
    Map<String, String> changes = new HashMap<>(files);
    changes.entrySet().removeAll(repository.files().entrySet());
    if (!changes.isEmpty()) {
      var unused = repository.commit(message, changes);
    }
  }

  private KubernetesClient admin() {
    return cluster.adminClient();
  }
}

package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.ServerProcess;

/** Two operators beside one another on one world, of which one leads. */
final class Replicas implements AutoCloseable {
  private static final String TEAMS = "teams";
  private static final String OPERATOR_NAMESPACE = "groundwork-system";
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Map<String, OperatorProcess> replicas = new HashMap<>();
  private final World world;
  private final String folder;

  /**
   * Starts both; they end before the world does.
   *
   * @param folder of the world, below target
   */
  Replicas(World world, String folder) {
    this.world = world;
    this.folder = folder;
    var unused =
        admin()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(TEAMS).endMetadata().build())
            .create();
    for (String name : List.of("groundwork-a", "groundwork-b")) {
      replicas.put(name, OperatorProcess.start(launch(name)));
    }
  }

  /** Who has ended is started anew; returns once one of the two leads. */
  void awaitBoth() {
    // Starting returns once a replica calls itself ready, leading or not.
    replicas.values().stream().filter(it -> !it.isAlive()).forEach(OperatorProcess::restart);
    await().atMost(LONG).until(() -> replicas.containsKey(holder()));
  }

  /** The process of this name. */
  OperatorProcess of(String name) {
    return replicas.get(name);
  }

  @Override
  public void close() {
    replicas.values().forEach(OperatorProcess::close);
  }

  private OperatorProcess.Launch launch(String name) {
    Map<String, String> settings = new HashMap<>(world.settings());
    settings.merge("groundwork.git.clone-folder", "-" + name, String::concat);
    return new OperatorProcess.Launch(
        world.operatorKubeconfig(),
        settings,
        ServerProcess.freePort(),
        ServerProcess.freePort(),
        ServerBinary.projectRoot()
            .resolve("target")
            .resolve(folder)
            .resolve("logs")
            .resolve(name + ".log"),
        Optional.of(name));
  }

  /** Who holds the lease; empty if nobody does. */
  String holder() {
    var lease = admin().leases().inNamespace(OPERATOR_NAMESPACE).withName("groundwork").get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }

  String other(String name) {
    return replicas.keySet().stream().filter(it -> !it.equals(name)).findFirst().orElseThrow();
  }

  String log(String name) {
    Path log = replicas.get(name).log();
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void create(String id) {
    Project project = dev(id).inNamespace(TEAMS).build();
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    var unused = admin().resource(project).create();
  }

  void awaitReady(String id) {
    await().atMost(LONG).untilAsserted(() -> Expected.READY.check(project(id)));
  }

  /** How many tokens were ever made for these Projects; a token's name holds the UID. */
  long tokens(List<String> uids) {
    return world.gitlab().history().stream()
        .flatMap(entry -> entry.changes().stream())
        .filter(change -> change.what().equals("token created"))
        .filter(change -> uids.stream().anyMatch(change.name()::contains))
        .count();
  }

  String uid(String id) {
    return project(id).uid();
  }

  Project project(String id) {
    return admin().resources(Project.class).inNamespace(TEAMS).withName(id + "-dev").require();
  }

  boolean isGone(String id) {
    return admin().resources(Project.class).inNamespace(TEAMS).withName(id + "-dev").get() == null;
  }

  KubernetesClient admin() {
    return world.cluster().adminClient();
  }
}

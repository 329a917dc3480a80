package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.ServerProcess;

/** Two replicas of the packaged operator as they are shipped, with the lease of 15, 10 and 2 s. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasIT {
  private static final String TEAMS = "teams";
  private static final String OPERATOR_NAMESPACE = "groundwork-system";
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int BURST = 10;

  private final Map<String, OperatorProcess> replicas = new HashMap<>();
  private World world;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world =
        World.start(
            Wishes.in("replicas").withLatency(Duration.ofMillis(50), Duration.ofMillis(100)));
    var unused =
        admin()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(TEAMS).endMetadata().build())
            .create();
    for (String name : List.of("groundwork-a", "groundwork-b")) {
      replicas.put(name, OperatorProcess.start(launch(name)));
    }
  }

  @AfterAll
  void end() {
    replicas.values().forEach(OperatorProcess::close);
    world.close();
  }

  /** Starting returns once a replica calls itself ready, leading or not. */
  @BeforeEach
  void bothAreReadyAndOneLeads() {
    replicas.values().stream().filter(it -> !it.isAlive()).forEach(OperatorProcess::restart);
    await().atMost(LONG).until(() -> replicas.containsKey(holder()));
  }

  @Test
  void bothAreReadyButOnlyTheLeaderWorks() {
    String leader = holder();
    create("alone");
    awaitReady("alone");

    assertThat(holder()).isEqualTo(leader);
    assertThat(log(leader)).contains("leading");
    assertThat(log(other(leader))).contains("the leader is " + leader);
    assertMadeOnce("alone");
  }

  @Test
  void whoeverIsAskedToEndHandsTheLeadOverInTheMiddleOfItsWork() {
    String leader = holder();
    create("handed");
    awaitBegun("handed");
    replicas.get(leader).stop();

    assertThat(holder())
        .as("a lease that was not released stays the old one's")
        .isNotEqualTo(leader);
    create("between");
    await().atMost(LONG).until(() -> holder().equals(other(leader)));
    awaitReady("handed");
    awaitReady("between");
    assertMadeOnce("handed", "between");
  }

  @Test
  void aLeaderThatDiesInABurstLosesNothingAndNothingIsMadeTwice() {
    String leader = holder();
    String[] burst =
        IntStream.range(0, BURST).mapToObj(index -> "burst" + index).toArray(String[]::new);
    for (String id : burst) {
      create(id);
    }
    List<String> uids = Stream.of(burst).map(this::uid).toList();
    // In the middle: some have their token, and some do not.
    await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> tokens(uids) >= 3);
    replicas.get(leader).kill9();
    long done = tokens(uids);
    System.out.printf("the leader died with %d tokens issued%n", done);

    await().atMost(LONG).until(() -> holder().equals(other(leader)));
    for (String id : burst) {
      awaitReady(id);
    }
    assertMadeOnce(burst);
  }

  private OperatorProcess.Launch launch(String name) {
    Map<String, String> settings = new HashMap<>(world.settings());
    settings.merge("groundwork.git.clone-folder", "-" + name, String::concat);
    return new OperatorProcess.Launch(
        world.operatorKubeconfig(),
        settings,
        ServerProcess.freePort(),
        ServerBinary.projectRoot().resolve("target/replicas/logs/" + name + ".log"),
        Optional.of(name));
  }

  /** Who holds the lease; empty if nobody does. */
  private String holder() {
    var lease = admin().leases().inNamespace(OPERATOR_NAMESPACE).withName("groundwork").get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }

  private String other(String name) {
    return replicas.keySet().stream().filter(it -> !it.equals(name)).findFirst().orElseThrow();
  }

  private String log(String name) {
    Path log = replicas.get(name).log();
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void create(String id) {
    Project project = dev(id).inNamespace(TEAMS).build();
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    var unused = admin().resource(project).create();
  }

  private void awaitBegun(String id) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> admin().namespaces().withName(id + "-dev").get() != null);
  }

  private void awaitReady(String id) {
    await().atMost(LONG).untilAsserted(() -> Expected.READY.check(project(id)));
  }

  /** How many tokens were ever made for these Projects; a token's name holds the UID. */
  private long tokens(List<String> uids) {
    return world.gitlab().history().stream()
        .flatMap(entry -> entry.changes().stream())
        .filter(change -> change.what().equals("token created"))
        .filter(change -> uids.stream().anyMatch(change.name()::contains))
        .count();
  }

  /** One living token, and one commit per repository: a second one would say the same again. */
  private void assertMadeOnce(String... ids) {
    for (String id : ids) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/" + id))
                      .as("living tokens of " + id)
                      .hasSize(1));
      assertThat(commitsOf(world.flux(), id)).as("Flux commits of " + id).hasSize(1);
      assertThat(commitsOf(world.deployment(), id)).as("deployment commits of " + id).hasSize(1);
    }
  }

  private List<HostedRepository.Commit> commitsOf(HostedRepository repository, String id) {
    String uid = uid(id);
    return repository.history().stream().filter(it -> it.message().contains(uid)).toList();
  }

  private String uid(String id) {
    return project(id).uid();
  }

  private Project project(String id) {
    return admin().resources(Project.class).inNamespace(TEAMS).withName(id + "-dev").require();
  }

  private KubernetesClient admin() {
    return world.cluster().adminClient();
  }
}

package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ServerBinary;

/** Two replicas of the packaged operator as they are shipped, with the lease of 15, 10 and 2 s. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasIT {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int BURST = 10;

  private World world;
  private Replicas replicas;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world =
        World.start(
            Wishes.in("replicas").withLatency(Duration.ofMillis(50), Duration.ofMillis(100)));
    replicas = new Replicas(world, "replicas");
  }

  @AfterAll
  void end() {
    replicas.close();
    world.close();
  }

  @BeforeEach
  void bothAreReadyAndOneLeads() {
    replicas.awaitBoth();
  }

  @Test
  void bothAreReadyButOnlyTheLeaderWorks() {
    String leader = replicas.holder();
    replicas.create("alone");
    replicas.awaitReady("alone");

    assertThat(replicas.holder()).isEqualTo(leader);
    assertThat(replicas.log(leader)).contains("leading");
    assertThat(replicas.log(replicas.other(leader))).contains("the leader is " + leader);
    assertMadeOnce("alone");
  }

  @Test
  void whoeverIsAskedToEndHandsTheLeadOverInTheMiddleOfItsWork() {
    String leader = replicas.holder();
    replicas.create("handed");
    awaitBegun("handed");
    replicas.of(leader).stop();

    assertThat(replicas.holder())
        .as("a lease that was not released stays the old one's")
        .isNotEqualTo(leader);
    replicas.create("between");
    await().atMost(LONG).until(() -> replicas.holder().equals(replicas.other(leader)));
    replicas.awaitReady("handed");
    replicas.awaitReady("between");
    assertMadeOnce("handed", "between");
  }

  @Test
  void aLeaderThatDiesInABurstLosesNothingAndNothingIsMadeTwice() {
    String leader = replicas.holder();
    String[] burst =
        IntStream.range(0, BURST).mapToObj(index -> "burst" + index).toArray(String[]::new);
    for (String id : burst) {
      replicas.create(id);
    }
    List<String> uids = Stream.of(burst).map(replicas::uid).toList();
    // In the middle: some have their token, and some do not.
    await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> replicas.tokens(uids) >= 3);
    replicas.of(leader).kill9();
    long done = replicas.tokens(uids);
    System.out.printf("the leader died with %d tokens issued%n", done);

    await().atMost(LONG).until(() -> replicas.holder().equals(replicas.other(leader)));
    for (String id : burst) {
      replicas.awaitReady(id);
    }
    assertMadeOnce(burst);
  }

  private void awaitBegun(String id) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> replicas.admin().namespaces().withName(id + "-dev").get() != null);
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
    String uid = replicas.uid(id);
    return repository.history().stream().filter(it -> it.message().contains(uid)).toList();
  }
}

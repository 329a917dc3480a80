package tech.kyotu.groundwork.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What Projects cost, counted at the servers. Counts alone decide; how long it takes is for {@code
 * ./bench}.
 */
@Tag("trouble")
class BenchSmokeIT {

  private static final Duration LONG = Duration.ofMinutes(4);

  /**
   * A slow machine spreads the burst; a longer floor between pushes keeps the counts the same on
   * it.
   */
  private static final Map<String, String> UNHURRIED =
      Map.of(
          "groundwork.gitlab.requests-per-minute",
          "60000",
          "groundwork.git.push-interval",
          "PT3S",
          "groundwork.deletion.brake",
          "100");

  private static World world;

  @BeforeAll
  static void startTheServers() {
    ServerBinary.require(ServerBinary.values());
    world =
        World.start(
            Wishes.in("bench-smoke")
                .untraced()
                .withLatency(Duration.ZERO, Duration.ofMillis(50))
                .withAuditLog());
  }

  @AfterAll
  static void stopTheServers() {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void aHundredProjectsAtOnceCostFewCallsAndLeaveNothing() throws InterruptedException {
    try (OperatorProcess operator = world.startOperator(UNHURRIED)) {
      Burst burst = new Burst(world);
      Counts.Mark mark = new Counts.Mark(world);

      List<Long> ready = burst.create("many", 100, LONG);

      assertThat(ready).as("every Project is complete").hasSize(100);
      Counts counts = mark.counts();
      assertThat(counts.flux().pushesAccepted())
          .as("pushes to the Flux repository")
          .isBetween(1L, 8L);
      assertThat(counts.deployment().pushesAccepted())
          .as("pushes to the deployment repository")
          .isBetween(1L, 8L);
      assertThat(counts.gitlabWrites()).as("a group and a token each").isEqualTo(200);
      assertThat(counts.gitlabReads())
          .as("reads that all share: %s", counts.gitlab())
          .isLessThanOrEqualTo(10);
      assertThat(counts.kubernetes().keySet()).noneMatch(call -> call.startsWith("list "));
      // Beside these there is a status when it is seen, one at the end, and one in ten seconds
      // between.
      assertThat(counts.kubernetesWritesBesideStatus())
          .as("finalizer, namespace, secret, ServiceAccount: %s", counts.kubernetes())
          .isBetween(4 * 100L, 4 * 100L + 20);
      assertThat(counts.kubernetesReads())
          .as("a namespace whose ServiceAccount comes late is looked at again")
          .isLessThanOrEqualTo(100);

      assertThat(burst.deleteAll(LONG)).as("all Projects are gone").isTrue();
      assertThat(world.flux().files().keySet()).noneMatch(path -> path.startsWith("projects/many"));
      assertThat(world.deployment().files().keySet()).noneMatch(path -> path.contains("many"));
      for (int index = 0; index < 100; index++) {
        assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/many" + index)).isEmpty();
      }
      assertThat(operator.isAlive()).isTrue();
    }
  }

  @Test
  void tenLooksAtASettledProjectWriteNothingAnywhere() throws InterruptedException {
    Map<String, String> often =
        Map.of(
            "groundwork.retry.regular-look",
            "PT0.5S",
            "groundwork.gitlab.check-interval",
            "PT0.5S");
    try (OperatorProcess operator = world.startOperator(often)) {
      Burst burst = new Burst(world);
      assertThat(burst.create("idle", 1, LONG)).hasSize(1);
      // The audit log writes a call when its answer is complete, perhaps after the watch has told
      // of Ready: a look that began later is in it only after that last write.
      Counts.Mark ready = new Counts.Mark(world);
      await().atMost(LONG).until(() -> looks(ready) >= 2);
      Counts.Mark mark = new Counts.Mark(world);

      await().atMost(LONG).until(() -> looks(mark) >= 10);

      Counts counts = mark.counts();
      assertThat(counts.kubernetesWrites()).as("%s", counts.kubernetes()).isZero();
      assertThat(counts.gitlabWrites()).as("%s", counts.gitlab()).isZero();
      assertThat(counts.vaultWrites()).as("%s", counts.vault()).isZero();
      assertThat(counts.pushes()).isZero();
      assertThat(operator.isAlive()).isTrue();
    }
  }

  /** Each look at a settled Project reads its pull secret's value once, and nothing else does. */
  private static long looks(Counts.Mark since) {
    return since.counts().kubernetes().getOrDefault("get secrets", 0L);
  }
}

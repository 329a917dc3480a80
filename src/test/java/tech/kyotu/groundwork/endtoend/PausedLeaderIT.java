package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * A leader stands still in the middle of a creation, as on a machine that is suspended. When it
 * wakes, its successor has finished the Project and removed it again.
 */
@Tag("trouble")
class PausedLeaderIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** A call to GitLab takes so long that the pause falls into one. */
  private static final Duration GITLAB = Duration.ofMillis(1_500);

  @Test
  void whoWakesTooLateLeavesNothingOfAProjectThatIsGone() throws Exception {
    ServerBinary.require(ServerBinary.values());
    try (World world =
            World.start(Wishes.in("paused").withLatency(GITLAB, Duration.ofMillis(100)));
        Replicas replicas = new Replicas(world, "paused")) {
      replicas.awaitBoth();
      String leader = replicas.holder();
      replicas.create("slow");
      String uid = replicas.uid("slow");
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  world.gitlab().history().stream()
                      .anyMatch(
                          it -> it.method().equals("POST") && it.rawPath().endsWith("/groups")));
      signal("STOP", replicas.of(leader).pid());

      await().atMost(LONG).until(() -> replicas.holder().equals(replicas.other(leader)));
      replicas.awaitReady("slow");
      var unused = replicas.admin().resource(replicas.project("slow")).delete();
      await().atMost(LONG).until(() -> replicas.isGone("slow"));
      signal("CONT", replicas.of(leader).pid());

      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(replicas.of(leader).isAlive()).as("a leader without lease").isFalse());
      assertThat(replicas.log(leader)).contains("the lease is lost");
      assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/slow")).isEmpty();
      assertThat(replicas.admin().namespaces().withName("slow-dev").get()).isNull();
      assertThat(world.flux().files().keySet()).noneMatch(it -> it.contains("slow-dev"));
      assertThat(world.deployment().files().keySet()).noneMatch(it -> it.contains("slow-dev"));
      assertThat(replicas.tokens(List.of(uid))).as("tokens made").isBetween(1L, 2L);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }
}

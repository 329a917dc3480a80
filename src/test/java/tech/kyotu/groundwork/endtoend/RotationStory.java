package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.kyotu.groundwork.endtoend.PublishedTokens.Published;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.gitlab.simulator.TokenView;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * Settled Projects whose tokens are replaced, a few at a time, while the operator dies in the
 * middle every few seconds and kubelets pull all the time. The grace is the shortest there may be.
 */
final class RotationStory implements AutoCloseable {
  /** The settings allow no shorter one. */
  static final Duration GRACE = Duration.ofMinutes(10);

  private static final int AT_A_TIME = 5;
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration LATENCY = Duration.ofMillis(20);

  private final World world;
  private final Installation at;
  private final PublishedTokens published;
  private final List<String> projectIds;
  private final Queue<String> unasked;
  private final Kubelets kubelets;
  private final Deaths deaths;

  /** Returns once that many Projects, a multiple of five, are Ready and the dying has begun. */
  RotationStory(String folder, int projects, boolean traced) {
    ServerBinary.require(ServerBinary.values());
    Wishes wishes = Wishes.in(folder).withAuditLog().withLatency(LATENCY, Duration.ZERO);
    world = World.start(traced ? wishes : wishes.untraced());
    at =
        Installation.in(
            world,
            Map.of(
                "groundwork.gitlab.token-grace",
                GRACE.toString(),
                "groundwork.gitlab.requests-per-minute",
                "60000"));
    published = new PublishedTokens(at.admin());
    projectIds = IntStream.range(0, projects).mapToObj(index -> "team" + index).toList();
    for (int from = 0; from < projects; from += AT_A_TIME) {
      at.settle(projectIds.subList(from, from + AT_A_TIME).toArray(String[]::new));
    }
    kubelets = new Kubelets(world, projectIds);
    unasked = new ArrayDeque<>(projectIds);
    deaths = new Deaths(at.operator(), world.gitlab(), 2 * projects, this::askForSome);
  }

  /** Waits until each Project's token was replaced once. */
  void rotateAll() {
    await("rotations")
        .atMost(LONG.plus(LONG.multipliedBy(projectIds.size() / 20)))
        .until(() -> projectIds.stream().allMatch(it -> published.of(it).size() == 2));
  }

  /** Waits, while the operator goes on dying, until the tokens before are gone. */
  void awaitTheEndOfTheGrace() {
    await("the end of the grace")
        .atMost(GRACE.plus(LONG))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> projectIds.stream().allMatch(it -> living(it).size() == 1));
  }

  /** The operator dies no more; what was cut short by its last death is tidied up. */
  void letLive() {
    deaths.close();
    await().atMost(LONG).untilAsserted(() -> projectIds.forEach(this::assertNoneIsLeftOver));
  }

  /**
   * No pull failed, each Project's token was replaced once by one that GitLab made, and what a pull
   * secret held outlived its successor's publication by the grace.
   *
   * @param graceIsOver whether the tokens before must be gone, instead of living
   */
  void assertPullsNeverFailed(boolean graceIsOver) {
    kubelets.close();
    List<HistoryEntry> history = world.gitlab().history();
    Set<Long> made = changed(history, "token created").keySet();
    Map<Long, Instant> revoked = changed(history, "token revoked");
    System.out.printf(
        "%d live pulls, %d by copies, %d failed, %d not begun; %d rotations, %d tokens made, %d"
            + " revoked; %d deaths, %d of them right after a token was made%n",
        kubelets.live(),
        kubelets.byCopy(),
        kubelets.failures().size(),
        kubelets.unread(),
        projectIds.stream().mapToInt(it -> published.of(it).size() - 1).sum(),
        made.size(),
        revoked.size(),
        deaths.count(),
        deaths.afterTokens());
    assertThat(kubelets.failures()).as("pulls that failed").isEmpty();
    assertThat(kubelets.live()).isGreaterThan(projectIds.size());
    assertThat(kubelets.byCopy()).isGreaterThan(projectIds.size());
    assertThat(deaths.count()).isPositive();
    assertThat(history).noneMatch(it -> it.rawPath().contains("/rotate"));
    for (String projectId : projectIds) {
      List<Published> held = published.of(projectId);
      assertThat(held).as("published for " + projectId).hasSize(2);
      assertThat(made).contains(held.get(0).id(), held.get(1).id());
      assertThat(revoked).as("what the secret holds").doesNotContainKey(held.get(1).id());
      if (graceIsOver) {
        // The watch may tell a publication a moment late; the grace counts from before it.
        assertThat(revoked.get(held.get(0).id()))
            .isAfter(held.get(1).seen().plus(GRACE).minusSeconds(60));
      } else {
        assertThat(revoked).as("within the grace").doesNotContainKey(held.get(0).id());
      }
    }
  }

  /** Ends the dying first: nothing may be started again afterwards. */
  @Override
  public void close() {
    try {
      deaths.close();
      kubelets.close();
      published.close();
      at.close();
    } finally {
      world.close();
    }
  }

  private void askForSome() {
    for (int count = 0; count < AT_A_TIME && !unasked.isEmpty(); count++) {
      at.annotate(unasked.element(), "kyotu.tech/rotate-token", "once");
      unasked.remove();
    }
  }

  /** Beside what was published nothing of a Project lives. */
  private void assertNoneIsLeftOver(String projectId) {
    assertThat(published.of(projectId).stream().map(Published::id))
        .as("living tokens of " + projectId)
        .containsAll(living(projectId))
        .last()
        .isIn(living(projectId));
  }

  private Collection<Long> living(String projectId) {
    return world.gitlab().liveTokens(World.PARENT_GROUP + "/" + projectId).stream()
        .map(TokenView::id)
        .toList();
  }

  private static Map<Long, Instant> changed(List<HistoryEntry> history, String what) {
    return history.stream()
        .flatMap(
            entry ->
                entry.changes().stream()
                    .filter(it -> it.what().equals(what))
                    .map(it -> Map.entry(it.id(), entry.at())))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
  }
}

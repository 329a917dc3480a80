package tech.kyotu.groundwork.gitlab;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;

/** What many rotations cost GitLab, counted there. */
@Tag("trouble")
class RotationLoadIT {

  private static final int MANY = 1_000;
  private static final int SOME = 200;

  /** A token that is made at noon for sixty days dies at the start of the last one. */
  private static final Duration LIFE = Duration.ofDays(60).minusHours(12);

  private static final Duration LEEWAY = Duration.ofMinutes(10);

  @TempDir private Path folder;

  @Test
  void aThousandTokensAreReplacedByTheClock() throws Exception {
    try (RotationLoad load = new RotationLoad(folder)) {
      load.add(MANY);
      load.run(Duration.ofDays(1));
      List<HistoryEntry> first = load.gitlab.history();
      assertThat(writes(first)).as("a group and a token each").isEqualTo(2 * MANY);

      // The last is due after forty-five days, and nothing is due a second time before the
      // sixtieth.
      load.run(Duration.ofDays(50));
      List<HistoryEntry> later = load.gitlab.historyAfter(first.size());
      assertThat(RotationLoad.tokenRequests(later, "POST")).hasSize(MANY);
      assertThat(writes(later)).as("a new token and a revocation each").isEqualTo(2 * MANY);
      assertSpread(load.gitlab.history());
      assertBearable(load.gitlab.history());
      assertThat(load.settled()).isEqualTo(MANY);
    }
  }

  @Test
  void whatFellDueAtOnceIsCaughtUpWithFiveAMinute() throws Exception {
    try (RotationLoad load = new RotationLoad(folder)) {
      load.add(SOME);
      load.run(Duration.ofHours(1));
      long before = load.gitlab.history().size();
      load.pass(Duration.ofDays(46));
      load.restart();
      Instant back = load.now();

      load.run(Duration.ofHours(26));
      List<HistoryEntry> caughtUp = load.gitlab.historyAfter(before);
      List<Instant> begun =
          RotationLoad.tokenRequests(caughtUp, "POST").stream().map(HistoryEntry::at).toList();
      assertThat(begun).hasSize(SOME);
      for (int i = 5; i < SOME; i++) {
        assertThat(Duration.between(begun.get(i - 5), begun.get(i)))
            .as("from one to the fifth after it")
            .isGreaterThanOrEqualTo(Duration.ofSeconds(58));
      }
      assertThat(Duration.between(back, begun.get(SOME - 1)))
          .isBetween(Duration.ofMinutes(38), Duration.ofMinutes(45));
      assertThat(writes(caughtUp)).isEqualTo(2 * SOME);
      assertBearable(load.gitlab.history());
      assertThat(load.settled()).isEqualTo(SOME);
    }
  }

  private static long writes(List<HistoryEntry> history) {
    return history.stream().filter(it -> !it.method().equals("GET")).count();
  }

  /** Half to three quarters of its life after it was made, and evenly over that quarter. */
  private static void assertSpread(List<HistoryEntry> history) {
    List<Duration> ages =
        RotationLoad.tokenRequests(history, "POST").stream()
            .collect(groupingBy(HistoryEntry::rawPath))
            .values()
            .stream()
            .map(both -> Duration.between(both.get(0).at(), both.get(1).at()))
            .toList();
    Duration quarter = LIFE.dividedBy(4);
    assertThat(ages)
        .allSatisfy(
            age ->
                assertThat(age)
                    .isBetween(
                        quarter.multipliedBy(2).minus(LEEWAY),
                        quarter.multipliedBy(3).plus(LEEWAY)));
    Map<Long, Long> byDay =
        ages.stream()
            .map(age -> age.minus(quarter.multipliedBy(2)).toSeconds() * 15 / quarter.toSeconds())
            .map(day -> Math.min(14, day))
            .collect(groupingBy(Function.identity(), counting()));
    assertThat(byDay).as("fifteen days, and rotations on each").hasSize(15);
    assertThat(byDay.values()).allSatisfy(count -> assertThat(count).isBetween(30L, 110L));
  }

  private static void assertBearable(List<HistoryEntry> history) {
    List<HistoryEntry> asked =
        history.stream()
            .filter(it -> it.rawPath().startsWith("/api/") && it.tokenId() > 0)
            .toList();
    long refused = asked.stream().filter(it -> it.status() == 429).count();
    long busiest =
        asked.stream()
            .collect(groupingBy(it -> it.at().getEpochSecond() / 60, counting()))
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .max()
            .orElseThrow();
    System.out.printf(
        "load: %d requests, %d refused, at most %d a minute%n", asked.size(), refused, busiest);
    assertThat(refused).as("answers 429").isLessThan(asked.size() / 1000);
    assertThat(busiest).isLessThanOrEqualTo(RotationLoad.REQUESTS_A_MINUTE);
    assertThat(history)
        .noneMatch(it -> it.rawPath().contains("/rotate"))
        .noneMatch(it -> it.method().equals("DELETE") && !it.rawPath().contains("/access_tokens/"));
  }
}

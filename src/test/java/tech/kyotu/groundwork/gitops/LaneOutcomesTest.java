package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/** What becomes of pushes, edits and clones that fare in an unusual way. */
class LaneOutcomesTest {

  private final LaneBench bench = LaneBench.opened();
  private final FakeGitRepository repository = bench.repository;
  private final GitPublisher lane = bench.lane;

  @Test
  void callsAServerThatNeverSaysWhatBecomesOfAPushAwayAfterTheSecondOne() {
    repository.judge = commit -> Optional.of(new PushVerdict(PushVerdict.Kind.UNKNOWN, "502"));
    lane.submit(LaneBench.edit(bench.project("shop"), "hello"));
    while (lane.trouble().isEmpty()) {
      bench.turn();
    }
    assertThat(lane.trouble().orElseThrow().reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(lane.trouble().orElseThrow().sentence()).contains("(502)");
    assertThat(repository.pushes).hasSize(2);
    repository.judge = commit -> Optional.empty();
    bench.settle();
    assertThat(repository.pushes).hasSize(3);
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void waitsForAFreshCloneWhereTheOldOneIsDamagedAndLetsEverybodyLookAgain() {
    Project shop = bench.project("shop");
    Project store = bench.project("store");
    repository.sound = false;
    assertThat(lane.freshView()).isEmpty();
    lane.look(shop.ref());
    for (int i = 0; i < 3; i++) {
      bench.clock.advance(Duration.ofSeconds(1));
      lane.turn();
    }
    assertThat(repository.fetches).isEqualTo(2);
    assertThat(lane.freshView()).isPresent();
    assertThat(bench.woken).contains(shop.ref(), store.ref());
  }

  @Test
  void findsTheRefusedFileThoughEverySecondPushLosesARace() {
    repository.judge =
        commit ->
            commit.files().containsKey("projects/p0-dev/tenant.yaml")
                ? Optional.of(new PushVerdict(PushVerdict.Kind.DECLINED, "no"))
                : Optional.empty();
    AtomicInteger attempts = new AtomicInteger();
    repository.beforePush =
        () -> {
          if (attempts.incrementAndGet() % 2 == 0) {
            repository.rivalPuts("README.md", "rival " + attempts);
          }
        };
    bench.submitMany(100);
    bench.settle();
    assertThat(lane.trouble()).isEmpty();
    assertThat(repository.onServer("projects/p0-dev/tenant.yaml")).isEmpty();
    assertThat(repository.onServer("projects/p1-dev/tenant.yaml")).isPresent();
    assertThat(attempts.get()).isLessThanOrEqualTo(2 * RefusalSearch.PUSHES_PER_INCIDENT);
  }

  @Test
  void anEditThatCannotBeRunNowDelaysNoOther() {
    Project slow = bench.project("slow");
    Project good = bench.project("good");
    AtomicBoolean isAway = new AtomicBoolean(true);
    Edit hindered =
        Edit.of(
            slow,
            Edit.Purpose.SET_UP,
            "later",
            tree -> {
              if (isAway.get()) {
                throw new RetryableException(Reason.REMOTE_UNAVAILABLE, "The cluster is away.");
              }
              return LaneBench.edit(slow, "later").changes(tree);
            });
    lane.submit(hindered);
    lane.submit(LaneBench.edit(good, "hello"));
    bench.turn();
    assertThat(repository.onServer(LaneBench.path(good))).contains("hello");
    bench.turn();
    assertThat(lane.standing(hindered))
        .isInstanceOfSatisfying(
            Standing.Failed.class,
            failed -> assertThat(failed.trouble().sentence()).isEqualTo("The cluster is away."));
    isAway.set(false);
    bench.settle();
    assertThat(repository.onServer(LaneBench.path(slow))).contains("later");
  }

  @Test
  void putsNoMoreThanEightMebibytesIntoOneCommit() {
    byte[] large = new byte[PathFence.LARGEST_FILE];
    Arrays.fill(large, (byte) 'x');
    String text = new String(large, StandardCharsets.US_ASCII);
    for (int i = 0; i < 33; i++) {
      lane.submit(LaneBench.edit(bench.project("p" + i), text));
    }
    bench.settle();
    assertThat(repository.pushes)
        .extracting(push -> push.message().lines().findFirst().orElseThrow())
        .containsExactly("Groundwork: 32 projects", "Groundwork: set up p32-dev");
  }

  @Test
  void needsAtMostTwelvePushesForAThousandProjectsWithinTenSeconds() {
    for (int tenth = 0; tenth < 100; tenth++) {
      for (int i = 0; i < 10; i++) {
        Project project = bench.project("p" + tenth + "x" + i);
        lane.submit(LaneBench.edit(project, "hello"));
      }
      lane.turn();
      bench.clock.advance(Duration.ofMillis(100));
    }
    bench.settle();
    assertThat(bench.woken).hasSize(1000).doesNotHaveDuplicates();
    assertThat(repository.pushes).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void namesAHundredProjectsInACommitAndCountsTheOthers() {
    bench.submitMany(150);
    bench.settle();
    String message = repository.pushes.get(0).message();
    assertThat(message)
        .startsWith("Groundwork: 150 projects\n\n")
        .endsWith("\nGroundwork-More: 50\nGroundwork-Version: 1.0\n")
        .matches("[\\x20-\\x7e\n]*");
    assertThat(message.lines().filter(line -> line.startsWith("Project: "))).hasSize(100);
    assertThat(message.lines().filter(line -> line.startsWith("Project-UID: "))).hasSize(100);
    assertThat(message.length()).isLessThanOrEqualTo(16 << 10);
  }

  @Test
  void wakesEverybodyWhenMoreFilesMovedThanAreWorthComparing() {
    List<Project> known = List.of(bench.project("shop"), bench.project("store"));
    bench.turn();
    for (int i = 0; i <= 2000; i++) {
      repository.rivalPuts("projects/other" + i + "-dev/tenant.yaml", "x");
    }
    lane.lookSoon();
    bench.turn();
    for (int i = 0; i < 3; i++) {
      bench.clock.advance(Duration.ofSeconds(1));
      lane.turn();
    }
    assertThat(bench.woken)
        .containsExactlyInAnyOrderElementsOf(known.stream().map(Project::ref).toList());
  }
}

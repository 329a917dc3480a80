package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;

class GitPublisherTest {

  private final LaneBench bench = LaneBench.opened();
  private final FakeGitRepository repository = bench.repository;
  private final GitPublisher lane = bench.lane;

  private static PushVerdict hookSays(String text) {
    return new PushVerdict(PushVerdict.Kind.DECLINED, text);
  }

  private Reason failureOf(Edit edit) {
    return ((Standing.Failed) lane.standing(edit)).trouble().reason();
  }

  @Test
  void pushesTheEditOfOneProjectAloneAtOnceAndWakesIt() {
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "hello"));
    lane.turn();
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
    assertThat(repository.pushes).hasSize(1);
    assertThat(bench.woken).containsExactly(shop.ref());
    assertThat(lane.newestCommit(shop.uid()).orElseThrow().revision())
        .isEqualTo(repository.serverTip());
    assertThat(lane.newestCommit(shop.uid()).orElseThrow().url())
        .isEqualTo("https://gitlab.example.com/platform/flux/-/commit/" + repository.serverTip());
  }

  @Test
  void showsTheNewTipBeforeItCallsAnEditDone() {
    Project shop = bench.project("shop");
    Edit edit = LaneBench.edit(shop, "hello");
    lane.submit(edit);
    assertThat(lane.standing(edit)).isInstanceOf(Standing.Queued.class);
    lane.turn();
    assertThat(lane.standing(edit)).isEqualTo(new Standing.Idle());
    assertThat(lane.freshView().orElseThrow().tip()).isEqualTo(repository.serverTip());
  }

  @Test
  void writesNoCommitForAnEditThatIsInPlace() {
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    assertThat(repository.pushes).hasSize(1);
    assertThat(bench.woken).containsExactly(shop.ref(), shop.ref());
  }

  @Test
  void gathersTheEditsOfAHundredProjectsThatArriveWhileAPushIsInFlight() {
    AtomicInteger arrived = new AtomicInteger();
    // Ten more arrive with each push, as they do while a real one takes its time.
    repository.beforePush =
        () -> {
          for (int i = 0; i < 33 && arrived.get() < 99; i++) {
            Project late = bench.project("late" + arrived.incrementAndGet());
            lane.submit(LaneBench.edit(late, "hello"));
          }
        };
    lane.submit(LaneBench.edit(bench.project("first"), "hello"));
    bench.settle();
    assertThat(bench.woken).hasSize(100).doesNotHaveDuplicates();
    assertThat(repository.pushes).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void putsAHundredWaitingEditsIntoOneCommitThatNamesThemAll() {
    bench.submitMany(100);
    bench.settle();
    assertThat(repository.pushes).hasSize(1);
    assertThat(repository.pushes.get(0).message())
        .startsWith("Groundwork: 100 projects\n\nProject: p0-dev\nProject-UID: ")
        .contains("Project: p99-dev")
        .endsWith("Groundwork-Version: 1.0\n");
  }

  @Test
  void startsNoSecondPushWithinTheFloor() {
    lane.submit(LaneBench.edit(bench.project("first"), "hello"));
    lane.turn();
    lane.submit(LaneBench.edit(bench.project("second"), "hello"));
    assertThat(lane.turn()).isEqualTo(Duration.ofSeconds(1));
    assertThat(repository.pushes).hasSize(1);
    bench.clock.advance(Duration.ofSeconds(1));
    lane.turn();
    assertThat(repository.pushes).hasSize(2);
  }

  @Test
  void costsFewPushesWhenACrowdComesSlowly() {
    for (int second = 0; second < 22; second++) {
      for (String project : List.of("a", "b", "c")) {
        lane.submit(LaneBench.edit(bench.project(project + second), "hello"));
      }
      lane.turn();
      bench.clock.advance(Duration.ofSeconds(1));
    }
    assertThat(repository.pushes).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void letsNoLoneProjectWaitLongerThanTheFloor() {
    for (int second = 0; second < 10; second++) {
      lane.submit(LaneBench.edit(bench.project("p" + second), "hello"));
      lane.turn();
      bench.clock.advance(Duration.ofSeconds(1));
    }
    assertThat(repository.pushes).hasSize(10);
  }

  @Test
  void capsABatchAtFiveHundredEdits() {
    bench.submitMany(501);
    bench.settle();
    assertThat(repository.pushes).hasSize(2);
  }

  @Test
  void lastEditOfAProjectWinsEvenIfItArrivesWhileTheFirstIsInFlight() {
    Project shop = bench.project("shop");
    Edit second = LaneBench.edit(shop, "second");
    repository.beforePush =
        () -> {
          repository.beforePush = () -> {};
          lane.submit(second);
        };
    lane.submit(LaneBench.edit(shop, "first"));
    bench.settle();
    assertThat(repository.onServer(LaneBench.path(shop))).contains("second");
  }

  @Test
  void replacesAWaitingEditOfTheSameProject() {
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "first"));
    lane.submit(LaneBench.edit(shop, "second"));
    assertThat(lane.standing(LaneBench.edit(shop, "first"))).isEqualTo(new Standing.Outdated());
    bench.settle();
    assertThat(repository.onServer(LaneBench.path(shop))).contains("second");
    assertThat(repository.pushes).hasSize(1);
  }

  @Test
  void keepsARivalsCommitAfterALostRace() {
    Project shop = bench.project("shop");
    repository.beforePush =
        () -> {
          repository.beforePush = () -> {};
          repository.rivalPuts("README.md", "by a rival");
        };
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    assertThat(repository.onServer("README.md")).contains("by a rival");
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
    assertThat(repository.pushes).hasSize(2);
  }

  @Test
  void callsItContentionAfterTwelveLostRacesAndGetsThroughLater() {
    Project shop = bench.project("shop");
    Edit edit = LaneBench.edit(shop, "hello");
    AtomicInteger races = new AtomicInteger();
    repository.beforePush =
        () -> {
          if (races.incrementAndGet() <= 100) {
            repository.rivalPuts("README.md", "rival " + races);
          }
        };
    lane.submit(edit);
    while (races.get() < 13) {
      bench.turn();
    }
    assertThat(failureOf(edit)).isEqualTo(Reason.PUSH_CONTENTION);
    assertThat(bench.woken).containsExactly(shop.ref());
    bench.settle();
    assertThat(repository.onServer("README.md")).contains("rival 100");
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void findsTheOneFileOfTenThatAHookRefusesAndPushesTheOthers() {
    repository.judge =
        commit ->
            commit.files().containsKey("projects/p7-dev/tenant.yaml")
                ? Optional.of(hookSays("p7 is not liked"))
                : Optional.empty();
    List<Project> ten = bench.submitMany(10);
    bench.settle();
    for (Project project : ten) {
      boolean isLiked = !project.name().value().equals("p7-dev");
      assertThat(repository.onServer(LaneBench.path(project)).isPresent()).isEqualTo(isLiked);
    }
    Edit refused = LaneBench.edit(ten.get(7), "content of 7");
    assertThat(failureOf(refused)).isEqualTo(Reason.PUSH_REJECTED);
    assertThat(((Standing.Failed) lane.standing(refused)).trouble().sentence())
        .contains("Flux repository refused the push to main (p7 is not liked)");
    assertThat(repository.pushes).hasSizeLessThanOrEqualTo(RefusalSearch.PUSHES_PER_INCIDENT);
  }

  @Test
  void findsOneRefusedFileOfFiveHundredWithinOneIncident() {
    repository.judge =
        commit ->
            commit.files().containsKey("projects/p499-dev/tenant.yaml")
                ? Optional.of(hookSays("no"))
                : Optional.empty();
    bench.submitMany(500);
    bench.settle();
    assertThat(lane.trouble()).isEmpty();
    assertThat(repository.pushes).hasSizeLessThanOrEqualTo(RefusalSearch.PUSHES_PER_INCIDENT);
    assertThat(repository.onServer("projects/p0-dev/tenant.yaml")).isPresent();
  }

  @Test
  void givesUpAnIncidentAfterSixteenPushesAndTriesAgainAfterTenMinutes() {
    repository.judge = commit -> Optional.of(hookSays("protected branch"));
    List<Project> many = bench.submitMany(100);
    Instant start = bench.clock.instant();
    while (lane.trouble().isEmpty()) {
      bench.turn();
    }
    assertThat(repository.pushes).hasSize(RefusalSearch.PUSHES_PER_INCIDENT);
    for (Project project : many) {
      int number = many.indexOf(project);
      assertThat(failureOf(LaneBench.edit(project, "content of " + number)))
          .isEqualTo(Reason.PUSH_REJECTED);
    }
    while (bench.clock.instant().isBefore(start.plus(Duration.ofMinutes(9)))) {
      bench.turn();
    }
    assertThat(repository.pushes).hasSize(RefusalSearch.PUSHES_PER_INCIDENT);
    repository.judge = commit -> Optional.empty();
    bench.settle();
    assertThat(lane.trouble()).isEmpty();
    bench.clock.advance(Duration.ofMinutes(10));
    lane.turn();
    bench.settle();
    assertThat(bench.lane.queued()).isZero();
    assertThat(repository.onServer("projects/p0-dev/tenant.yaml")).isPresent();
  }

  @Test
  void triesARefusedEditAtOnceWhenTheCredentialFileChanges() {
    repository.judge = commit -> Optional.of(hookSays("read-only key"));
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    repository.judge = commit -> Optional.empty();
    bench.turn();
    assertThat(repository.pushes).hasSize(1);
    repository.credentialVersion = "second";
    bench.turn();
    assertThat(repository.pushes).hasSize(2);
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
  }

  @Test
  void triesARefusedLoginAtOnceWhenTheCredentialFileChanges() {
    RejectedException denied = new RejectedException(Reason.ACCESS_DENIED, "no entry");
    repository.network = () -> denied;
    Project shop = bench.project("shop");
    Edit edit = LaneBench.edit(shop, "hello");
    lane.submit(edit);
    lane.turn();
    assertThat(failureOf(edit)).isEqualTo(Reason.ACCESS_DENIED);
    repository.network = () -> null;
    bench.clock.advance(Duration.ofSeconds(30));
    lane.turn();
    assertThat(repository.onServer(LaneBench.path(shop))).isEmpty();
    repository.credentialVersion = "second";
    lane.turn();
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
  }

  @Test
  void looksBeforeItWritesAgainWhenTheAnswerWasLostAfterTheBranchMoved() {
    repository.judge =
        commit -> {
          repository.take(commit);
          return Optional.of(new PushVerdict(PushVerdict.Kind.UNKNOWN, ""));
        };
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    assertThat(repository.pushes).hasSize(1);
    assertThat(bench.woken).contains(shop.ref());
    assertThat(lane.newestCommit(shop.uid()).orElseThrow().revision())
        .isEqualTo(repository.serverTip());
  }

  @Test
  void pushesAgainWhenTheAnswerWasLostAndTheBranchDidNotMove() {
    repository.judge =
        commit -> {
          repository.judge = next -> Optional.empty();
          return Optional.of(new PushVerdict(PushVerdict.Kind.UNKNOWN, ""));
        };
    Project shop = bench.project("shop");
    lane.submit(LaneBench.edit(shop, "hello"));
    bench.settle();
    assertThat(repository.pushes).hasSize(2);
    assertThat(repository.onServer(LaneBench.path(shop))).contains("hello");
  }

  @Test
  void remembersAnUnknownOutcomeThroughAnOutage() {
    repository.judge =
        commit -> {
          repository.take(commit);
          repository.network = () -> new RetryableException(Reason.REMOTE_UNAVAILABLE, "no answer");
          return Optional.of(new PushVerdict(PushVerdict.Kind.UNKNOWN, ""));
        };
    Project shop = bench.project("shop");
    Edit edit = LaneBench.edit(shop, "hello");
    lane.submit(edit);
    lane.turn();
    bench.turn();
    assertThat(failureOf(edit)).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    repository.network = () -> null;
    bench.settle();
    assertThat(repository.pushes).hasSize(1);
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void callsAStaleLockAnOutageAndNotARefusal() {
    repository.judge =
        commit -> Optional.of(new PushVerdict(PushVerdict.Kind.LOCKED, "failed to update ref"));
    Edit edit = LaneBench.edit(bench.project("shop"), "hello");
    lane.submit(edit);
    lane.turn();
    lane.turn();
    assertThat(failureOf(edit)).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    repository.judge = commit -> Optional.empty();
    bench.settle();
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void triesAgainByItselfAfterAnOutageAndWakesEverybodyWhoWaits() {
    repository.network = () -> new RetryableException(Reason.REMOTE_UNAVAILABLE, "no answer");
    Project shop = bench.project("shop");
    Project store = bench.project("store");
    lane.submit(LaneBench.edit(shop, "hello"));
    lane.look(store.ref());
    for (int i = 0; i < 10; i++) {
      bench.turn();
    }
    assertThat(bench.woken).containsExactlyInAnyOrder(shop.ref(), store.ref());
    repository.network = () -> null;
    bench.settle();
    assertThat(bench.woken)
        .containsExactlyInAnyOrder(shop.ref(), store.ref(), shop.ref(), store.ref());
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void answersAnEditThatCannotBeAloneAndPushesTheOthers() {
    Project bad = bench.project("bad");
    Project good = bench.project("good");
    Edit broken =
        Edit.of(
            bad,
            Edit.Purpose.SET_UP,
            "broken",
            tree -> {
              throw new RejectedException(Reason.UNREADABLE_FILE, "does not parse");
            });
    lane.submit(broken);
    lane.submit(LaneBench.edit(good, "hello"));
    bench.settle();
    assertThat(failureOf(broken)).isEqualTo(Reason.UNREADABLE_FILE);
    assertThat(repository.onServer(LaneBench.path(good))).contains("hello");
  }

  @Test
  void stopsAnEditThatReachesForTheFileOfAnotherProject() {
    Project mine = bench.project("mine");
    Project other = bench.project("other");
    Edit greedy =
        Edit.of(
            mine,
            Edit.Purpose.SET_UP,
            "greedy",
            tree -> List.of(FileChange.put(LaneBench.path(other), new byte[] {'x'})));
    lane.submit(greedy);
    bench.settle();
    assertThat(failureOf(greedy)).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(repository.pushes).isEmpty();
  }

  @Test
  void asksForTheTipOnceAMinuteAndWakesOnlyTheProjectWhoseFileMoved() {
    Project shop = bench.project("shop");
    bench.project("store");
    bench.turn();
    repository.rivalPuts(LaneBench.path(shop), "by hand");
    lane.turn();
    assertThat(repository.tips).isEqualTo(1);
    assertThat(bench.woken).containsExactly(shop.ref());
    assertThat(lane.turn()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void costsOneTipRequestAMinuteAndNoPushWhileNothingHappens() {
    for (int i = 0; i < 10; i++) {
      bench.turn();
    }
    lane.turn();
    assertThat(repository.tips).isEqualTo(10);
    assertThat(repository.fetches).isEqualTo(1);
    assertThat(repository.pushes).isEmpty();
  }

  @Test
  void wakesEverybodyBitByBitWhenTheHistoryWasRewritten() {
    for (int i = 0; i < 180; i++) {
      bench.project("p" + i);
    }
    bench.turn();
    repository.rewrite(Map.of("README.md", "anew"));
    lane.turn();
    lane.turn();
    assertThat(bench.woken).hasSize(4);
    for (int i = 0; i < 60; i++) {
      bench.clock.advance(Duration.ofSeconds(1));
      lane.turn();
    }
    assertThat(bench.woken).hasSize(180).doesNotHaveDuplicates();
  }

  @Test
  void confirmsTheTipWhenAStepAsksForALook() {
    Project shop = bench.project("shop");
    bench.clock.advance(Duration.ofSeconds(91));
    assertThat(lane.freshView()).isEmpty();
    lane.look(shop.ref());
    lane.turn();
    assertThat(lane.freshView()).isPresent();
    assertThat(bench.woken).containsExactly(shop.ref());
  }

  @Test
  void worksOnItsOwnThreadAndFreesTheRepositoryAtTheEnd() {
    LaneBench threaded = new LaneBench();
    threaded.lane.start();
    Project shop = threaded.project("shop");
    threaded.lane.submit(LaneBench.edit(shop, "hello"));
    await().until(() -> threaded.woken.contains(shop.ref()));
    threaded.lane.close();
    assertThat(threaded.repository.closed).isTrue();
    assertThat(threaded.lane.isRunning()).isFalse();
  }

  @Test
  void takesNoEditAfterItWasClosed() {
    lane.close();
    lane.submit(LaneBench.edit(bench.project("shop"), "hello"));
    assertThat(lane.queued()).isZero();
  }
}

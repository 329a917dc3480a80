package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.HostedRepository;

/** Others at the same branch, and a server that does not take everything; counted at the server. */
class LaneRacesIT {

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  @TempDir private Path folder;

  @Test
  void keepsEveryCommitWhileARivalCommitsEightTimesASecond() throws Exception {
    LaneRaces.aRivalCommitsAllTheTime(folder, Duration.ZERO, Duration.ofMillis(125), 16, 30);
  }

  @Test
  void keepsNothingOpenOverManyPushes() throws Exception {
    LaneRaces.pushesWithoutEnd(folder, 70);
  }

  @Test
  void leavesOnlyTheOneFileOfAHundredThatAHookRefuses() throws Exception {
    try (LaneOnServer it = LaneOnServer.in(folder, AT_ONCE)) {
      it.hosted
          .faults()
          .judge(
              push ->
                  it.hosted
                          .changedPaths(push.oldId(), push.newId())
                          .contains("projects/p71-dev/tenant.yaml")
                      ? Optional.of("p71 is not liked")
                      : Optional.empty());
      List<Project> all = LaneRaces.many(it, 100);
      all.forEach(project -> it.put(project, "hello"));
      it.lane.start();
      it.awaitDone();

      assertThat(it.found()).hasSize(99).doesNotContainKey("projects/p71-dev/tenant.yaml");
      assertThat(it.hosted.pushes()).hasSizeLessThanOrEqualTo(16);
      assertThat(it.lane.trouble()).isEmpty();
      assertThat(it.lane.standing(LaneBench.edit(all.get(71), "hello")))
          .isInstanceOfSatisfying(
              Standing.Failed.class,
              failed -> {
                assertThat(failed.trouble().reason()).isEqualTo(Reason.PUSH_REJECTED);
                assertThat(failed.trouble().sentence()).contains("(p71 is not liked)");
              });
    }
  }

  @Test
  void wakesOnlyTheProjectWhoseFileSomebodyTouched() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      List<Project> all = LaneRaces.many(it, 50);
      it.hosted.commit("By hand", Map.of(LaneBench.path(all.get(7)), "mine", "README.md", "x"));
      it.lane.lookSoon();
      await().until(() -> !it.woken.isEmpty());
      it.hosted.commit("By hand", Map.of(LaneBench.path(all.get(9)), "mine"));
      it.lane.lookSoon();
      await().until(() -> it.woken.contains(all.get(9).ref()));
      assertThat(it.woken).containsExactly(all.get(7).ref(), all.get(9).ref());
    }
  }

  @Test
  void losesNothingToASecondOperatorOnTheSameBranch() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE);
        GitPublisher other = it.another("two")) {
      other.start();
      List<Project> all = LaneRaces.many(it, 40);
      for (Project project : all) {
        it.put(project, "hello");
        other.submit(LaneBench.edit(project, "hello"));
      }
      it.awaitDone();
      await().until(() -> other.queued() == 0);
      LaneRaces.assertNothingLost(it, List.of());
    }
  }

  @Test
  void writesOnceWhereTheAnswerWasLostAndAgainWhereThePushWas() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      it.hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.BEFORE_IT_COUNTS);
      it.hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.AFTER_IT_COUNTS);
      it.put(it.project("shop"), "hello");
      it.awaitDone();
      it.hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.AFTER_IT_COUNTS);
      it.put(it.project("store"), "hello");
      it.awaitDone();
      LaneRaces.assertNothingLost(it, List.of());
      assertThat(it.ours()).hasSize(2);
    }
  }

  @Test
  void callsAServerThatLosesEachPushAwayAndNotBusy() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      it.hosted.faults().failNext(GitCall.PUSH, 2, new GitFault.Status(502));
      it.put(it.project("shop"), "hello");
      await().until(() -> it.lane.trouble().isPresent() || it.lane.queued() == 0);
      assertThat(it.lane.trouble().orElseThrow().reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
      it.awaitDone();
      LaneRaces.assertNothingLost(it, List.of());
      assertThat(it.ours()).hasSize(1);
    }
  }

  @Test
  void bringsItsFilesBackWhereTheBranchWasSetBack() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      String before = it.hosted.tip();
      Project shop = it.project("shop");
      it.put(shop, "hello");
      it.awaitDone();
      it.woken.clear();
      it.hosted.rewind(before);
      it.lane.lookSoon();
      await().until(() -> it.woken.contains(shop.ref()));
      it.put(shop, "hello");
      it.awaitDone();
      LaneRaces.assertSame(it);
      assertThat(it.ours()).hasSize(1);
    }
  }

  @Test
  void replaysWhereItsBaseWasForcedAwayDuringThePush() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      HostedRepository hosted = it.hosted;
      String first = hosted.tip();
      hosted.commit("Soon forgotten", Map.of("README.md", "soon forgotten"));
      AtomicBoolean isDone = new AtomicBoolean();
      hosted
          .faults()
          .judge(
              push -> {
                if (isDone.compareAndSet(false, true)) {
                  hosted.rewind(first);
                  hosted.commit("Another way", Map.of("other.md", "kept"));
                }
                return Optional.empty();
              });
      it.put(it.project("shop"), "hello");
      it.awaitDone();
      LaneRaces.assertSame(it);
      assertThat(hosted.files())
          .containsEntry("other.md", "kept")
          .containsEntry("README.md", "hello");
      assertThat(it.ours()).hasSize(1);
    }
  }

  @Test
  void letsAPushInFlightEndWhenItIsClosed() throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, AT_ONCE)) {
      GitFault.Hang hang = it.hosted.faults().hangNext(GitCall.PUSH);
      Project shop = it.project("shop");
      it.put(shop, "hello");
      assertThat(hang.awaitArrival(Duration.ofSeconds(30))).isTrue();
      Thread closing = new Thread(it.lane::close);
      closing.start();
      await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
      it.lane.submit(LaneBench.edit(it.project("late"), "hello"));
      hang.release();
      closing.join();
      assertThat(it.found()).containsOnlyKeys(LaneBench.path(shop));
      assertThat(it.woken).containsExactly(shop.ref());
      assertThat(it.lane.isRunning()).isFalse();
    }
  }
}

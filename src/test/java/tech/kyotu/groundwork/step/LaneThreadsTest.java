package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.testing.MovableClock;

class LaneThreadsTest {

  private static final StepName STEP = StepName.GITLAB_GROUP;
  private static final Duration REGULAR = Duration.ofHours(1);
  private static final StepResult GOOD = StepResult.done(STEP, Reason.IN_PLACE, "Found.");
  private static final StepResult AWAY =
      StepResult.failed(
          STEP, new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer (503)."));
  private static final StepResult REFUSED =
      StepResult.failed(STEP, new RejectedException(Reason.ACCESS_DENIED, "Refused (401)."));

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final HandDrivenThreads threads = new HandDrivenThreads();
  private final HandDrivenTimer timer = new HandDrivenTimer();
  private final List<String> woken = new ArrayList<>();
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Reads reads = new Reads();
  private final LaneThreads lane =
      new LaneThreads(
          "GitLab", REGULAR, ref -> woken.add(ref.name()), clock, threads, timer, reads::forget);

  /** A remote that answers as scripted, the last answer for ever, and counts the calls. */
  private static final class Reads {
    private int forgotten;

    void forget() {
      forgotten++;
    }
  }

  private static final class Remote implements Supplier<StepResult> {
    private final Deque<StepResult> answers = new ArrayDeque<>();
    private int calls;

    Remote(StepResult... answers) {
      this.answers.addAll(List.of(answers));
    }

    @Override
    public StepResult get() {
      calls++;
      return answers.size() > 1 ? answers.remove() : answers.peek();
    }
  }

  private static Look look(String projectId) {
    return look(projectId, 1);
  }

  private static Look look(String projectId, long generation) {
    Project project = aProject(projectId).atGeneration(generation).build();
    return Look.at(project, STEP, Look.Direction.CONVERGE, List.of());
  }

  private static StepResult making(StepResult result, String subject) {
    return result.after(List.of(Change.of(Verb.CREATE, subject, "absent", Effect.NOTHING)));
  }

  private void answer(Look look, Remote remote) {
    var unused = lane.take(look, remote);
    threads.runAll();
  }

  @Test
  void troubleOfOneThingPausesNobodyElse() {
    StepResult alone =
        StepResult.failed(
            STEP,
            new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer (500).")
                .ofOneThing());
    answer(look("poisoned"), new Remote(alone));
    assertThat(lane.outage()).isEmpty();
    StepResult told = lane.take(look("poisoned"), new Remote(alone));
    assertThat(told.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(told.pacedBy(lane).pacedByLane()).as("its own back-off counts").isFalse();
    Remote healthy = new Remote(GOOD);
    answer(look("healthy"), healthy);
    assertThat(healthy.calls).isEqualTo(1);
    assertThat(woken).containsExactly("poisoned-dev", "healthy-dev");
  }

  @Test
  void troubleOfAnotherSystemNeitherBeginsNorEndsAnOutage() {
    StepResult elsewhere =
        StepResult.failed(
            STEP,
            new RetryableException(Reason.REMOTE_UNAVAILABLE, "The API server does not answer.")
                .elsewhere());
    answer(look("shop"), new Remote(elsewhere));
    assertThat(lane.outage()).isEmpty();
    assertThat(lane.take(look("shop"), new Remote(GOOD)).pacedBy(lane).pacedByLane()).isFalse();

    answer(look("crm"), new Remote(AWAY));
    assertThat(lane.outage()).isPresent();
    timer.ring();
    answer(look("crm"), new Remote(elsewhere));
    assertThat(lane.outage()).isPresent();
  }

  @Test
  void aReconcileDoesNotWaitForASystemThatHangs() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    List<ProjectRef> wakes = new java.util.concurrent.CopyOnWriteArrayList<>();
    var real = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    var realTimer = Executors.newSingleThreadScheduledExecutor();
    LaneThreads real1 =
        new LaneThreads("GitLab", REGULAR, wakes::add, clock, real, realTimer, () -> {});
    Look look = look("shop");

    StepResult first =
        real1.take(
            look,
            () -> {
              awaitQuietly(answered);
              return GOOD;
            });

    assertThat(first.state()).isEqualTo(StepResult.State.WAITING);
    assertThat(first.reason()).isEqualTo(Reason.PROGRESSING);
    assertThat(wakes).isEmpty();
    answered.countDown();
    Awaitility.await().until(() -> !wakes.isEmpty());
    assertThat(real1.take(look, () -> AWAY).state()).isEqualTo(StepResult.State.DONE);
    real1.close();
    assertThat(real.isTerminated()).isTrue();
    realTimer.shutdownNow();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneProjectHasOneCallOutAtATime() {
    Remote remote = new Remote(GOOD);
    for (int pass = 0; pass < 5; pass++) {
      var unused = lane.take(look("shop"), remote);
    }
    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void tellsChangesOnceAndAnswersFromMemoryAfterwards() {
    Remote remote = new Remote(making(GOOD, "Group 42"));
    answer(look("shop"), remote);
    assertThat(woken).containsExactly("shop-dev");

    StepResult first = lane.take(look("shop"), remote);
    StepResult second = lane.take(look("shop"), remote);

    assertThat(first.changes()).extracting(Change::subject).containsExactly("Group 42");
    assertThat(second.changes()).isEmpty();
    assertThat(second.message()).isEqualTo(first.message());
    assertThat(remote.calls).isEqualTo(1);
    assertThat(threads.waiting()).isZero();
  }

  @Test
  void refreshesInTheBackgroundWhileTheGoodAnswerStands() {
    Remote remote = new Remote(GOOD, StepResult.done(STEP, Reason.IN_PLACE, "Found again."));
    answer(look("shop"), remote);
    assertThat(lane.take(look("shop"), remote).message()).isEqualTo("Found.");
    clock.advance(REGULAR);

    StepResult meanwhile = lane.take(look("shop"), remote);
    assertThat(meanwhile.state()).isEqualTo(StepResult.State.DONE);
    assertThat(meanwhile.message()).isEqualTo("Found.");
    threads.runAll();

    assertThat(lane.take(look("shop"), remote).message()).isEqualTo("Found again.");
    assertThat(remote.calls).isEqualTo(2);
  }

  @Test
  void keepsThePlanWhileItIsRefreshed() {
    StepResult planned =
        making(
            StepResult.of(STEP, StepResult.State.PLANNED, Reason.PLANNED, "1 change planned."),
            "Group platform/shop");
    Remote remote = new Remote(planned);
    answer(look("shop"), remote);
    assertThat(lane.take(look("shop"), remote).changes()).hasSize(1);
    assertThat(lane.take(look("shop"), remote).changes()).hasSize(1);
    clock.advance(REGULAR);

    assertThat(lane.take(look("shop"), remote).changes()).hasSize(1);
    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void anAnswerNeverHoldsLongerThanTheRegularLook() {
    Instant farAway = clock.instant().plus(Duration.ofDays(20));
    Remote remote = new Remote(GOOD.lookingAgainAt(Optional.of(farAway)));
    answer(look("shop"), remote);
    var unused = lane.take(look("shop"), remote);
    clock.advance(REGULAR);

    var unusedToo = lane.take(look("shop"), remote);

    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void anAnswerGivenUnderAWrongClockIsAskedForAgain() {
    clock.advance(Duration.ofDays(365));
    Remote remote = new Remote(GOOD);
    answer(look("shop"), remote);
    var unused = lane.take(look("shop"), remote);
    clock.advance(Duration.ofDays(-365));

    var unusedToo = lane.take(look("shop"), remote);

    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void aStepThatWaitsForSomebodyIsAskedAgainAfterAMinute() {
    Remote remote =
        new Remote(StepResult.waiting(STEP, Reason.WAITING_FOR_REMOVAL, "Scheduled for deletion."));
    answer(look("shop"), remote);
    assertThat(lane.take(look("shop"), remote).reason()).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(threads.waiting()).isZero();
    clock.advance(Duration.ofMinutes(1));

    var unused = lane.take(look("shop"), remote);

    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void aFailureIsToldOnceAndThenTriedAgainOnlyWhenAsked() {
    Remote remote = new Remote(REFUSED);
    answer(look("shop"), remote);

    assertThat(lane.take(look("shop"), remote).reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(threads.waiting()).as("telling does not try").isZero();
    assertThat(lane.take(look("shop"), remote).isHandedOver()).isTrue();
    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void aFailureDoesNotMakeTheLaneBusyByItself() {
    Remote remote = new Remote(REFUSED);
    answer(look("shop"), remote);
    threads.runAll();

    assertThat(remote.calls).isEqualTo(1);
    assertThat(woken).hasSize(1);
    assertThat(timer.set()).isZero();
  }

  @Test
  void newsAreDeliveredOnceAndOnlyToTheLookThatAsked() {
    Remote remote = new Remote(making(GOOD, "Group 42"));
    assertThat(lane.news(look("shop"))).isEmpty();
    answer(look("shop"), remote);

    assertThat(lane.news(look("shop", 2))).isEmpty();
    assertThat(lane.news(look("shop")).orElseThrow().changes()).hasSize(1);
    assertThat(lane.news(look("shop"))).isEmpty();
  }

  @Test
  void workThatThrowsIsABugToldOnceAndNoLoop() {
    var unused =
        lane.take(
            look("shop"),
            () -> {
              throw new IllegalStateException("a bug");
            });
    org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(threads::runAll);

    assertThat(lane.take(look("shop"), new Remote(GOOD)).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(threads.waiting()).isZero();
  }

  @Test
  void aLaneWithoutRoomAnswersAndTakesTheWorkLater() {
    threads.beFull(true);
    Remote remote = new Remote(GOOD);
    assertThat(lane.take(look("shop"), remote).isHandedOver()).isTrue();
    threads.beFull(false);

    answer(look("shop"), remote);

    assertThat(lane.take(look("shop"), remote).state()).isEqualTo(StepResult.State.DONE);
  }

  @Test
  void whileTheSystemIsAwayOneProbeGoesOutAtATime() {
    Remote remote = new Remote(AWAY);
    answer(look("shop"), remote);
    assertThat(lane.outage()).contains("GitLab does not answer (503).");

    for (String other : List.of("shop", "bakery", "garden")) {
      StepResult answer = lane.take(look(other), remote);
      assertThat(answer.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
      assertThat(answer.state()).isEqualTo(StepResult.State.RETRYING);
    }
    assertThat(threads.waiting()).isZero();
    assertThat(remote.calls).isEqualTo(1);

    timer.ring();
    assertThat(woken).containsExactly("shop-dev", "shop-dev");
    var unused = lane.take(look("shop"), remote);
    var unusedToo = lane.take(look("bakery"), remote);
    assertThat(threads.waiting()).isEqualTo(1);

    // The alarm for a probe that nobody took: while one is out it lets no second one through.
    timer.ring();
    var unusedAsWell = lane.take(look("garden"), remote);
    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void aProbeThatNobodyTakesIsOfferedToTheNext() {
    Remote remote = new Remote(AWAY);
    answer(look("shop"), remote);
    var unused = lane.take(look("bakery"), remote);
    timer.ring();
    assertThat(woken).last().isEqualTo("shop-dev");

    timer.ring();

    assertThat(woken).last().isEqualTo("bakery-dev");
  }

  @Test
  void recoveryWakesEverybodyWhoWaits() {
    Remote remote = new Remote(AWAY, GOOD);
    answer(look("shop"), remote);
    for (String other : List.of("bakery", "garden")) {
      var unused = lane.take(look(other), remote);
    }
    timer.ring();
    woken.clear();

    answer(look("shop"), remote);

    assertThat(woken).containsExactly("shop-dev", "bakery-dev", "garden-dev");
    assertThat(lane.outage()).isEmpty();
    answer(look("bakery"), remote);
    assertThat(lane.take(look("bakery"), remote).state()).isEqualTo(StepResult.State.DONE);
  }

  @Test
  void aStepsOwnTroubleDuringAnOutageIsNoAnswerOfTheSystem() {
    StepResult expired =
        StepResult.of(
            STEP, StepResult.State.RETRYING, Reason.TOKEN_EXPIRED, "The token has run out.");
    answer(look("bakery"), new Remote(AWAY));
    timer.ring();
    answer(look("shop"), new Remote(expired));
    assertThat(lane.outage()).contains("GitLab does not answer (503).");

    Remote back = new Remote(GOOD);
    assertThat(lane.take(look("shop"), back).reason()).isEqualTo(Reason.TOKEN_EXPIRED);
    timer.ring();
    answer(look("shop"), back);

    assertThat(back.calls).as("a probe is still sent").isEqualTo(1);
    assertThat(lane.outage()).isEmpty();
  }

  @Test
  void workBegunBeforeAnOutageDoesNotEndItForItMayLiveOnOlderAnswers() {
    var unused = lane.take(look("shop"), new Remote(AWAY));
    var unusedToo = lane.take(look("bakery"), new Remote(GOOD));
    threads.runAll();
    assertThat(lane.outage()).contains("GitLab does not answer (503).");
    assertThat(reads.forgotten).as("a probe asks the system itself").isEqualTo(1);
  }

  @Test
  void pausesBetweenProbesGrowUpToALimit() {
    Remote remote = new Remote(AWAY);
    answer(look("shop"), remote);
    for (int probe = 0; probe < 6; probe++) {
      timer.ring();
      answer(look("shop"), remote);
    }
    assertThat(timer.delays())
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 15L, 15L, 15L);
  }

  @Test
  void whoElseWaitsDoesNotDelayTheNextProbe() {
    Remote remote = new Remote(AWAY);
    for (String one : List.of("shop", "bakery", "garden")) {
      var unused = lane.take(look(one), remote);
    }
    threads.runAll();
    assertThat(timer.delays()).as("three failures are one outage").containsExactly(SECOND);

    timer.ring();
    answer(look("shop"), remote);

    assertThat(timer.delays()).last().isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aLimitKeepsTheDelayThatTheOtherSideAskedFor() {
    StepResult limited =
        StepResult.of(STEP, StepResult.State.RETRYING, Reason.RATE_LIMITED, "Asked to wait (429).")
            .lookingAgainAt(Optional.of(clock.instant().plusSeconds(150)));
    answer(look("shop"), new Remote(limited));

    assertThat(timer.delays()).containsExactly(Duration.ofSeconds(150));
    assertThat(lane.take(look("bakery"), new Remote(GOOD)).reason()).isEqualTo(Reason.RATE_LIMITED);
  }

  @Test
  void oneOutageHasOneTextHoweverEachProbeWordsIt() {
    StepResult other =
        StepResult.of(
            STEP, StepResult.State.RETRYING, Reason.REMOTE_UNAVAILABLE, "GitLab timed out.");
    Remote remote = new Remote(AWAY, other);
    answer(look("shop"), remote);
    timer.ring();
    answer(look("shop"), remote);

    assertThat(remote.calls).isEqualTo(2);
    assertThat(lane.take(look("shop"), remote).message())
        .isEqualTo("GitLab does not answer (503).");
  }

  @Test
  void aFreshAnswerStandsDuringAnOutage() {
    Remote settled = new Remote(GOOD);
    answer(look("bakery"), settled);
    answer(look("shop"), new Remote(AWAY));

    assertThat(lane.take(look("bakery"), settled).state()).isEqualTo(StepResult.State.DONE);
  }

  @Test
  void forgetSendsTheNextLookOutAndKeepsTheAnswerMeanwhile() {
    Remote remote = new Remote(making(GOOD, "Group 42"), GOOD);
    answer(look("shop"), remote);
    lane.forget(look("shop").uid(), STEP);

    StepResult meanwhile = lane.take(look("shop"), remote);

    assertThat(meanwhile.state()).isEqualTo(StepResult.State.DONE);
    assertThat(meanwhile.changes()).as("not lost with the answer").hasSize(1);
    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void whatIsForgottenWhileItIsReadIsReadAgain() {
    Remote remote = new Remote(GOOD);
    var unused = lane.take(look("shop"), remote);
    lane.forget(look("shop").uid(), STEP);
    threads.runAll();

    var unusedToo = lane.take(look("shop"), remote);

    assertThat(threads.waiting()).isEqualTo(1);
  }

  @Test
  void dropForgetsAProjectThatIsGone() {
    Remote remote = new Remote(GOOD);
    answer(look("shop"), remote);
    lane.drop(look("shop").uid());

    assertThat(lane.news(look("shop"))).isEmpty();
    assertThat(lane.take(look("shop"), remote).isHandedOver()).isTrue();
  }

  @Test
  void aDroppedProjectIsNotWokenByRecovery() {
    Remote remote = new Remote(AWAY, GOOD);
    answer(look("shop"), remote);
    var unused = lane.take(look("bakery"), remote);
    lane.drop(look("bakery").uid());
    timer.ring();
    answer(look("shop"), remote);

    assertThat(woken).doesNotContain("bakery-dev");
  }

  @Test
  void anAnswerToAnOldGenerationIsNotTakenForTheNewOneButItsChangesAreTold() {
    Remote remote = new Remote(making(GOOD, "Group 42"), making(GOOD, "Group 43"));
    var unused = lane.take(look("shop", 1), remote);
    assertThat(lane.take(look("shop", 2), remote).isHandedOver()).isTrue();
    assertThat(threads.waiting()).as("the first one still runs").isEqualTo(1);
    threads.runAll();

    assertThat(lane.take(look("shop", 2), remote).isHandedOver()).isTrue();
    threads.runAll();

    assertThat(lane.take(look("shop", 2), remote).changes())
        .extracting(Change::subject)
        .containsExactly("Group 42", "Group 43");
  }

  @Test
  void anotherCredentialWakesWhatFailedAndWhatWaits() {
    answer(look("shop"), new Remote(REFUSED));
    answer(look("bakery"), new Remote(GOOD));
    answer(look("garden"), new Remote(AWAY));
    woken.clear();

    lane.credentialChanged();

    assertThat(woken).containsExactlyInAnyOrder("shop-dev", "garden-dev");
    assertThat(lane.outage()).isEmpty();
  }

  @Test
  void aClosedLaneTakesNothingNew() {
    lane.close();

    assertThat(lane.take(look("shop"), new Remote(GOOD)).isHandedOver()).isTrue();
    assertThat(threads.waiting()).isZero();
  }
}

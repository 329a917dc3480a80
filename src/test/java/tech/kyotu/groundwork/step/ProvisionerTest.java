package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.testing.MovableClock;

class ProvisionerTest {

  private static final Holding NAMESPACE =
      Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev");

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final List<String> diary = new ArrayList<>();
  private final Project project = aProject("shop").build();

  private ScriptedStep step(StepName name) {
    return new ScriptedStep(name, diary);
  }

  private Provisioner provisioner(Step... steps) {
    Backoff backoff =
        new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(10), clock, new Random(1));
    return new Provisioner(List.of(steps), backoff, clock, WriteLease.ALONE);
  }

  private Change making(String subject) {
    return Change.of(
        Verb.CREATE,
        subject,
        "absent",
        held -> {
          diary.add("make " + subject);
          return Outcome.done();
        });
  }

  private static StepResult only(Report report) {
    assertThat(report.results()).hasSize(1);
    return report.results().get(0);
  }

  @Test
  void walksForwardToBuildAndBackwardToTakeAway() {
    Provisioner provisioner =
        provisioner(
            step(StepName.NAMESPACE), step(StepName.GITLAB_GROUP), step(StepName.FLUX_RBAC));

    var built = provisioner.converge(project, Holdings.NONE);
    var gone = provisioner.release(project, Holdings.NONE);

    assertThat(diary)
        .containsExactly(
            "plan NAMESPACE",
            "plan GITLAB_GROUP",
            "plan FLUX_RBAC",
            "release FLUX_RBAC",
            "release GITLAB_GROUP",
            "release NAMESPACE");
    assertThat(built.isComplete()).isTrue();
    assertThat(gone.isComplete()).isTrue();
    assertThat(gone.results()).extracting(StepResult::reason).containsOnly(Reason.REMOVED);
  }

  @Test
  void aStepWhoseNeedsAreNotMetWaitsAndTheOthersStart() {
    Report report =
        provisioner(
                step(StepName.NAMESPACE),
                step(StepName.GITLAB_GROUP)
                    .failing(new RetryableException(Reason.REMOTE_UNAVAILABLE, "Away.")),
                step(StepName.REGISTRY_ACCESS).needing(StepName.NAMESPACE, StepName.GITLAB_GROUP),
                step(StepName.VAULT_ACCESS).needing(StepName.NAMESPACE))
            .converge(project, Holdings.NONE);

    assertThat(diary).containsExactly("plan NAMESPACE", "plan GITLAB_GROUP", "plan VAULT_ACCESS");
    StepResult waits = report.results().get(2);
    assertThat(waits.reason()).isEqualTo(Reason.WAITING_FOR_STEP);
    assertThat(waits.message()).isEqualTo("Waits for GitLabGroupReady.");
    assertThat(report.doneCount()).isEqualTo(2);
  }

  @Test
  void whatWasInPlaceSaysOfItselfThatItsSystemIsAway() {
    Project settled =
        aProject("shop")
            .withStatus(
                with(
                    new ConditionBuilder()
                        .withType("RegistryAccessReady")
                        .withStatus("True")
                        .withReason("InPlace")
                        .build(),
                    null))
            .build();
    Report report =
        provisioner(
                step(StepName.GITLAB_GROUP)
                    .in(Lane.SELF_PACED)
                    .failing(new RetryableException(Reason.REMOTE_UNAVAILABLE, "Away.")),
                step(StepName.REGISTRY_ACCESS)
                    .in(Lane.SELF_PACED)
                    .needing(StepName.GITLAB_GROUP)
                    .failing(new RetryableException(Reason.REMOTE_UNAVAILABLE, "Away.")))
            .converge(settled, Holdings.NONE);

    assertThat(report.results())
        .extracting(StepResult::reason)
        .containsExactly(Reason.REMOTE_UNAVAILABLE, Reason.REMOTE_UNAVAILABLE);
  }

  @Test
  void oneFailingBranchOfARemovalDoesNotStopTheOther() {
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .goingAfter(StepName.REGISTRY_ACCESS, StepName.VAULT_ACCESS),
                step(StepName.REGISTRY_ACCESS),
                step(StepName.VAULT_ACCESS)
                    .failing(new RetryableException(Reason.REMOTE_UNAVAILABLE, "Sealed.")))
            .release(project, Holdings.NONE);

    assertThat(diary).containsExactly("release VAULT_ACCESS", "release REGISTRY_ACCESS");
    assertThat(report.results())
        .extracting(StepResult::message)
        .containsExactly("Goes after VaultAccessReady.", "As wanted.", "Sealed.");
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void planModeRunsNoEffectAndLetsLaterStepsPlanToo() {
    Project planOnly = aProject("shop").planOnly().build();
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .doing(held -> StepPlan.of(List.of(making("Namespace")), "Made.")),
                step(StepName.GITLAB_GROUP)
                    .needing(StepName.NAMESPACE)
                    .doing(
                        held -> StepPlan.of(List.of(making("Group"), making("Member")), "Made.")),
                step(StepName.VAULT_ACCESS).needing(StepName.NAMESPACE))
            .converge(planOnly, Holdings.NONE);

    assertThat(diary).noneMatch(line -> line.startsWith("make"));
    assertThat(report.changes())
        .extracting(Change::subject)
        .containsExactly("Namespace", "Group", "Member");
    assertThat(report.results())
        .extracting(StepResult::state)
        .containsExactly(StepResult.State.PLANNED, StepResult.State.PLANNED, StepResult.State.DONE);
  }

  @Test
  void whatOneEffectLearntTheNextOneAndTheNextStepKnow() {
    Change makes =
        Change.of(
            Verb.CREATE,
            "Namespace",
            "absent",
            held -> Outcome.done(known -> known.with(NAMESPACE)));
    Change looks =
        Change.of(
            Verb.UPDATE,
            "Labels",
            "absent",
            held -> {
              diary.add("held " + held.thing("namespace").orElseThrow().reference());
              return Outcome.done();
            });
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .doing(
                        held ->
                            StepPlan.of(List.of(makes, looks), "")
                                .saying(known -> "Has " + known.asList().size() + ".")),
                step(StepName.GITLAB_GROUP)
                    .needing(StepName.NAMESPACE)
                    .doing(
                        held -> StepPlan.settled("In " + held.asList().get(0).reference() + ".")))
            .converge(project, Holdings.NONE);

    assertThat(diary).contains("held shop-dev");
    assertThat(report.results())
        .extracting(StepResult::message)
        .containsExactly("Has 1.", "In shop-dev.");
    assertThat(report.held().asList()).containsExactly(NAMESPACE);
  }

  @Test
  void aPremiseThatFailedIsPlannedAgainFromALiveRead() {
    Change loses =
        Change.of(
            Verb.CREATE,
            "Namespace",
            "absent",
            held -> new Outcome.Replanned(StepPlan.of(List.of(making("adoption")), "Adopted.")));
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .doing(held -> StepPlan.of(List.of(loses, making("never")), "Made.")))
            .converge(project, Holdings.NONE);

    assertThat(diary).containsExactly("plan NAMESPACE", "make adoption");
    assertThat(only(report).message()).isEqualTo("Adopted.");
    assertThat(only(report).state()).isEqualTo(StepResult.State.DONE);
  }

  @Test
  void plansWithoutEndAreAConflictOfOwners() {
    AtomicInteger effects = new AtomicInteger();
    Report report =
        provisioner(step(StepName.NAMESPACE).doing(held -> undoneAtOnce(effects)))
            .converge(project, Holdings.NONE);

    assertThat(only(report).reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(only(report).state()).isEqualTo(StepResult.State.REJECTED);
    assertThat(only(report).message()).contains("NamespaceReady", "Labels of shop-dev");
    assertThat(effects).hasValueBetween(2, 10);
  }

  private static StepPlan undoneAtOnce(AtomicInteger effects) {
    Change change =
        Change.of(
            Verb.UPDATE,
            "Labels of shop-dev",
            "differ",
            held -> {
              effects.incrementAndGet();
              return new Outcome.Replanned(undoneAtOnce(effects));
            });
    return StepPlan.of(List.of(change), "Made.");
  }

  @Test
  void anEffectThatALaneTookEndsThePassForThatStep() {
    Change handedOver =
        Change.of(
            Verb.UPDATE,
            "File",
            "differs",
            held -> new Outcome.Waiting(Reason.WAITING_FOR_PUSH, "Queued."));
    Report report =
        provisioner(
                step(StepName.FLUX_RBAC)
                    .doing(held -> StepPlan.of(List.of(handedOver, making("never")), "Made.")))
            .converge(project, Holdings.NONE);

    assertThat(only(report).reason()).isEqualTo(Reason.WAITING_FOR_PUSH);
    assertThat(only(report).changes()).hasSize(1);
    assertThat(diary).doesNotContain("make never");
  }

  @Test
  void whatTakesLongerThanTwoMinutesIsLeftForTheNextLookBetweenTwoEffects() {
    Change slow =
        Change.of(
            Verb.CREATE,
            "Namespace",
            "absent",
            held -> {
              clock.advance(Duration.ofSeconds(121));
              return Outcome.done(known -> known.with(NAMESPACE));
            });
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .doing(
                        held ->
                            held.thing("namespace").isEmpty()
                                ? StepPlan.of(List.of(slow, making("rest")), "Made.")
                                : StepPlan.of(List.of(making("rest")), "Made.")))
            .converge(project, Holdings.NONE);

    assertThat(diary).doesNotContain("make rest");
    assertThat(only(report).state()).isEqualTo(StepResult.State.WAITING);
    assertThat(only(report).changes()).containsExactly(slow);
    assertThat(report.held().asList()).containsExactly(NAMESPACE);
  }

  @Test
  void whatWasMadeBeforeAFailureIsToldAndRemembered() {
    Change makes =
        Change.of(
            Verb.CREATE,
            "Namespace",
            "absent",
            held -> Outcome.done(known -> known.with(NAMESPACE)));
    Change fails =
        Change.of(
            Verb.UPDATE,
            "Quota",
            "differs",
            held -> {
              throw new RetryableException(Reason.SECRET_UPDATE_FAILED, "Refused.");
            });
    Report report =
        provisioner(
                step(StepName.NAMESPACE).doing(held -> StepPlan.of(List.of(makes, fails), "Made.")))
            .converge(project, Holdings.NONE);

    assertThat(only(report).state()).isEqualTo(StepResult.State.RETRYING);
    assertThat(only(report).changes()).containsExactly(makes);
    assertThat(report.held().asList()).containsExactly(NAMESPACE);
  }

  @Test
  void aDelayThatTheOtherSideAskedForIsKept() {
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .failing(
                        RetryableException.after(
                            Reason.RATE_LIMITED, "Wait.", Duration.ofSeconds(30))))
            .converge(project, Holdings.NONE);

    assertThat(only(report).lookAgainAt()).contains(clock.instant().plusSeconds(30));
  }

  @Test
  void aBugIsAnInternalErrorWithAnIdAndStopsNoOtherStep() {
    Report report =
        provisioner(
                step(StepName.VAULT_ACCESS)
                    .doing(
                        held -> {
                          throw new IllegalStateException("glpat-abcdefghij0123456789");
                        }),
                step(StepName.FLUX_RBAC)
                    .doing(
                        held -> {
                          throw new StackOverflowError();
                        }),
                step(StepName.ARGO_APPLICATIONS))
            .converge(project, Holdings.NONE);

    assertThat(report.results().get(0).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(report.results().get(0).message())
        .matches(
            "The operator failed unexpectedly in VaultAccessReady[.] Report it with id"
                + " [-0-9a-f]+[.]")
        .doesNotContain("glpat");
    assertThat(report.results().get(1).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(report.results().get(2).state()).isEqualTo(StepResult.State.DONE);
  }

  @Test
  void aBugInAStepThatOnlyLooksOnIsTriedAgainByTheProject() {
    Report report =
        provisioner(
                step(StepName.FLUX_RBAC)
                    .in(Lane.SELF_PACED)
                    .doing(
                        held -> {
                          throw new IllegalStateException("a bug");
                        }))
            .converge(project, Holdings.NONE);

    assertThat(only(report).pacedByLane()).isFalse();
  }

  @Test
  void whatWasGivenUpIsSkippedOnlyWhileDeleting() {
    var doomed = aProject("shop").annotated(Project.ABANDON, "VaultAccessReady, FluxRbacReady");
    Provisioner provisioner =
        provisioner(
            step(StepName.NAMESPACE).goingAfter(StepName.VAULT_ACCESS),
            step(StepName.VAULT_ACCESS));

    var unused = provisioner.converge(doomed.build(), Holdings.NONE);
    Report report = provisioner.release(doomed.beingDeleted().build(), Holdings.NONE);

    assertThat(diary).containsExactly("plan NAMESPACE", "plan VAULT_ACCESS", "release NAMESPACE");
    assertThat(report.isComplete()).isTrue();
    assertThat(report.results().get(1).reason()).isEqualTo(Reason.RETAINED);
    assertThat(report.changes())
        .extracting(Change::event)
        .containsExactly(Optional.of(EventReason.ABANDONED));
  }

  @Test
  void whatStaysOnPurposeCountsAsDoneAndSaysSo() {
    Report report =
        provisioner(
                step(StepName.GITLAB_GROUP)
                    .doing(
                        held ->
                            StepPlan.of(
                                List.of(Change.retain("Group 42", "Groups stay.")),
                                "Kept: GitLab groups are never deleted.")))
            .release(project, Holdings.NONE);

    assertThat(only(report).reason()).isEqualTo(Reason.RETAINED);
    assertThat(report.isComplete()).isTrue();
  }

  @Test
  void aProjectSeenForTheFirstTimeIsExpectedToStartWithWhatNeedsNothing() {
    Report report =
        provisioner(
                step(StepName.NAMESPACE), step(StepName.GITLAB_GROUP).needing(StepName.NAMESPACE))
            .expected(project, Holdings.NONE);

    assertThat(report.results())
        .extracting(StepResult::reason)
        .containsExactly(Reason.PROGRESSING, Reason.WAITING_FOR_STEP);
    assertThat(diary).isEmpty();
  }

  /** A status in which GitLab refused us and the next try is in the given time. */
  private ProjectStatus refused(Duration untilNextTry) {
    Condition condition =
        new ConditionBuilder()
            .withType("GitLabGroupReady")
            .withStatus("False")
            .withReason("AccessDenied")
            .withMessage("GitLab refused us.")
            .withObservedGeneration(1L)
            .withLastTransitionTime("2026-11-20T12:00:00Z")
            .build();
    Failures failures =
        new Failures(
            3,
            "GitLabGroupReady",
            "2026-11-20T12:00:00Z",
            clock.instant().plus(untilNextTry).toString());
    return with(condition, failures);
  }

  private static ProjectStatus with(Condition condition, Failures failures) {
    return new ProjectStatus(
        1,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        List.of(),
        null,
        failures,
        List.of(),
        null,
        List.of(condition));
  }

  @Test
  void aFailureWhoseBackoffRunsIsNotTriedAndStandsAsItWas() {
    Project refused = aProject("shop").withStatus(refused(Duration.ofMinutes(5))).build();
    Report report =
        provisioner(step(StepName.NAMESPACE), step(StepName.GITLAB_GROUP))
            .converge(refused, Holdings.NONE);

    assertThat(diary).containsExactly("plan NAMESPACE");
    assertThat(report.heldBack()).containsExactly(StepName.GITLAB_GROUP);
    assertThat(report.results().get(1).message()).isEqualTo("GitLab refused us.");
    assertThat(report.results().get(1).state()).isEqualTo(StepResult.State.REJECTED);
  }

  @Test
  void aFailureStandsWhileItsLaneTriesAgain() {
    HandDrivenThreads threads = new HandDrivenThreads();
    LaneThreads lane =
        new LaneThreads(
            "GitLab",
            Duration.ofHours(1),
            ref -> {},
            clock,
            threads,
            new HandDrivenTimer(),
            () -> {});
    ScriptedStep group = step(StepName.GITLAB_GROUP).in(lane);
    Project refused = aProject("shop").withStatus(refused(Duration.ofSeconds(-1))).build();
    Provisioner provisioner = provisioner(group);

    Report trying = provisioner.converge(refused, Holdings.NONE);
    assertThat(threads.waiting()).isEqualTo(1);
    assertThat(only(trying).reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(trying.heldBack()).containsExactly(StepName.GITLAB_GROUP);
    threads.runAll();

    assertThat(only(provisioner.converge(refused, Holdings.NONE)).state())
        .isEqualTo(StepResult.State.DONE);
  }

  @Test
  void anAnswerThatIsThereCountsThoughTheBackoffOfAnotherFailureRuns() {
    HandDrivenThreads threads = new HandDrivenThreads();
    LaneThreads lane =
        new LaneThreads(
            "GitLab",
            Duration.ofHours(1),
            ref -> {},
            clock,
            threads,
            new HandDrivenTimer(),
            () -> {});
    Provisioner provisioner = provisioner(step(StepName.GITLAB_GROUP).in(lane));
    Project due = aProject("shop").withStatus(refused(Duration.ofSeconds(-1))).build();
    var unused = provisioner.converge(due, Holdings.NONE);
    threads.runAll();

    Project gated = aProject("shop").withStatus(refused(Duration.ofMinutes(9))).build();

    assertThat(only(provisioner.converge(gated, Holdings.NONE)).state())
        .isEqualTo(StepResult.State.DONE);
  }

  @Test
  void aNewWishIsTriedAtOnce() {
    Project asked =
        aProject("shop")
            .withStatus(refused(Duration.ofMinutes(5)))
            .annotated(Project.RECONCILE_REQUESTED_AT, "2026-11-20T12:04:11Z")
            .build();
    Project edited =
        aProject("shop").withStatus(refused(Duration.ofMinutes(5))).atGeneration(2).build();
    Provisioner provisioner = provisioner(step(StepName.GITLAB_GROUP));

    for (Project wish : List.of(asked, edited)) {
      assertThat(only(provisioner.converge(wish, Holdings.NONE)).state())
          .isEqualTo(StepResult.State.DONE);
    }
  }

  @Test
  void theAnswerOfALaneIsNotAskedForByAStepThatMayNotStart() {
    Lane trap =
        new Lane() {
          @Override
          public StepResult take(Look look, Supplier<StepResult> work) {
            throw new AssertionError("asked too early");
          }

          @Override
          public boolean paces(Reason reason) {
            return false;
          }
        };
    Report report =
        provisioner(
                step(StepName.NAMESPACE)
                    .failing(new RejectedException(Reason.NAME_TAKEN, "Taken.")),
                step(StepName.VAULT_ACCESS).needing(StepName.NAMESPACE).in(trap))
            .converge(project, Holdings.NONE);

    assertThat(report.first(StepResult.State.WAITING).orElseThrow().step())
        .isEqualTo(StepName.VAULT_ACCESS);
  }
}

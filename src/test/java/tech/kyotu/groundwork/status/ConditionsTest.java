package tech.kyotu.groundwork.status;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.status.Passes.away;
import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.change;
import static tech.kyotu.groundwork.status.Passes.heldBack;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.planned;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.retrying;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.Verb;

class ConditionsTest {

  private static final Instant LAST_SECOND_OF_THE_TOKEN = Instant.parse("2027-01-18T23:59:59Z");
  private static final StepResult REFUSED =
      rejected(StepName.VAULT_ACCESS, Reason.ACCESS_DENIED, "Vault refused us (403).");
  private static final StepResult SECRET_REFUSED =
      retrying(StepName.REGISTRY_ACCESS, Reason.SECRET_UPDATE_FAILED, "Quota exceeded.");
  private static final StepResult GITLAB_AWAY =
      away(StepName.GITLAB_GROUP, "GitLab does not answer (503).");

  private final Passes passes = new Passes();
  private final Project project = aProject("shop").build();

  private ProjectStatus after(Report... reports) {
    for (Report report : reports) {
      var unused = passes.after(project, report);
    }
    return project.getStatus();
  }

  private static Condition find(ProjectStatus status, String type) {
    return ConditionList.find(status.conditions(), type).orElseThrow();
  }

  private static Condition ready(ProjectStatus status) {
    return find(status, "Ready");
  }

  private static boolean has(ProjectStatus status, String type) {
    return ConditionList.find(status.conditions(), type).isPresent();
  }

  // Rule 1

  @Test
  void standInFixedOrderAndNeverBothReconcilingAndStalled() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> order = new ArrayList<>(List.of("Ready", "Reconciling", "Stalled"));
    for (StepName step : StepName.values()) {
      order.add(step.conditionType());
    }
    order.add("Applied");
    passes.applied = Optional.of(new Applied(Reason.AWAITING_FLUX, "Waits."));
    for (int round = 0; round < 2_000; round++) {
      ProjectStatus status = after(anyReport(random));
      List<String> types = status.conditions().stream().map(Condition::getType).toList();
      assertThat(types).as("seed %d", seed).doesNotHaveDuplicates().startsWith("Ready");
      assertThat(types)
          .as("seed %d", seed)
          .isSortedAccordingTo((a, b) -> order.indexOf(a) - order.indexOf(b));
      assertThat(has(status, "Reconciling") && has(status, "Stalled"))
          .as("seed %d", seed)
          .isFalse();
      assertThat(status.conditions())
          .as("seed %d", seed)
          .allSatisfy(
              condition -> {
                assertThat(Reason.of(condition.getReason())).isPresent();
                assertThat(condition.getMessage()).isNotEmpty();
                assertThat(condition.getMessage().length()).isLessThanOrEqualTo(512);
                assertThat(condition.getObservedGeneration()).isEqualTo(project.generation());
              });
      passes.clock.advance(Duration.ofSeconds(random.nextInt(4_000)));
    }
  }

  @Test
  void appliedTellsOfFollowersAndIsNoPartOfReady() {
    assertThat(has(after(but()), "Applied")).as("not watched").isFalse();
    Map.of(
            Reason.APPLIED_TO_CLUSTER, "True",
            Reason.AWAITING_FLUX, "False",
            Reason.AWAITING_ARGO_CD, "False",
            Reason.APPLY_FAILED, "False",
            Reason.FOLLOWER_MISSING, "Unknown")
        .forEach(
            (reason, value) -> {
              passes.applied = Optional.of(new Applied(reason, "So it is."));
              ProjectStatus status = after(but());
              assertThat(find(status, "Applied").getStatus()).as(reason.word()).isEqualTo(value);
              assertThat(ready(status).getStatus()).isEqualTo("True");
            });
    Project planOnly = aProject("shop").planOnly().build();
    assertThat(has(passes.conditions.of(planOnly, but()), "Applied")).isFalse();
    Report removing = pass(Look.Direction.RELEASE, Passes.HELD);
    assertThat(has(passes.conditions.of(project, removing), "Applied")).isFalse();
    Project suspended = aProject("shop").suspended().build();
    Report stands = Report.guarded(Look.Direction.CONVERGE, Reason.SUSPENDED, "S.", Passes.HELD);
    assertThat(has(passes.conditions.of(suspended, stands), "Applied")).isTrue();
  }

  private static Report anyReport(Random random) {
    Look.Direction direction =
        random.nextInt(4) == 0 ? Look.Direction.RELEASE : Look.Direction.CONVERGE;
    if (random.nextInt(8) == 0) {
      return Report.guarded(direction, Reason.SUSPENDED, "Suspended. Go on.", Passes.HELD);
    }
    StepResult[] others =
        StepName.values().length == 0
            ? new StepResult[0]
            : java.util.Arrays.stream(StepName.values())
                .filter(step -> random.nextInt(3) == 0)
                .map(step -> anyResult(step, random))
                .toArray(StepResult[]::new);
    return pass(direction, random.nextBoolean() ? Passes.HELD : Holdings.NONE, others);
  }

  private static StepResult anyResult(StepName step, Random random) {
    String text = "Trouble. ".repeat(random.nextInt(120) + 1);
    return switch (random.nextInt(6)) {
      case 0 -> rejected(step, Reason.ACCESS_DENIED, text);
      case 1 -> retrying(step, Reason.SECRET_UPDATE_FAILED, text);
      case 2 -> away(step, text);
      case 3 -> waits(step, Reason.WAITING_FOR_PUSH, text);
      case 4 -> waits(step, Reason.PROGRESSING, text);
      default -> waits(step, Reason.WAITING_FOR_STEP, text);
    };
  }

  // Rule 2

  @Test
  void aRefusalStallsThoughOtherStepsGoOn() {
    ProjectStatus status =
        after(
            but(REFUSED, SECRET_REFUSED, waits(StepName.FLUX_RBAC, Reason.PROGRESSING, "At it.")));
    assertThat(ready(status).getReason()).isEqualTo("AccessDenied");
    assertThat(has(status, "Stalled")).isTrue();
    assertThat(KStatus.of(project)).isEqualTo(KStatus.FAILED);
  }

  @Test
  void aRefusalThatIsBeingTriedAgainDoesNotFlap() {
    ProjectStatus refused = after(but(REFUSED));
    passes.clock.advance(Duration.ofMinutes(20));
    assertThat(after(heldBack(but(REFUSED), StepName.VAULT_ACCESS))).isEqualTo(refused);
  }

  @Test
  void whatMayPassByItselfReconciles() {
    ProjectStatus status = after(but(SECRET_REFUSED));
    assertThat(has(status, "Reconciling")).isTrue();
    assertThat(has(status, "Stalled")).isFalse();
  }

  // Rule 3

  @Test
  void readySpeaksForTheWorstStepAndTheOtherTwoRepeatIt() {
    ProjectStatus status = after(but(SECRET_REFUSED, REFUSED));
    assertThat(ready(status).getReason()).isEqualTo("AccessDenied");
    assertThat(ready(status).getMessage()).contains("4 of 6 in place");
    assertThat(find(status, "Stalled").getReason()).isEqualTo(ready(status).getReason());
    assertThat(find(status, "Stalled").getMessage()).isEqualTo(ready(status).getMessage());

    status = after(but(SECRET_REFUSED, waits(StepName.NAMESPACE, Reason.PROGRESSING, "At it.")));
    assertThat(ready(status).getReason()).isEqualTo("SecretUpdateFailed");
  }

  @Test
  void inDeletionReadyIsFalseWhateverHappens() {
    for (StepResult other :
        List.of(GITLAB_AWAY, REFUSED, waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "At it."))) {
      ProjectStatus status = after(pass(Look.Direction.RELEASE, Holdings.NONE, other));
      assertThat(ready(status).getStatus()).isEqualTo("False");
    }
  }

  // Rule 4

  @Test
  void theNextTryStaysReadableHoweverLongTheOtherSideTalks() {
    String talk = "Vault refused us. " + "x".repeat(2_000);
    ProjectStatus status = after(but(rejected(StepName.VAULT_ACCESS, Reason.ACCESS_DENIED, talk)));
    assertThat(ready(status).getMessage())
        .hasSizeLessThanOrEqualTo(512)
        .endsWith("... Next try 12:19 UTC. 5 of 6 in place.");
    assertThat(find(status, "VaultAccessReady").getMessage()).hasSizeLessThanOrEqualTo(512);
  }

  // Rules 5 and 7

  @Test
  void theObservedGenerationAlwaysAdvances() {
    Project edited = aProject("shop").atGeneration(7).build();
    List<Report> reports =
        List.of(
            but(),
            but(REFUSED),
            but(GITLAB_AWAY),
            Report.guarded(
                Look.Direction.CONVERGE, Reason.SUSPENDED, "Suspended. Go on.", Passes.HELD),
            Report.guarded(Look.Direction.CONVERGE, Reason.INVALID_SPEC, "No.", Passes.HELD));
    for (Report report : reports) {
      edited.setStatus(after(but()));
      ProjectStatus status = passes.conditions.of(edited, report);
      assertThat(status.observedGeneration()).isEqualTo(7);
      assertThat(status.conditions())
          .allSatisfy(condition -> assertThat(condition.getObservedGeneration()).isEqualTo(7));
    }
  }

  @Test
  void aNewGenerationIsNotReadyBeforeItIsLookedAt() {
    Project edited = aProject("shop").atGeneration(2).build();
    edited.setStatus(after(but()));
    assertThat(KStatus.of(edited)).isEqualTo(KStatus.IN_PROGRESS);
    Report first = but(waits(StepName.NAMESPACE, Reason.PROGRESSING, "Seen."));
    Project seen = passes.after(edited, first);
    assertThat(ready(seen.getStatus()).getStatus()).isEqualTo("Unknown");
    assertThat(KStatus.of(seen)).isEqualTo(KStatus.IN_PROGRESS);
  }

  @Test
  void theTransitionTimeMovesOnlyWithTheValue() {
    String start = ready(after(but(SECRET_REFUSED))).getLastTransitionTime();
    passes.clock.advance(Duration.ofMinutes(3));
    Condition other =
        ready(
            after(
                but(
                    retrying(
                        StepName.REGISTRY_ACCESS, Reason.PROBE_FAILED, "Not accepted (401)."))));
    assertThat(other.getReason()).isEqualTo("ProbeFailed");
    assertThat(other.getLastTransitionTime()).isEqualTo(start);
    passes.clock.advance(Duration.ofMinutes(3));
    assertThat(ready(after(but())).getLastTransitionTime()).isEqualTo("2026-11-20T12:10:00Z");
  }

  // Rule 8

  @Test
  void aSettledProjectStaysReadyInAnOutageAndFlipsAfterAnHour() {
    ProjectStatus settled = after(but());
    ProjectStatus outage = after(but(GITLAB_AWAY));
    assertThat(ready(outage).getStatus()).isEqualTo("True");
    assertThat(ready(outage).getMessage()).doesNotContain("ext try");
    assertThat(has(outage, "Reconciling")).isFalse();
    assertThat(find(outage, "GitLabGroupReady").getStatus()).isEqualTo("Unknown");
    assertThat(outage.failures().nextAttemptAt()).isNull();
    assertThat(outage.summary()).isEqualTo("6/6");

    passes.clock.advance(Duration.ofMinutes(59));
    assertThat(after(but(GITLAB_AWAY))).as("one write at each end").isEqualTo(outage);
    passes.clock.advance(Duration.ofMinutes(2));
    ProjectStatus flipped = after(but(GITLAB_AWAY));
    assertThat(ready(flipped).getStatus()).isEqualTo("Unknown");
    assertThat(has(flipped, "Reconciling")).isTrue();
    passes.clock.advance(Duration.ofMinutes(9));
    assertThat(after(but(GITLAB_AWAY))).isEqualTo(flipped);

    ProjectStatus back = after(but());
    assertThat(ready(back).getMessage()).isEqualTo(ready(settled).getMessage());
    assertThat(back.failures()).isNull();
  }

  @Test
  void noOutageHidesThatTheTokenHasRunOut() {
    StepResult away = away(StepName.REGISTRY_ACCESS, "GitLab does not answer (503).");
    var unused = after(but());
    passes.clock.advance(Duration.between(passes.clock.instant(), LAST_SECOND_OF_THE_TOKEN));
    assertThat(ready(after(but(away))).getStatus()).isEqualTo("True");

    passes.clock.advance(Duration.ofSeconds(1));
    Condition ready = ready(after(but(away)));

    assertThat(ready.getStatus()).isEqualTo("False");
    assertThat(ready.getReason()).isEqualTo("TokenExpired");
    assertThat(ready.getMessage())
        .startsWith(
            "The registry token expired on 2027-01-19, and a new one cannot be made. Image pulls"
                + " fail now. GitLab does not answer (503).");
  }

  @Test
  void aProjectThatWasNeverReadyIsNotReadyInAnOutage() {
    assertThat(ready(after(but(GITLAB_AWAY))).getStatus()).isEqualTo("Unknown");
  }

  @Test
  void anOutageIsAsOldAsItself() {
    ProjectStatus ownTrouble = after(but(SECRET_REFUSED));
    passes.clock.advance(Duration.ofMinutes(30));
    ProjectStatus outage = after(but(GITLAB_AWAY));
    assertThat(ownTrouble.failures().since()).isEqualTo("2026-11-20T12:04:00Z");
    assertThat(outage.failures().since()).isEqualTo("2026-11-20T12:34:00Z");
    assertThat(ready(outage).getMessage()).contains("since 12:34 UTC");
  }

  // Rule 9

  @Test
  void aKnownLossShowsAtOnce() {
    ProjectStatus status =
        after(
            but(),
            but(
                GITLAB_AWAY,
                retrying(
                    StepName.REGISTRY_ACCESS,
                    Reason.TOKEN_EXPIRED,
                    "The registry token expired on 2026-11-20.")));
    assertThat(ready(status).getStatus()).isNotEqualTo("True");
    assertThat(find(status, "RegistryAccessReady").getStatus()).isEqualTo("False");
  }

  @Test
  void anEditThatDoesNotGetThroughIsAKnownLoss() {
    StepResult contention =
        retrying(StepName.FLUX_RBAC, Reason.PUSH_CONTENTION, "The branch moved.")
            .pacedBy(tech.kyotu.groundwork.step.Lane.SELF_PACED);
    assertThat(ready(after(but(), but(contention))).getStatus()).isEqualTo("Unknown");
    StepResult queued = waits(StepName.FLUX_RBAC, Reason.WAITING_FOR_PUSH, "Queued.");
    assertThat(ready(after(but(), but(queued))).getStatus()).isEqualTo("Unknown");
  }

  // A look that changes nothing writes nothing

  @Test
  void theSameReportOverTheSameStatusGivesTheSameStatus() {
    for (Report report :
        List.of(
            but(),
            but(GITLAB_AWAY),
            but(waits(StepName.FLUX_RBAC, Reason.WAITING_FOR_PUSH, "Queued.")),
            heldBack(but(REFUSED), StepName.VAULT_ACCESS),
            Report.guarded(
                Look.Direction.CONVERGE, Reason.SUSPENDED, "Suspended. Go on.", Passes.HELD))) {
      project.setStatus(null);
      // The failure that is held back later has to happen first.
      var first =
          after(but(report.heldBack().isEmpty() ? new StepResult[0] : new StepResult[] {REFUSED}));
      assertThat(first).isNotNull();
      ProjectStatus once = after(report);
      passes.clock.advance(Duration.ofMinutes(1));
      assertThat(after(report)).isEqualTo(once);
    }
  }

  @Test
  void aSettledProjectThatIsLookedAtAgainWritesNothing() {
    ProjectStatus settled = after(but());
    ProjectStatus looking =
        after(
            but(
                waits(StepName.GITLAB_GROUP, Reason.PROGRESSING, "Being worked on in GitLab."),
                waits(StepName.REGISTRY_ACCESS, Reason.WAITING_FOR_STEP, "Waits."),
                waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on in Vault.")));
    assertThat(looking).isEqualTo(settled);
  }

  // Failures

  @Test
  void failuresAreCountedOncePerTry() {
    assertThat(after(but(SECRET_REFUSED)).failures().count()).isEqualTo(1);
    ProjectStatus second = after(but(SECRET_REFUSED));
    assertThat(second.failures().count()).isEqualTo(2);
    ProjectStatus standing = after(heldBack(but(SECRET_REFUSED), StepName.REGISTRY_ACCESS));
    assertThat(standing.failures()).isEqualTo(second.failures());
    assertThat(after(but()).failures()).isNull();
  }

  @Test
  void aRefusalAloneIsTriedSlowlyAndOtherTroubleSoon() {
    Instant now = passes.clock.instant();
    assertThat(Instant.parse(after(but(REFUSED)).failures().nextAttemptAt()))
        .isEqualTo(now.plus(Duration.ofMinutes(15)));
    project.setStatus(null);
    assertThat(Instant.parse(after(but(REFUSED, SECRET_REFUSED)).failures().nextAttemptAt()))
        .isBefore(now.plus(Duration.ofMinutes(2)));
  }

  // The rest of the status

  @Test
  void aSpecThatBreaksTheRulesGetsAStatusToo() {
    for (String id : new String[] {"Not_An_Id", "a--b", "x\n", "", null}) {
      Project broken = aProject(id).named("stored").build();
      Report report =
          Report.guarded(Look.Direction.CONVERGE, Reason.INVALID_SPEC, "No.", Holdings.NONE);
      ProjectStatus status = passes.conditions.of(broken, report);
      assertThat(ready(status).getReason()).isEqualTo("InvalidSpec");
      assertThat(has(status, "Stalled")).isTrue();
      assertThat(status.projectName()).isNull();
    }
    Project empty = aProject("shop").build();
    empty.setSpec(null);
    assertThat(
            ready(
                    passes.conditions.of(
                        empty,
                        Report.guarded(
                            Look.Direction.CONVERGE, Reason.INVALID_SPEC, "No.", Holdings.NONE)))
                .getStatus())
        .isEqualTo("False");
  }

  @Test
  void aLongPlanIsCutAndCounted() {
    Project planOnly = aProject("shop").planOnly().build();
    StepResult many =
        StepResult.of(
                StepName.VAULT_ACCESS, StepResult.State.PLANNED, Reason.PLANNED, "70 changes.")
            .after(
                IntStream.range(0, 70)
                    .mapToObj(i -> change(Verb.CREATE, "x".repeat(400)))
                    .toList());
    ProjectStatus status = passes.conditions.of(planOnly, but(many));
    assertThat(status.plan()).hasSize(64);
    assertThat(status.planOmitted()).isEqualTo(6);
    assertThat(status.plan().get(0).subject()).hasSize(256);
    assertThat(status.plan().get(0).step()).isEqualTo("VaultAccessReady");
    assertThat(status.summary()).isEqualTo("plan: 70");
    assertThat(status.specDigest()).isNull();
  }

  @Test
  void halfAPlanIsNone() {
    Project planOnly = aProject("shop").planOnly().build();
    StepResult half = planned(StepName.NAMESPACE, change(Verb.ADOPT, "Namespace shop-dev"));
    StepResult underWay = waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on.");

    ProjectStatus status = passes.after(planOnly, but(half, underWay)).getStatus();
    assertThat(ready(status).getStatus()).isEqualTo("Unknown");
    assertThat(ready(status).getReason()).isEqualTo("Progressing");
    assertThat(ready(status).getMessage())
        .isEqualTo("Planning shop-dev: 5 of 6 looked at, VaultAccessReady next.");
    assertThat(has(status, "Reconciling")).isTrue();

    status = passes.after(planOnly, but(half)).getStatus();
    assertThat(ready(status).getReason()).isEqualTo("Planned");
    assertThat(has(status, "Reconciling")).isFalse();
  }

  @Test
  void aPlanStandsWhileItsStepsAreLookedAtAgain() {
    Project planOnly = aProject("shop").planOnly().build();
    StepResult namespace = planned(StepName.NAMESPACE, change(Verb.ADOPT, "Namespace shop-dev"));
    StepResult policy = planned(StepName.VAULT_ACCESS, change(Verb.CREATE, "Policy"));
    StepResult underWay = waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on.");

    ProjectStatus whole = passes.after(planOnly, but(namespace, policy)).getStatus();
    passes.clock.advance(Duration.ofMinutes(10));
    assertThat(passes.after(planOnly, but(namespace, underWay)).getStatus()).isEqualTo(whole);

    // What is found out then is told with the rest.
    ProjectStatus smaller = passes.after(planOnly, but(policy)).getStatus();
    assertThat(smaller.summary()).isEqualTo("plan: 1");
    assertThat(ready(smaller).getMessage()).startsWith("1 change planned");
    assertThat(passes.after(planOnly, but()).getStatus().plan()).isEmpty();
  }

  @Test
  void aChangeThatIsFoundEndsReadyInPlanModeTooBeforeThePlanIsWhole() {
    Project planOnly = aProject("shop").planOnly().build();
    var unused = passes.after(planOnly, but());
    StepResult found = planned(StepName.NAMESPACE, change(Verb.CREATE, "Namespace shop-dev"));
    StepResult underWay = waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on.");
    ProjectStatus status = passes.after(planOnly, but(underWay)).getStatus();
    assertThat(ready(status).getStatus()).isEqualTo("True");
    status = passes.after(planOnly, but(found, underWay)).getStatus();
    assertThat(ready(status).getStatus()).isEqualTo("Unknown");
  }

  @Test
  void aPlanWithoutChangesIsReady() {
    Project planOnly = aProject("shop").planOnly().build();
    assertThat(ready(passes.conditions.of(planOnly, but())).getStatus()).isEqualTo("True");
  }

  @Test
  void aSettledProjectStaysReadyWhenSuspendedAndSaysSoFirst() {
    Project suspended = aProject("shop").suspended().atGeneration(2).build();
    suspended.setStatus(after(but()));
    Report report =
        Report.guarded(Look.Direction.CONVERGE, Reason.SUSPENDED, "Suspended. Go on.", Passes.HELD);
    Project seen = passes.after(suspended, report);
    assertThat(ready(seen.getStatus()).getStatus()).isEqualTo("True");
    assertThat(ready(seen.getStatus()).getMessage()).isEqualTo("Suspended. Go on.");
    assertThat(KStatus.of(seen)).isEqualTo(KStatus.CURRENT);
  }

  @Test
  void aForgedStatusNeitherBreaksAPassNorSurvivesIt() {
    project.setStatus(
        new ProjectStatus(
            1,
            "other-prod",
            "9/9",
            null,
            "sha256:0",
            List.of(),
            null,
            List.of(),
            null,
            null,
            List.of(),
            null,
            Collections.nCopies(
                3,
                new io.fabric8.kubernetes.api.model.ConditionBuilder().withType("Ready").build())));
    ProjectStatus status = after(but());
    assertThat(status.projectName()).isEqualTo("shop-dev");
    assertThat(status.conditions()).hasSize(7);
  }

  @Test
  void theDigestFollowsWhatIsWantedAndNothingElse() {
    String digest = SpecDigest.of(project);
    assertThat(digest).startsWith("sha256:").hasSize(71);
    assertThat(SpecDigest.of(aProject("shop").suspended().planOnly().build())).isEqualTo(digest);
    assertThat(SpecDigest.of(aProject("shop").ownedBy("new@example.org").build()))
        .isNotEqualTo(digest);
    assertThat(after(but()).specDigest()).isEqualTo(digest);
  }

  @Test
  void theDigestTellsWhichFieldsWereEditedSince() {
    String digest = SpecDigest.of(project);
    assertThat(SpecDigest.edited(project, digest)).isEmpty();
    assertThat(
            SpecDigest.edited(
                aProject("shop").neverAdopting().retainingItsNamespace().build(), digest))
        .containsExactly("adoption", "deletion.namespace");
    assertThat(SpecDigest.edited(aProject("shop").ownedBy("new@example.org").build(), digest))
        .containsExactly("googleGroup");
  }
}

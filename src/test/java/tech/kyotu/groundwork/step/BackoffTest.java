package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.testing.MovableClock;

class BackoffTest {

  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration REJECTED = Duration.ofMinutes(10);

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final Backoff backoff = new Backoff(LONGEST, REJECTED, clock, new Random(7));
  private final ScriptedStep step = new ScriptedStep(StepName.VAULT_ACCESS);

  private Project failing(Reason reason, Duration untilNextTry) {
    return aProject("shop")
        .withStatus(status(reason, clock.instant().plus(untilNextTry).toString()))
        .build();
  }

  private static ProjectStatus status(Reason reason, String nextAttemptAt) {
    var condition =
        new ConditionBuilder()
            .withType("VaultAccessReady")
            .withStatus("False")
            .withReason(reason.word())
            .withMessage("No.")
            .build();
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
        new Failures(2, "VaultAccessReady", "2026-11-20T12:00:00Z", nextAttemptAt),
        List.of(),
        null,
        List.of(condition));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 4", "3, 8", "5, 32", "6, 60", "7, 60", "1000, 60"})
  void waitsLongerWithEachFailureUpToACapAndNeverAtOnce(int attempts, int atMostSeconds) {
    for (int draw = 0; draw < 200; draw++) {
      Duration wait = Duration.between(clock.instant(), backoff.nextAttempt(attempts, false));
      assertThat(wait)
          .isBetween(Duration.ofMillis(500L * atMostSeconds), Duration.ofSeconds(atMostSeconds));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, -2, -64, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aForgedCountNeitherBreaksNorRaces(int attempts) {
    assertThat(backoff.nextAttempt(attempts, false))
        .isBetween(clock.instant().plusMillis(500), clock.instant().plus(LONGEST));
  }

  @Test
  void drawsDifferentTimesSoThatProjectsDoNotComeBackTogether() {
    List<Instant> draws =
        java.util.stream.Stream.generate(() -> backoff.nextAttempt(6, false)).limit(20).toList();
    assertThat(draws.stream().distinct().count()).isGreaterThan(10);
  }

  @Test
  void aRefusalIsTriedAgainSlowly() {
    assertThat(backoff.nextAttempt(1, true)).isEqualTo(clock.instant().plus(REJECTED));
    assertThat(backoff.nextAttempt(90, true)).isEqualTo(clock.instant().plus(REJECTED));
  }

  @Test
  void theGateOpensAtItsTime() {
    Project project = failing(Reason.ACCESS_DENIED, Duration.ofMinutes(5));
    assertThat(backoff.heldBack(project, step)).isPresent();
    clock.advance(Duration.ofMinutes(5));
    assertThat(backoff.heldBack(project, step)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Progressing", "InPlace", "WaitingForStep", "Removing", "Planned"})
  void onlyFailuresAreHeldBack(String word) {
    Project project = failing(Reason.of(word).orElseThrow(), Duration.ofMinutes(5));
    assertThat(backoff.heldBack(project, step)).isEmpty();
    assertThat(backoff.lastFailure(project, step)).isEmpty();
  }

  @Test
  void whatALanePacesIsNotHeldBackByTheProject() {
    Project project = failing(Reason.PUSH_REJECTED, Duration.ofMinutes(5));
    assertThat(backoff.heldBack(project, step.in(Lane.SELF_PACED))).isEmpty();
    assertThat(backoff.lastFailure(project, step.in(Lane.SELF_PACED))).isPresent();
  }

  @Test
  void anotherCredentialOpensTheGateOfItsStepAlone() {
    Project project = failing(Reason.ACCESS_DENIED, REJECTED);
    clock.advance(Duration.ofMinutes(1));
    backoff.open(StepName.GITLAB_GROUP);
    assertThat(backoff.heldBack(project, step)).isPresent();
    backoff.open(StepName.VAULT_ACCESS);
    assertThat(backoff.heldBack(project, step)).isEmpty();
  }

  @Test
  void aRefusalAfterTheCredentialChangedIsHeldBackAgain() {
    backoff.open(StepName.VAULT_ACCESS);
    clock.advance(Duration.ofMinutes(1));
    Project project = failing(Reason.ACCESS_DENIED, REJECTED);
    assertThat(backoff.heldBack(project, step)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "AdoptionForbidden, true",
    "SecretsRetained, true",
    "OwnershipConflict, true",
    "AccessDenied, false",
  })
  void namingTheThingThatMayBeTakenOverOpensTheGateThatAskedForIt(String word, boolean opens) {
    Project named =
        aProject("shop")
            .annotated(Project.ADOPT, "namespace")
            .withStatus(
                status(
                    Reason.of(word).orElseThrow(),
                    clock.instant().plus(Duration.ofMinutes(5)).toString()))
            .build();
    assertThat(backoff.heldBack(named, step).isEmpty()).isEqualTo(opens);
  }

  @Test
  void aGateFurtherAwayThanAnyIsLeftByAWrongClockAndStandsOpen() {
    Project project = failing(Reason.ACCESS_DENIED, Duration.ofDays(365));
    assertThat(backoff.heldBack(project, step)).isEmpty();
  }
}

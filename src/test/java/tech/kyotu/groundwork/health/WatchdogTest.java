package tech.kyotu.groundwork.health;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.testing.MovableClock;

class WatchdogTest {
  private static final String NOON = "2026-11-20T12:00:00Z";

  private final MovableClock clock = MovableClock.at(NOON);
  private List<Project> live = List.of();
  private List<Project> cached = List.of();
  private boolean reachable = true;
  private boolean leading = true;
  private final Watchdog watchdog = new Watchdog(this::list, () -> cached, () -> leading, clock);

  @Test
  void isContentWhileTheCacheAgreesAndEveryProjectIsSeen() {
    bothHold(seen("shop", "7"));
    minutes(20);

    assertThat(watchdog.sees()).isTrue();
    assertThat(watchdog.isAlive()).isTrue();
    assertThat(watchdog.lateProjects()).isZero();
  }

  @Test
  void isNotReadyAfterAMinuteWithoutTheClusterAndGivenUpAfterFive() {
    reachable = false;
    watchdog.run();
    assertThat(watchdog.sees()).as("one refused list").isTrue();

    minutes(1);
    assertThat(watchdog.sees()).isFalse();
    minutes(3);
    assertThat(watchdog.isAlive()).isTrue();
    minutes(1);
    assertThat(watchdog.isAlive()).isFalse();

    reachable = true;
    minutes(1);
    assertThat(watchdog.sees()).isTrue();
    assertThat(watchdog.isAlive()).isTrue();
  }

  @Test
  void aCacheThatStandsStillBehindTheClusterIsBlind() {
    bothHold(seen("shop", "7"));
    for (int minute = 0; minute < 5; minute++) {
      live = List.of(seen("shop", "8" + minute));
      minutes(1);
    }
    assertThat(watchdog.sees()).isFalse();
    assertThat(watchdog.isAlive()).isTrue();

    minutes(1);
    assertThat(watchdog.isAlive()).isFalse();
  }

  @Test
  void aCacheThatIsALittleLateEveryTimeIsNotBlind() {
    for (int minute = 0; minute < 20; minute++) {
      cached = live;
      live = List.of(seen("shop", "1" + minute));
      minutes(1);
      assertThat(watchdog.sees()).isTrue();
    }
    assertThat(watchdog.isAlive()).isTrue();
  }

  @Test
  void aCacheThatDidNotHearOfAReinstalledKindIsBlind() {
    bothHold(seen("shop", "7"));
    minutes(1);
    live = List.of();
    minutes(2);

    assertThat(watchdog.sees()).isFalse();
  }

  @Test
  void aNewProjectThatTheCacheNeverHearsOfIsBlindness() {
    live = List.of(seen("shop", "7"));
    minutes(1);
    assertThat(watchdog.sees()).isTrue();
    minutes(1);

    assertThat(watchdog.sees()).isFalse();
  }

  @Test
  void aGenerationThatNobodyLooksAtIsCountedAfterFiveMinutesAndThenCallsForARestart() {
    bothHold(unseen("shop"));
    minutes(5);
    assertThat(watchdog.lateProjects()).isZero();

    minutes(1);
    assertThat(watchdog.lateProjects()).isEqualTo(1);
    assertThat(watchdog.isAlive()).as("first it is counted").isTrue();
    minutes(1);
    assertThat(watchdog.isAlive()).isFalse();
    assertThat(watchdog.sees()).as("a wedged Project blinds nobody").isTrue();
  }

  @Test
  void aTryThatIsNotMadeFiveMinutesAfterItsTimeIsCounted() {
    bothHold(failing("shop", "2026-11-20T12:10:00Z"));
    minutes(15);
    assertThat(watchdog.lateProjects()).isZero();

    minutes(1);
    assertThat(watchdog.lateProjects()).isEqualTo(1);
  }

  @Test
  void aProjectThatIsTriedAgainAndAgainIsNotLateHoweverOftenItFails() {
    for (int minute = 10; minute < 60; minute++) {
      bothHold(failing("shop", "2026-11-20T12:" + minute + ":00Z"));
      minutes(1);
      assertThat(watchdog.lateProjects()).isZero();
    }
  }

  @Test
  void whoeverDoesNotLeadIsNotLateAndStartsAnewWhenHeDoes() {
    leading = false;
    bothHold(unseen("shop"));
    minutes(20);
    assertThat(watchdog.lateProjects()).isZero();
    assertThat(watchdog.isAlive()).isTrue();

    leading = true;
    minutes(5);
    assertThat(watchdog.lateProjects()).isZero();
  }

  @Test
  void aWatchdogThatSleepsIsNoProofOfLife() {
    clock.advance(Duration.ofMinutes(4));
    assertThat(watchdog.isAlive()).isTrue();
    clock.advance(Duration.ofMinutes(1));

    assertThat(watchdog.isAlive()).isFalse();
  }

  private List<Project> list() {
    if (!reachable) {
      throw new IllegalStateException("no answer");
    }
    return live;
  }

  private void bothHold(Project project) {
    live = List.of(project);
    cached = List.of(project);
  }

  /** Each a minute in which the watchdog looks at the end. */
  private void minutes(int count) {
    for (int minute = 0; minute < count; minute++) {
      clock.advance(Duration.ofMinutes(1));
      watchdog.run();
    }
  }

  private static Project unseen(String id) {
    return aProject(id).build();
  }

  private static Project seen(String id, String version) {
    Project project = aProject(id).withStatus(status(null)).build();
    project.getMetadata().setResourceVersion(version);
    return project;
  }

  private static Project failing(String id, String nextAttempt) {
    return aProject(id)
        .withStatus(status(new Failures(3, "VaultAccessReady", NOON, nextAttempt)))
        .build();
  }

  private static ProjectStatus status(Failures failures) {
    return new ProjectStatus(
        1, null, null, null, null, List.of(), null, List.of(), null, failures, List.of(), null,
        List.of());
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepException;

/** Many Projects after a long time in which nobody rotated anything. */
class CatchUpTest {

  private static final Duration UNTIL_ALL_ARE_DUE = Duration.ofDays(46);
  private static final Duration UNTIL_ALL_ARE_CRITICAL = Duration.ofDays(53);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RegistryWorld world = new RegistryWorld();
  private final List<Project> projects =
      IntStream.range(0, 12).mapToObj(i -> aProject("shop" + i).in(DEV).build()).toList();
  private final Map<String, Holdings> status = new HashMap<>();

  @BeforeEach
  void allAreInPlace() throws StepException {
    for (Project project : projects) {
      world.held = Holdings.NONE;
      world.givenNamespaceOf(project);
      pass(project);
    }
  }

  private StepPass pass(Project project) throws StepException {
    world.held = status.getOrDefault(project.uid(), world.held);
    StepPass pass = world.converge(project);
    status.put(project.uid(), world.held);
    return pass;
  }

  private List<Project> rotatedInOnePass() throws StepException {
    List<Project> rotated = new ArrayList<>();
    for (Project project : projects) {
      if (pass(project).events().contains(EventReason.TOKEN_ROTATED)) {
        rotated.add(project);
      }
    }
    return rotated;
  }

  @Test
  void fiveRotationsAMinuteAreBegunAndTheOthersComeBackForTheirTurn() throws StepException {
    world.later(UNTIL_ALL_ARE_DUE);
    assertThat(rotatedInOnePass()).hasSize(5);
    assertThat(rotatedInOnePass()).as("in the same minute").isEmpty();
    Instant now = world.clock.instant();
    StepPass waits = pass(projects.get(11));
    assertThat(waits.plan().lookAgainAt()).hasValue(now.plus(MINUTE.multipliedBy(2)));
    assertThat(waits.message()).startsWith("Token ").endsWith("valid until 2027-01-19.");
    world.later(MINUTE);
    assertThat(rotatedInOnePass()).hasSize(5);
    world.later(MINUTE);
    assertThat(rotatedInOnePass()).hasSize(2);
    for (Project project : projects) {
      world.assertPullsWork(project);
    }
  }

  @Test
  void whatCannotWaitDoesNotWait() throws StepException {
    world.later(UNTIL_ALL_ARE_DUE);
    assertThat(rotatedInOnePass()).hasSize(5);

    Project lost = projects.get(8);
    world.cluster.loseSecret(lost.name().value());
    assertThat(pass(lost).events())
        .containsExactly(EventReason.TOKEN_ISSUED, EventReason.DRIFT_REPAIRED);

    Project revoked = projects.get(9);
    world.gitlab.revokeByHand(world.publishedId(revoked).orElseThrow());
    world.later(Duration.ofSeconds(11));
    assertThat(pass(revoked).events()).containsExactly(EventReason.TOKEN_ROTATED);

    Project asking = aProject("shop10").in(DEV).annotated(Project.ROTATE_TOKEN, "now").build();
    assertThat(pass(asking).events()).containsExactly(EventReason.TOKEN_ROTATED);

    Project first = aProject("new").in(DEV).build();
    world.held = Holdings.NONE;
    world.givenNamespaceOf(first);
    assertThat(pass(first).events())
        .containsExactly(EventReason.TOKEN_ISSUED, EventReason.PULL_SECRET_WRITTEN);

    assertThat(pass(projects.get(11)).made()).as("one that is only due").isEmpty();
  }

  @Test
  void whatIsAboutToDieIsNotHeldUp() throws StepException {
    world.later(UNTIL_ALL_ARE_CRITICAL);
    assertThat(rotatedInOnePass()).hasSize(12);
  }

  @Test
  void aJumpOfOurOwnClockMakesNothingDue() throws StepException {
    world.later(Duration.ofDays(365));
    world.gitlab.skewBy(Duration.ofDays(-365));
    assertThat(rotatedInOnePass()).isEmpty();
  }

  @Test
  void aListFromBeforeOurClockWasSetBackIsReadAgain() throws StepException {
    Project revoked = projects.get(3);
    pass(revoked);
    world.gitlab.revokeByHand(world.publishedId(revoked).orElseThrow());
    world.later(Duration.ofDays(-365));
    world.gitlab.skewBy(Duration.ofDays(365).plusMinutes(6));
    assertThat(pass(revoked).events()).containsExactly(EventReason.TOKEN_ROTATED);
  }

  @Test
  void aPlanTakesNobodysTurn() throws StepException {
    world.later(UNTIL_ALL_ARE_DUE);
    for (int i = 0; i < 6; i++) {
      Project planned = aProject("shop" + i).in(DEV).planOnly().build();
      assertThat(world.accessStep.plan(planned, status.get(planned.uid())).changes())
          .extracting(change -> change.event().orElseThrow())
          .containsExactly(EventReason.TOKEN_ROTATED);
    }
    assertThat(rotatedInOnePass()).hasSize(5);
  }
}

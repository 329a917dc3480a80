package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FaultPoints.Crash;
import tech.kyotu.groundwork.testing.FaultPoints.Moment;

/**
 * The process dies at every outside call, before or after it took effect, and a new one goes on
 * with what the world tells. What the Secret publishes works all the time, and one token is left.
 */
class RegistryAccessCrashTest {

  /** More calls than any of the stories makes; a crash that never comes is a story without one. */
  private static final int MOST_CALLS = 14;

  private static final Duration PAST_GRACE = Duration.ofHours(25);

  private final RegistryWorld world = new RegistryWorld();
  private final Project shop = aProject("shop").in(DEV).build();
  private final Project asking =
      aProject("shop").in(DEV).annotated(Project.ROTATE_TOKEN, "now").build();

  static Stream<Arguments> everyCall() {
    return IntStream.rangeClosed(1, MOST_CALLS)
        .boxed()
        .flatMap(call -> Stream.of(Moment.values()).map(moment -> Arguments.of(call, moment)));
  }

  private interface Story {
    void run() throws StepException;
  }

  /** Lets the process die once while it does this, if it makes as many calls. */
  private void dieDuring(int call, Moment moment, Story story) throws StepException {
    world.faults.crashAt(call, moment);
    try {
      story.run();
    } catch (Crash died) {
      assertThat(died)
          .hasMessageContaining(world.faults.calls().get(world.faults.calls().size() - 1));
    } finally {
      world.faults.heal();
      world.restart();
    }
  }

  private void goOn(Project project) throws StepException {
    for (int pass = 0; pass < 3; pass++) {
      world.converge(project);
      world.assertPullsWork(project);
      world.later(Duration.ofMinutes(11));
    }
    world.later(PAST_GRACE);
    world.converge(project);
    world.converge(project);
    world.assertAtRest(project);
    assertThat(world.converge(project).made()).as("a further pass").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void theFirstTokenSurvivesACrash(int call, Moment moment) throws StepException {
    world.givenNamespaceOf(shop);
    dieDuring(call, moment, () -> world.converge(shop));
    goOn(shop);
    assertThat(world.faults.calls("gitlab.createGroup").size()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void aRotationSurvivesACrashAndPullsNeverFail(int call, Moment moment) throws StepException {
    world.givenInPlace(shop);
    dieDuring(call, moment, () -> world.converge(asking));
    world.assertPullsWork(shop);
    goOn(asking);
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void aRevocationSurvivesACrash(int call, Moment moment) throws StepException {
    world.givenInPlace(shop);
    world.converge(asking);
    world.later(PAST_GRACE);
    dieDuring(call, moment, () -> world.converge(asking));
    world.assertPullsWork(shop);
    goOn(asking);
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void theRepairOfALostSecretSurvivesACrash(int call, Moment moment) throws StepException {
    world.givenInPlace(shop);
    world.cluster.loseSecret("shop-dev");
    dieDuring(call, moment, () -> world.converge(shop));
    goOn(shop);
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void theTidyingAfterACrashSurvivesAnother(int call, Moment moment) throws StepException {
    world.givenInPlace(shop);
    world.faults.failOnce(
        "gitlab.issueToken",
        Moment.AFTER,
        RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer."));
    assertThat(catchThrowable(() -> world.converge(asking))).isInstanceOf(StepException.class);
    world.restart();
    dieDuring(call, moment, () -> world.converge(asking));
    world.assertPullsWork(shop);
    goOn(asking);
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void aReleaseSurvivesACrash(int call, Moment moment) throws StepException {
    world.givenInPlace(shop);
    world.converge(asking);
    dieDuring(call, moment, () -> world.release(shop));
    world.release(shop);
    assertThat(world.living(shop)).isEmpty();
    assertThat(world.cluster.secretAtRest("shop-dev")).isEmpty();
    assertThat(world.cluster.isPullSecretAttached("shop-dev")).isFalse();
    assertThat(world.gitlab.groupAtRest("platform/shop")).isPresent();
  }

  @Test
  void aFormerLeaderThatWakesLateRevokesItsOwnTokenOnly() throws StepException {
    world.givenInPlace(shop);
    StepPass group = StepPass.converge(world.groupStep, asking, world.held);
    var late = world.accessStep.plan(asking, group.held());
    world.restart();
    world.converge(asking);
    OptionalLong published = world.publishedId(shop);
    for (var change : late.changes()) {
      change.effect().apply(group.held());
    }
    assertThat(world.publishedId(shop)).isEqualTo(published);
    world.assertPullsWork(shop);
    assertThat(world.living(shop)).hasSize(2);
  }

  @Test
  void aPausedWriterCannotPublishATokenThatWasRevokedMeanwhile() throws StepException {
    world.givenNamespaceOf(shop);
    StepPass group = StepPass.converge(world.groupStep, shop, world.held);
    RegistryAccessStep paused = world.accessStep;
    world.faults.meanwhile(
        "cluster.createSecret",
        () -> {
          world.restart();
          world.faults.failOnce(
              "gitlab.issueToken",
              Moment.BEFORE,
              new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer."));
          assertThat(catchThrowable(() -> world.converge(shop))).isInstanceOf(StepException.class);
        });
    StepPass.converge(paused, shop, group.held());
    world.assertPullsWork(shop);
  }

  @Test
  void whatALostAnswerLeftIsRevokedAtOnceByItsAnnouncedNonce() throws StepException {
    world.givenInPlace(shop);
    world.faults.failOnce(
        "gitlab.issueToken",
        Moment.AFTER,
        RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer."));
    assertThat(catchThrowable(() -> world.converge(asking))).isInstanceOf(StepException.class);
    assertThat(world.living(shop)).hasSize(2);
    world.converge(asking);
    assertThat(world.faults.calls("gitlab.revokeToken")).containsExactly("gitlab.revokeToken 802");
    world.assertPullsWork(shop);
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** A removal that GitLab holds up: an error is never absence, and the next pass finishes it. */
class PullTokenReleaseTest {

  private final RegistryWorld world = new RegistryWorld();
  private final Project shop = aProject("shop").build();

  @BeforeEach
  void inPlace() throws StepException {
    world.givenInPlace(shop);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gitlab.tokens", "gitlab.revokeToken"})
  void staysWhileGitLabDoesNotAnswer(String call) throws StepException {
    world.faults.failAlways(
        call, new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer (503)."));

    assertThatThrownBy(() -> world.release(shop)).isInstanceOf(RetryableException.class);
    assertThatThrownBy(() -> world.release(shop)).isInstanceOf(RetryableException.class);
    assertThat(world.living(shop)).hasSize(1);
    assertThat(world.held.token()).isNotNull();

    world.faults.heal();
    world.release(shop);
    assertThat(world.living(shop)).isEmpty();
    assertThat(world.cluster.secretAtRest("shop-dev")).isEmpty();
    assertThat(world.release(shop).made()).isEmpty();
    assertThat(world.held.token()).isNull();
  }

  @Test
  void staysWhileATokenCannotBeRevoked() {
    world.faults.failAlways(
        "gitlab.revokeToken",
        new RejectedException(Reason.ACCESS_DENIED, "GitLab refused to revoke the token (400)."));

    assertThatThrownBy(() -> world.release(shop))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ACCESS_DENIED));
    assertThat(world.living(shop)).hasSize(1);
    assertThat(world.held.token()).isNotNull();
  }

  @Test
  void takesNoGroupForGoneThatItMayOnlyNotSee() {
    world.gitlab.removeGroup(42);
    world.faults.failAlways(
        "gitlab.self", new RejectedException(Reason.ACCESS_DENIED, "GitLab refused (401)."));

    assertThatThrownBy(() -> world.release(shop)).isInstanceOf(RejectedException.class);
    assertThat(world.cluster.secretAtRest("shop-dev")).isPresent();
    assertThat(world.held.token()).isNotNull();
  }
}

package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.FaultPoints.Moment;
import tech.kyotu.groundwork.testing.Settings;

/** Another tool that takes our things out of Vault, again and again. */
class VanishingsTest {
  private static final String MAIL = "team@example.org";
  private static final String READ = "project-shop-dev-read";

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final Project project = aProject("shop").ownedBy(MAIL).build();
  private final VaultPass pass =
      new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());

  @BeforeEach
  void theProjectIsInPlace() {
    cluster.with(project).withNamespaceOf(project);
    pass.converge(project);
  }

  private void vanish(String thing) throws StepException {
    switch (thing) {
      case "policy" -> vault.deletePolicy(READ);
      case "group" -> vault.deleteGroup("project-shop-dev");
      case "role" -> vault.deleteRole("project-shop-dev");
      default -> vault.deleteExternalGroup(vault.externalGroup(MAIL).orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "group", "role", "external group"})
  void whatVanishesForTheThirdTimeWithinAnHourIsNotPutBackAndSaysWhatToDo(String thing)
      throws StepException {
    for (int time = 1; time <= 2; time++) {
      vanish(thing);
      assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
      pass.clock().advance(Duration.ofMinutes(15));
    }
    vanish(thing);
    vault.faults().forgetCalls();

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(result.message())
        .matches("Vault (policy|group|role) \\S+ vanished 3 times within an hour[.] .*")
        .endsWith("it must exclude policies, groups and group-aliases.");
    assertThat(vault.faults().calls())
        .noneMatch(call -> call.matches("vault[.](write|create|delete).*"));
  }

  @Test
  void anHourLaterItIsTriedAnew() throws StepException {
    vanishThrice();

    pass.clock().advance(Duration.ofMinutes(61));

    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
    assertThat(vault.policy(READ)).isPresent();
  }

  @Test
  void whoAsksIsServedAtOnceAndCountsAnew() throws StepException {
    vanishThrice();
    Project asked =
        aProject("shop")
            .ownedBy(MAIL)
            .annotated(Project.RECONCILE_REQUESTED_AT, "2026-11-20T12:00:01Z")
            .build();

    assertThat(pass.converge(asked).state()).isEqualTo(State.DONE);
    vanish("policy");
    assertThat(pass.converge(asked).state()).isEqualTo(State.DONE);
    vanish("policy");
    assertThat(pass.converge(asked).reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
  }

  @Test
  void twoThingsThatVanishTwiceAreNoFight() throws StepException {
    for (String thing : new String[] {"policy", "role", "policy", "role"}) {
      vanish(thing);
      assertThat(pass.converge(project).state()).as(thing).isEqualTo(State.DONE);
    }
  }

  @Test
  void whatWasNotWrittenDidNotVanishAgain() throws StepException {
    vanish("policy");
    for (int attempt = 0; attempt < 4; attempt++) {
      vault
          .faults()
          .failOnce(
              "vault.writePolicy",
              Moment.BEFORE,
              new RetryableException(Reason.REMOTE_UNAVAILABLE, "Vault is sealed or away (503)."));
      assertThat(pass.converge(project).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
      pass.clock().advance(Duration.ofMinutes(10));
    }

    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
  }

  @Test
  void aGoogleGroupThatComesAndGoesByTheSpecIsNoFight() {
    for (int move = 1; move <= 6; move++) {
      String mail = move % 2 == 0 ? MAIL : "next@example.org";
      Project moved = aProject("shop").ownedBy(mail).atGeneration(move).build();
      cluster.with(moved);

      assertThat(pass.converge(moved).state()).as("move " + move).isEqualTo(State.DONE);
    }
  }

  private void vanishThrice() throws StepException {
    for (int time = 1; time <= 3; time++) {
      vanish("policy");
      pass.converge(project);
    }
    assertThat(pass.converge(project).reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
  }
}

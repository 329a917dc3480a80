package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

class ContentRoundTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final List<OwnerMark> asked = new ArrayList<>();
  private final ContentRound round = new ContentRound(cluster, HOUR, asked::add, clock);

  private void withSettledProjects(int count) {
    for (int index = 0; index < count; index++) {
      Project fresh = aProject("shop" + index).in(DEV).build();
      cluster.with(fresh).withNamespaceOf(fresh);
      VaultPass pass = new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());
      pass.converge(fresh);
      cluster.with(aProject("shop" + index).in(DEV).withStatus(pass.status()).build());
    }
  }

  private void pass(Duration time) {
    long turns = time.dividedBy(ContentRound.TURN);
    for (long turn = 0; turn < turns; turn++) {
      clock.advance(ContentRound.TURN);
      round.run();
    }
  }

  @Test
  void asksForNoMoreThanFiveReadsASecond() {
    withSettledProjects(1);
    Project project = cluster.projects().get(0);
    vault.faults().forgetCalls();

    VaultPass pass = new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());
    pass.converge(project);

    long reads =
        vault.faults().calls().stream()
            .filter(call -> !call.equals("vault.keyValueVersion"))
            .count();
    assertThat(reads * 1_000).isLessThanOrEqualTo(5 * ContentRound.TURN.toMillis());
  }

  @Test
  void leavesTheFirstHourToTheLooksOfTheStart() {
    withSettledProjects(3);

    pass(HOUR.minus(ContentRound.TURN));

    assertThat(asked).isEmpty();
  }

  @Test
  void takesEveryProjectOnceAnHourOneByOne() {
    withSettledProjects(5);

    pass(HOUR.multipliedBy(4).minus(ContentRound.TURN));

    assertThat(asked).hasSize(15);
    assertThat(new HashSet<>(asked.subList(0, 5))).hasSize(5);
  }

  @Test
  void startsNoRoundBeforeTheOldOneIsOver() {
    withSettledProjects(5);
    ContentRound fast = new ContentRound(cluster, Duration.ofSeconds(2), asked::add, clock);

    for (int turn = 0; turn < 11; turn++) {
      clock.advance(ContentRound.TURN);
      fast.run();
    }

    // The first turn comes before the first round; then one Project each turn.
    assertThat(asked).hasSize(10);
    assertThat(asked.subList(0, 5)).doesNotHaveDuplicates();
    assertThat(asked.subList(5, 10)).containsExactlyElementsOf(asked.subList(0, 5));
  }

  @Test
  void goesOnWhenTheClockIsSetBack() {
    withSettledProjects(1);
    clock.advance(Duration.ofDays(-1));

    pass(HOUR);

    assertThat(asked).isNotEmpty();
  }

  @Test
  void knowsNobodyWhoHoldsNothingInVault() {
    cluster.with(aProject("fresh").build());

    pass(HOUR.multipliedBy(2));

    assertThat(asked).isEmpty();
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The pull token's whole life in histories: two operators, deaths, pauses, lost answers, clocks
 * that are off, lists that lag, and people. Always the same ones, so that no change fails by
 * another's luck; {@link RotationSoak} draws new ones. {@code -Drotation.seed} with {@code
 * -Drotation.histories=1} plays one again.
 */
class RotationPropertyTest {

  private static final int HISTORIES = Integer.getInteger("rotation.histories", 2_000);

  @Test
  void pullsWorkInEveryHistoryAndOneTokenIsLeft() {
    assertAllLawsHold(Long.getLong("rotation.seed", 1), HISTORIES);
  }

  /** Plays that many histories; a failure shows the seed, the fewest events, and what happened. */
  static void assertAllLawsHold(long first, int histories) {
    System.out.printf("%d rotation histories from seed %d on%n", histories, first);
    Optional<RotationHistory.Failure> failure =
        LongStream.range(first, first + histories)
            .mapToObj(
                seed ->
                    new RotationHistory(seed, RotationStage.InMemory::make, RotationDefect.NONE))
            .flatMap(history -> history.play().map(history::shrunk).stream())
            .findFirst();
    assertThat(failure).isEmpty();
  }
}

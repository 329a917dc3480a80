package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The pull token's whole life in random histories: two operators, deaths, pauses, lost answers,
 * clocks that are off, lists that lag, and people. {@code -Drotation.seed} replays one, {@code
 * -Drotation.histories} plays more.
 */
class RotationPropertyTest {

  private static final int HISTORIES = Integer.getInteger("rotation.histories", 2_000);

  @Test
  void pullsWorkInEveryHistoryAndOneTokenIsLeft() {
    long first = Long.getLong("rotation.seed", System.nanoTime());
    System.out.printf("%d rotation histories from seed %d on%n", HISTORIES, first);
    Optional<RotationHistory.Failure> failure =
        LongStream.range(first, first + HISTORIES)
            .mapToObj(
                seed ->
                    new RotationHistory(seed, RotationStage.InMemory::make, RotationDefect.NONE))
            .flatMap(history -> history.play().map(history::shrunk).stream())
            .findFirst();
    assertThat(failure).isEmpty();
  }
}

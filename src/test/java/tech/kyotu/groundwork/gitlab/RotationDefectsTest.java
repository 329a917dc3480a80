package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Histories are worth their while only if they find what they are there for. */
class RotationDefectsTest {

  private static final int HISTORIES = 200;

  /** Always the same histories: what finds a defect today finds it tomorrow. */
  private static final long FIRST = 50_000;

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aPlantedDefectIsFoundWithinTwoHundredHistories(RotationDefect defect) {
    Optional<RotationHistory.Failure> found =
        LongStream.range(FIRST, FIRST + HISTORIES)
            .mapToObj(
                seed -> new RotationHistory(seed, RotationStage.InMemory::make, defect).play())
            .flatMap(Optional::stream)
            .filter(failure -> failure.law() instanceof RotationLaws.Broken)
            .findFirst();
    assertThat(found)
        .as("what finds " + defect)
        .hasValueSatisfying(
            failure -> System.out.printf("%s: %s%n", defect, failure.law().getMessage()));
  }
}

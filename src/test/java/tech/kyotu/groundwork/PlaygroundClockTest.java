package tech.kyotu.groundwork;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaygroundClockTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void sixtyDaysAhead() throws IOException {
    file = Files.writeString(folder.resolve("ahead"), "PT1440H\n", UTF_8);
  }

  @Test
  void runsAheadByWhatTheFileSaysNow() throws IOException {
    Clock clock = PlaygroundClock.of(List.of("playground"), Optional.of(file));
    assertThat(ahead(clock)).isEqualTo(Duration.ofDays(60));
    Files.writeString(file, "PT0S", UTF_8);
    assertThat(ahead(clock)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prod", "dev", "test"})
  void isTheMachinesWhateverTheFileSaysOutsideThePlayground(String profile) {
    assertThat(PlaygroundClock.of(List.of(profile), Optional.of(file)))
        .isEqualTo(Clock.systemUTC());
  }

  @Test
  void isTheMachinesInAPlaygroundThatMovesNone() {
    assertThat(PlaygroundClock.of(List.of("playground"), Optional.empty()))
        .isEqualTo(Clock.systemUTC());
  }

  @Test
  void doesNotFallBackToTheMachinesTimeWhereTheFileIsLost() throws IOException {
    Clock clock = PlaygroundClock.of(List.of("playground"), Optional.of(file));
    Files.delete(file);
    assertThatThrownBy(clock::instant).isInstanceOf(UncheckedIOException.class);
  }

  /** In whole hours, as far as the machine's clock moves meanwhile. */
  private static Duration ahead(Clock clock) {
    Duration ahead = Duration.between(Instant.now(), clock.instant());
    return Duration.ofHours(Math.round(ahead.toMillis() / 3_600_000.0));
  }
}

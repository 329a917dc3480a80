package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The races of {@link LaneRacesIT} for minutes; not part of the build. */
@Tag("soak")
class LaneSoak {

  @TempDir private Path folder;

  @Test
  void keepsEverythingWhileARivalCommitsEightTimesASecondForAMinute() throws Exception {
    LaneRaces.aRivalCommitsAllTheTime(folder, Duration.ZERO, Duration.ofMillis(125), 480, 200);
  }

  @Test
  void keepsEverythingWhileARivalCommitsEachSecondAndAPushTakesLong() throws Exception {
    LaneRaces.aRivalCommitsAllTheTime(
        folder, Duration.ofMillis(300), Duration.ofSeconds(1), 60, 200);
  }

  @Test
  void needsAtMostTwelvePushesForAThousandProjectsWithinTenSeconds() throws Exception {
    assertThat(LaneRaces.aCrowdWithinTenSeconds(folder, 1000)).isLessThanOrEqualTo(12);
  }

  @Test
  void keepsNothingOpenOverTenThousandPushes() throws Exception {
    LaneRaces.pushesWithoutEnd(folder, 10_000);
  }
}

package tech.kyotu.groundwork.gitlab;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fifty thousand histories that nobody has played before. */
@Tag("soak")
class RotationSoak {

  @Test
  void pullsWorkInEveryHistoryAndOneTokenIsLeft() {
    RotationPropertyTest.assertAllLawsHold(System.nanoTime(), 50_000);
  }
}

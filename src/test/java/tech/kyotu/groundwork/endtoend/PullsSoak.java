package tech.kyotu.groundwork.endtoend;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two hundred rotations, and the revocations after their grace, in about a quarter of an hour: the
 * operator dies every few seconds, and no pull fails.
 */
@Tag("soak")
class PullsSoak {
  @Test
  void noPullFailsDuringTwoHundredRotationsAndTheRevocationsThatFollow() {
    try (RotationStory story = new RotationStory("pulls-soak", 200, false)) {
      story.rotateAll();
      story.awaitTheEndOfTheGrace();
      story.letLive();
      story.assertPullsNeverFailed(true);
    }
  }
}

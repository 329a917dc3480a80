package tech.kyotu.groundwork.endtoend;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pulls go on while tokens are replaced and the operator dies in the middle; see PullsSoak. */
@Tag("trouble")
class PullsIT {
  @Test
  void noPullFailsWhileTokensAreReplacedAndTheOperatorDies() {
    try (RotationStory story = new RotationStory("pulls", 20, true)) {
      story.rotateAll();
      story.letLive();
      story.assertPullsNeverFailed(false);
    }
  }
}

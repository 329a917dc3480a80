package tech.kyotu.groundwork.cli;

import java.time.Duration;
import java.time.Instant;

/** Waiting, where there is nothing to be told by. Tests pass the time themselves. */
interface Pause {

  /**
   * Waits, unless the end comes first.
   *
   * @return whether there is time left
   */
  boolean before(Instant end, Duration wait);
}

package tech.kyotu.groundwork.gitops.jgit;

import java.time.Duration;

/**
 * How long conversations with the server may take as a whole.
 *
 * @param tip asking for the tip
 * @param transfer a fetch or a push
 * @param firstClone the first fetch into a fresh clone
 */
record Limits(Duration tip, Duration transfer, Duration firstClone) {

  static final Limits NORMAL =
      new Limits(Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofMinutes(10));
}

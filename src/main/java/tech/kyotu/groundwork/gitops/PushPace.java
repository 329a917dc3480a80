package tech.kyotu.groundwork.gitops;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The least time between the starts of two pushes: it protects the server. In a crowd, push after
 * push for several Projects, it doubles twice: who waits among many waits a moment more, and a slow
 * burst costs few pushes too. A Project alone, and a full batch, never wait longer.
 */
final class PushPace {

  private final Duration interval;
  private Instant nextPush = Instant.MIN;
  private int crowdedPushes;

  PushPace(Duration interval) {
    this.interval = interval;
  }

  /** When the next push may start. */
  Instant nextPush() {
    return nextPush;
  }

  /** A push of these edits starts; so many edits are queued with them. */
  void starts(List<Edit> edits, int queued, Instant now) {
    boolean isCrowd = edits.stream().map(Edit::owner).distinct().count() > 1;
    boolean isUnbroken = !now.isAfter(nextPush.plus(interval));
    crowdedPushes = isCrowd ? (isUnbroken ? crowdedPushes + 1 : 1) : 0;
    int doublings = queued >= Batch.FULL ? 0 : Math.min(2, crowdedPushes / 2);
    nextPush = now.plus(interval.multipliedBy(1L << doublings));
  }
}

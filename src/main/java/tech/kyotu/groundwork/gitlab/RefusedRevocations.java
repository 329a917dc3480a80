package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tokens that GitLab lists as living and refuses to revoke: somebody took the token's bot out of
 * the group. They are tried again after an hour, and nothing else of their Project waits for them.
 */
final class RefusedRevocations {

  private static final Duration UNTIL_NEXT_TRY = Duration.ofHours(1);

  private final Clock clock;
  private final Map<Long, Instant> refused = new ConcurrentHashMap<>();

  RefusedRevocations(Clock clock) {
    this.clock = clock;
  }

  /** GitLab refused to revoke this token just now. */
  void add(long tokenId) {
    Instant now = clock.instant();
    refused.values().removeIf(at -> !isRecent(at, now));
    refused.put(tokenId, now);
  }

  /** Whether it need not be tried again yet. */
  boolean holds(long tokenId) {
    Instant at = refused.get(tokenId);
    return at != null && isRecent(at, clock.instant());
  }

  private static boolean isRecent(Instant at, Instant now) {
    return Duration.between(at, now).abs().compareTo(UNTIL_NEXT_TRY) < 0;
  }
}

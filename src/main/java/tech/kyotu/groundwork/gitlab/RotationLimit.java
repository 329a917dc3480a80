package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps due rotations from becoming a mass rotation: after an outage or a jump of the clock many
 * are due at once, and five a minute are begun, those that expire first before the others. Shared
 * by all Projects and kept in memory: a process that starts anew is patient anew.
 */
final class RotationLimit {

  private static final int A_MINUTE = 5;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /**
   * A Project that was told to wait; who is not back a minute after its time has gone.
   *
   * @param number by which those of one expiry take turns in the order in which they came
   */
  private record Waiting(Instant expiry, long number, Instant askedAt, Instant until) {

    private boolean isAheadOf(Instant otherExpiry, long otherNumber) {
      int order = expiry.compareTo(otherExpiry);
      return order < 0 || (order == 0 && number < otherNumber);
    }
  }

  private final Clock clock;
  private final Map<String, Instant> begun = new HashMap<>();
  private final Map<String, Waiting> waiting = new HashMap<>();
  private long lastNumber;

  RotationLimit(Clock clock) {
    this.clock = clock;
  }

  /**
   * Asks for a turn. Who got one keeps it for a minute, for a plan that is made twice.
   *
   * @param uid of the Project
   * @param expiry of the token that is due
   * @return empty if the rotation may begin now, else when to ask again, by our clock
   */
  synchronized Optional<Instant> ask(String uid, Instant expiry) {
    Instant now = clock.instant();
    // What lies in the future was written before the clock was set back.
    begun.replaceAll((id, at) -> at.isAfter(now) ? now : at);
    begun.values().removeIf(at -> !at.isAfter(now.minus(MINUTE)));
    waiting
        .values()
        .removeIf(other -> other.askedAt.isAfter(now) || other.until.plus(MINUTE).isBefore(now));
    Waiting before = waiting.remove(uid);
    if (begun.containsKey(uid)) {
      return Optional.empty();
    }
    long number = before == null ? ++lastNumber : before.number;
    long ahead = waiting.values().stream().filter(it -> it.isAheadOf(expiry, number)).count();
    int free = A_MINUTE - begun.size();
    if (ahead < free) {
      begun.put(uid, now);
      return Optional.empty();
    }
    Instant until = now.plus(MINUTE.multipliedBy(1 + (ahead - free) / A_MINUTE));
    waiting.put(uid, new Waiting(expiry, number, now, until));
    return Optional.of(until);
  }
}

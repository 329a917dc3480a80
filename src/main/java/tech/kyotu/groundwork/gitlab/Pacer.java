package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/**
 * One bucket of permits for our credential, shared by all Projects: GitLab counts per user, not per
 * Project. It follows what the server says of its limits, and halves by itself when it is refused
 * all the same.
 *
 * <p>Creating and deleting go before all other calls: those find the bucket empty while a second's
 * worth of permits is left. Two headers of GitLab 18 count: {@code RateLimit-Limit} is per minute,
 * {@code RateLimit-Reset} in seconds since 1970.
 */
final class Pacer {

  /** Which calls go first. */
  enum Urgency {
    /** What somebody waits for: create, delete. */
    FIRST,
    /** Looks. */
    LATER
  }

  /** What an answer says about limits; all but the status may be missing. */
  record Told(
      int status,
      Optional<Long> limitPerMinute,
      Optional<Long> remaining,
      Optional<Instant> resetAt,
      Optional<Duration> retryAfter) {}

  private static final double FLOOR = 30;
  private static final double MARGIN = 0.95;
  private static final double RECOVERY = 0.05;
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(5);
  private static final Duration USUAL_STOP = Duration.ofMinutes(1);

  private final Clock clock;
  private final Pause pause;

  /** Permits a minute by the settings, for a server that says nothing of a limit. */
  private final double configured;

  /** Permits a minute while nothing is wrong. */
  private double good;

  /** Permits a minute now: less than {@link #good} after a refusal. */
  private double allowed;

  /** Permits a minute that the server has left until {@link #windowEnds}. */
  private double window = Double.MAX_VALUE;

  private Instant windowEnds = Instant.MIN;
  private double permits;
  private Instant filledAt;
  private Instant stoppedUntil;
  private Instant recoversAt;

  Pacer(int requestsPerMinute, Clock clock, Pause pause) {
    this.clock = clock;
    this.pause = pause;
    configured = Math.max(FLOOR, requestsPerMinute);
    good = configured;
    allowed = good;
    filledAt = clock.instant();
    stoppedUntil = filledAt;
    recoversAt = filledAt;
    permits = capacity();
  }

  /**
   * Waits for a permit, for two seconds at most.
   *
   * @throws RetryableException {@code RateLimited} with the time, if none is free by then
   */
  void acquire(Urgency urgency) throws RetryableException {
    Duration wait = reserve(urgency);
    if (!wait.isZero()) {
      pause.take(wait);
    }
  }

  private synchronized Duration reserve(Urgency urgency) throws RetryableException {
    Instant now = clock.instant();
    refill(now);
    if (stoppedUntil.isAfter(now)) {
      throw asked(Duration.between(now, stoppedUntil));
    }
    double reserve = urgency == Urgency.FIRST ? 0 : perSecond(now);
    double missing = 1 + reserve - permits;
    Duration wait =
        missing <= 0
            ? Duration.ZERO
            : Duration.ofMillis((long) Math.ceil(missing * 1000 / perSecond(now)));
    if (wait.compareTo(SHORT) > 0) {
      throw asked(wait);
    }
    permits -= 1;
    return wait;
  }

  /** Hears what an answer says about limits. */
  synchronized void hear(Told told) {
    Instant now = clock.instant();
    refill(now);
    Optional<Long> limit = told.limitPerMinute().filter(rate -> rate > 0);
    if (limit.isPresent()) {
      learn(Math.max(FLOOR, MARGIN * limit.get()));
    } else if (told.status() >= 200 && told.status() < 300) {
      // A limit stands in each good answer; it was lifted.
      learn(configured);
    }
    if (told.remaining().isPresent() && told.resetAt().isPresent()) {
      windowEnds = told.resetAt().get();
      double minutes = Math.max(1, now.until(windowEnds, ChronoUnit.MILLIS)) / 60_000.0;
      window = Math.max(0, told.remaining().get()) / minutes;
    }
    if (told.status() == 429) {
      stop(now, stopFor(told));
    }
  }

  /** How long a 429 stops us: what it says, at most five minutes; a minute if it says nothing. */
  static Duration stopFor(Told told) {
    Duration stop = told.retryAfter().orElse(USUAL_STOP);
    return stop.compareTo(LONGEST_STOP) > 0 ? LONGEST_STOP : stop;
  }

  /** Permits a minute at present, for metrics. */
  synchronized double ratePerMinute() {
    refill(clock.instant());
    return perSecond(clock.instant()) * 60;
  }

  private void learn(double rate) {
    boolean unharmed = allowed >= good;
    good = rate;
    allowed = unharmed ? good : Math.min(allowed, good);
  }

  /** Answers of one burst come together; only the first refusal halves. */
  private void stop(Instant now, Duration time) {
    if (!stoppedUntil.isAfter(now)) {
      allowed = Math.max(FLOOR, allowed / 2);
    }
    Instant until = now.plus(time);
    stoppedUntil = until.isAfter(stoppedUntil) ? until : stoppedUntil;
    recoversAt = stoppedUntil.plus(1, ChronoUnit.MINUTES);
    permits = Math.min(permits, 1);
  }

  private void refill(Instant now) {
    if (filledAt.isAfter(now)) {
      // The clock was set back, and what was set by it with it: nobody asked to wait that long.
      Duration jump = Duration.between(filledAt, now);
      stoppedUntil = stoppedUntil.plus(jump);
      recoversAt = recoversAt.plus(jump);
    }
    while (!recoversAt.isAfter(now) && allowed < good) {
      allowed = Math.min(good, allowed + RECOVERY * good);
      recoversAt = recoversAt.plus(1, ChronoUnit.MINUTES);
    }
    double seconds = Math.max(0, filledAt.until(now, ChronoUnit.MILLIS)) / 1000.0;
    permits = Math.min(capacity(), permits + seconds * perSecond(now));
    filledAt = now;
  }

  private double capacity() {
    return allowed / 2;
  }

  private double perSecond(Instant now) {
    double rate = windowEnds.isAfter(now) ? Math.min(allowed, window) : allowed;
    return Math.max(FLOOR, rate) / 60;
  }

  /** The refusal that a caller hears, with the time of the next try. */
  RetryableException asked(Duration wait) {
    String time =
        DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(clock.instant().plus(wait));
    return RetryableException.after(
        Reason.RATE_LIMITED,
        "GitLab asked to wait (429). Next try "
            + time
            + " UTC, as it said. If this repeats, raise the limit for the operator's user.",
        wait);
  }
}

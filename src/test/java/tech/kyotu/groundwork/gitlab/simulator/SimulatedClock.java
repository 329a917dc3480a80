package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The server's own time. It runs along with the machine's until it is frozen, and may be set and
 * advanced at will. Expiry, retention, rate windows and the life of registry logins follow it.
 */
public final class SimulatedClock {
  private final Clock machine = Clock.systemUTC();
  private Duration ahead = Duration.ZERO;
  private Duration dateSkew = Duration.ZERO;
  private Optional<Instant> frozenAt = Optional.empty();

  SimulatedClock() {}

  /** Returns the server's present time. */
  public synchronized Instant now() {
    return frozenAt.orElseGet(() -> machine.instant().plus(ahead));
  }

  /** Returns the server's present day in UTC. */
  public LocalDate today() {
    return LocalDate.ofInstant(now(), ZoneOffset.UTC);
  }

  /** Makes it the given time; a running clock runs on from there, a frozen one stays there. */
  public synchronized void set(Instant time) {
    frozenAt = frozenAt.map(before -> time);
    ahead = Duration.between(machine.instant(), time);
  }

  /** Moves the time by the given amount, backward if negative. */
  public synchronized void advance(Duration amount) {
    set(now().plus(amount));
  }

  /** Stops the clock where it is. */
  public synchronized void freeze() {
    frozenAt = Optional.of(now());
  }

  /** Lets a frozen clock run on from where it stands. */
  public synchronized void resume() {
    Instant now = now();
    frozenAt = Optional.empty();
    set(now);
  }

  /** Makes the {@code Date} header differ from the server's time by the given amount. */
  public synchronized void skewDateHeader(Duration skew) {
    dateSkew = skew;
  }

  synchronized Instant dateHeader() {
    return now().plus(dateSkew);
  }

  synchronized boolean isFrozen() {
    return frozenAt.isPresent();
  }

  synchronized void reset() {
    ahead = Duration.ZERO;
    dateSkew = Duration.ZERO;
    frozenAt = Optional.empty();
  }
}

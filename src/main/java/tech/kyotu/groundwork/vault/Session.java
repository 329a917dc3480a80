package tech.kyotu.groundwork.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * The operator's token. One login serves all who wait for it: whoever comes while one is on its way
 * waits at the monitor and takes its token.
 */
final class Session {

  /**
   * A token and how long it lives.
   *
   * @param token never shown
   * @param life from now on; empty if it is not ours to renew
   */
  record Grant(String token, Optional<Duration> life) {

    /** Says how long, never the token. */
    @Override
    public String toString() {
      return "Grant[" + life + "]";
    }
  }

  /** How a token is got. */
  interface Source {
    /** A new token. */
    Grant login() throws StepException;

    /** The same token, for longer. */
    Grant renew(String token) throws StepException;
  }

  /**
   * A grant in use.
   *
   * @param first its life when it was new
   * @param renewAt when two thirds of its life are over
   */
  private record Current(Grant grant, Duration first, Instant renewAt) {}

  private final Source source;
  private final Clock clock;
  private Optional<Current> current = Optional.empty();

  Session(Source source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** A token that should work; got or renewed if need be. */
  synchronized String token() throws StepException {
    if (current.isPresent() && !clock.instant().isBefore(current.get().renewAt())) {
      current = renewed(current.get());
    }
    if (current.isEmpty()) {
      Grant grant = source.login();
      current = Optional.of(inUse(grant, grant.life().orElse(Duration.ZERO)));
    }
    return current.get().grant().token();
  }

  /** This token was refused; the next caller logs in, unless somebody did since. */
  synchronized void refused(String token) {
    current = current.filter(known -> !known.grant().token().equals(token));
  }

  /** Empty if a new login is better: renewal refused, or near the longest life of the token. */
  private Optional<Current> renewed(Current old) throws StepException {
    try {
      Grant longer = source.renew(old.grant().token());
      Duration life = longer.life().orElse(Duration.ZERO);
      return life.compareTo(old.first().dividedBy(2)) < 0
          ? Optional.empty()
          : Optional.of(inUse(longer, old.first()));
    } catch (RejectedException refused) {
      return Optional.empty();
    }
  }

  private Current inUse(Grant grant, Duration first) {
    Instant renewAt =
        grant
            .life()
            .map(life -> clock.instant().plus(life.multipliedBy(2).dividedBy(3)))
            .orElse(Instant.MAX);
    return new Current(grant, first, renewAt);
  }
}

package tech.kyotu.groundwork.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.StepException;

/**
 * A fact that belongs to the server and not to a Project, so that one read serves many looks. A
 * read that failed leaves nothing behind.
 *
 * <p>{@link #forget()} waits for nobody: it is called from within a login, which a reading may be
 * waiting for.
 */
final class Remembered<T> {

  private record Known<T>(T fact, Instant readAt) {}

  /** How the fact is read. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws StepException;
  }

  private final Reading<T> reading;
  private final Clock clock;
  private volatile @Nullable Known<T> known;

  Remembered(Reading<T> reading, Clock clock) {
    this.reading = reading;
    this.clock = clock;
  }

  /** The fact as it was at most so long ago; one caller reads, whoever comes meanwhile waits. */
  T youngerThan(Duration age) throws StepException {
    Known<T> seen = known;
    return seen != null && isYounger(seen, age) ? seen.fact() : read(age);
  }

  private synchronized T read(Duration age) throws StepException {
    Known<T> seen = known;
    if (seen != null && isYounger(seen, age)) {
      return seen.fact();
    }
    T fact = reading.read();
    known = new Known<>(fact, clock.instant());
    return fact;
  }

  /** It may be wrong: the next caller reads. */
  void forget() {
    known = null;
  }

  private boolean isYounger(Known<T> seen, Duration age) {
    Instant now = clock.instant();
    // What was read in the future was read before the clock was set back.
    return !seen.readAt().isAfter(now) && seen.readAt().plus(age).isAfter(now);
  }
}

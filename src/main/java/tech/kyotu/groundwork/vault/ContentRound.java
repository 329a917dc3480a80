package tech.kyotu.groundwork.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.CleanTrace;

/**
 * Has the contents of what Projects hold in Vault read again, one Project after the other, so that
 * what was changed by hand is put back. However many Projects there are, Vault is asked no faster;
 * a round only takes longer.
 */
public final class ContentRound implements Runnable {

  private static final Logger LOG = Logger.getLogger(ContentRound.class);

  /** Between two turns: a look at a settled Project is six calls, and Vault gets five a second. */
  public static final Duration TURN = Duration.ofMillis(1_200);

  private final Cluster cluster;
  private final Duration interval;
  private final Consumer<OwnerMark> concerned;
  private final Clock clock;
  private final Deque<OwnerMark> turns = new ArrayDeque<>();
  private Instant nextRound;

  /**
   * Rounds, by one {@link #run()} each {@link #TURN}, always on the same thread.
   *
   * @param cluster knows the Projects
   * @param interval from the start of a round to the start of the next one, at least; the first
   *     round starts that much after now, because at the start every Project is looked at anyway
   * @param concerned is told whose look at Vault no longer holds; returns at once
   * @param clock the time
   */
  public ContentRound(
      Cluster cluster, Duration interval, Consumer<OwnerMark> concerned, Clock clock) {
    this.cluster = cluster;
    this.interval = interval;
    this.concerned = concerned;
    this.clock = clock;
    this.nextRound = clock.instant().plus(interval);
  }

  /** One turn: one Project at most. */
  @Override
  public void run() {
    try {
      next().ifPresent(concerned);
    } catch (RuntimeException bug) {
      // A timer drops work that throws, and nobody would notice.
      LOG.error("the round over the contents of vault failed", CleanTrace.of(bug));
    }
  }

  private Optional<OwnerMark> next() {
    Instant now = clock.instant();
    // A clock that was set back must not end the rounds.
    boolean isDue = !now.isBefore(nextRound) || nextRound.isAfter(now.plus(interval));
    if (turns.isEmpty() && isDue) {
      VaultSweep.holders(cluster).forEach(project -> turns.add(OwnerMark.of(project)));
      nextRound = now.plus(interval);
    }
    return Optional.ofNullable(turns.poll());
  }
}

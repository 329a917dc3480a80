package tech.kyotu.groundwork.step;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.ProjectRef;

/**
 * The gate before a system that may be away as a whole: while it is, one look at a time goes out as
 * a probe, and all others wait. Not safe for threads; its lane holds the lock.
 */
final class Outage {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** How long the gate stays shut at most before the next probe. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** Projects to wake once the system is back, in the order in which they asked. */
  private final Set<ProjectRef> waiting = new LinkedHashSet<>();

  private @Nullable StepResult cause;
  private Duration pause = Duration.ZERO;
  private boolean probeIsFree;

  boolean isOn() {
    return cause != null;
  }

  /** Why the system is away; empty while it answers. */
  Optional<StepResult> cause() {
    return Optional.ofNullable(cause);
  }

  /** Whether a look of this Project may go out now; if not, the Project waits to be woken. */
  boolean admits(ProjectRef project) {
    if (cause == null) {
      return true;
    }
    if (probeIsFree) {
      probeIsFree = false;
      return true;
    }
    waiting.add(project);
    return false;
  }

  /** The next look may go out as a probe. */
  void freeProbe() {
    probeIsFree = isOn();
  }

  void waits(ProjectRef project) {
    waiting.add(project);
  }

  void forget(ProjectRef project) {
    waiting.remove(project);
  }

  /** Who is woken next to be the probe. */
  Optional<ProjectRef> nextProbe() {
    Optional<ProjectRef> next = waiting.stream().findFirst();
    next.ifPresent(waiting::remove);
    return next;
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** How long after a probe that told nothing the next one goes out. */
  Duration pause() {
    return pause;
  }

  /**
   * A look found the system away.
   *
   * @param isProbe whether that look was the probe, or the first to find out
   * @return when the next probe goes out; empty if another look's failure has set that already
   */
  Optional<Duration> found(StepResult failure, boolean isProbe, Instant now) {
    boolean isNew = cause == null;
    // One outage has one text, however each probe words it: a settled Project tells it once.
    if (cause == null
        || cause.reason() != Reason.REMOTE_UNAVAILABLE
        || cause.reason() != failure.reason()) {
      cause = failure;
    }
    if (!isNew && !isProbe) {
      // Begun before: it tells nothing that the first failure has not told.
      return Optional.empty();
    }
    pause = shorter(pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2), LONGEST_PAUSE);
    Duration asked = failure.lookAgainAt().map(at -> Duration.between(now, at)).orElse(pause);
    return Optional.of(asked.compareTo(pause) > 0 ? asked : pause);
  }

  /** The system answers; says who waited for that. */
  List<ProjectRef> over() {
    cause = null;
    probeIsFree = false;
    pause = Duration.ZERO;
    List<ProjectRef> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

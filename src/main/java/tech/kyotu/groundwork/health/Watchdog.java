package tech.kyotu.groundwork.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;

/**
 * Holds what the cache knows against a live list, once a minute. A watch on a half-open connection,
 * or on a CRD that was deleted and installed again, looks healthy and hears nothing; a Project can
 * be wedged in the framework for good (both seen with Java Operator SDK 5.1.5 and fabric8 7.3.1). A
 * restart mends all of it and harms nothing.
 */
public final class Watchdog implements Runnable {

  private static final Logger LOG = Logger.getLogger(Watchdog.class);

  /** For how long the cluster may be out of sight of somebody who calls himself ready. */
  static final Duration BLIND = Duration.ofSeconds(60);

  /** For how long the cluster may be out of sight, and a Project without the look that is due. */
  static final Duration LATE = Duration.ofMinutes(5);

  /** A late Project is counted for so long before the process is given up. */
  static final Duration COUNTED = Duration.ofMinutes(1);

  private final Supplier<List<Project>> live;
  private final Supplier<List<Project>> cached;
  private final BooleanSupplier leading;
  private final Clock clock;

  /** By UID, the version at which the cache stands where it should hold another one. */
  private final Lasting behind = new Lasting();

  /** By UID, the look that a Project waits for. */
  private final Lasting overdue = new Lasting();

  private Optional<Instant> blindSince = Optional.empty();
  private volatile Instant looked;
  private volatile Duration blindFor = Duration.ZERO;
  private volatile List<Duration> late = List.of();

  /**
   * A watchdog that has just looked.
   *
   * @param live lists all Projects at the API server; may throw
   * @param cached all Projects in the framework's cache
   * @param leading whether this process is the one that works; others may be late with nothing
   * @param clock the time
   */
  public Watchdog(
      Supplier<List<Project>> live,
      Supplier<List<Project>> cached,
      BooleanSupplier leading,
      Clock clock) {
    this.live = live;
    this.cached = cached;
    this.leading = leading;
    this.clock = clock;
    this.looked = clock.instant();
  }

  /** One look; due every minute. It never throws, because a timer would then drop it for good. */
  @Override
  public void run() {
    Instant now = clock.instant();
    try {
      look(live.get(), now);
    } catch (RuntimeException e) {
      LOG.warnf("the Projects cannot be listed: %s", e.getClass().getSimpleName());
      blindSince = blindSince.or(() -> Optional.of(now));
    }
    blindFor = blindSince.map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    looked = now;
  }

  /** Whether the cache has kept up with the cluster within the last minute. */
  public boolean sees() {
    return blindFor.compareTo(BLIND) < 0;
  }

  /** Whether no restart is called for: the cache follows, the work goes on, and so do our looks. */
  public boolean isAlive() {
    return blindFor.compareTo(LATE) < 0
        && Duration.between(looked, clock.instant()).compareTo(LATE) < 0
        && late.stream().allMatch(time -> time.compareTo(LATE.plus(COUNTED)) < 0);
  }

  /** How many Projects have been without the look that is due for five minutes or more. */
  public int lateProjects() {
    return late.size();
  }

  private void look(List<Project> there, Instant now) {
    behind.update(differences(versions(there), versions(cached.get())), now);
    blindSince = behind.oldest();
    overdue.update(leading.getAsBoolean() ? waiting(there, now) : Map.of(), now);
    Map<String, Duration> waits = overdue.ages(now);
    waits.values().removeIf(time -> time.compareTo(LATE) < 0);
    waits.forEach((uid, time) -> LOG.errorf("the Project of UID %s has waited for %s", uid, time));
    late = List.copyOf(waits.values());
  }

  /** A cache that is on its way differs too, but not at the same version a minute later. */
  private static Map<String, String> differences(
      Map<String, String> there, Map<String, String> known) {
    return Stream.concat(there.keySet().stream(), known.keySet().stream())
        .distinct()
        .filter(uid -> !Objects.equals(there.get(uid), known.get(uid)))
        .collect(Collectors.toMap(uid -> uid, uid -> known.getOrDefault(uid, "unknown")));
  }

  private static Map<String, String> versions(List<Project> projects) {
    return projects.stream()
        .collect(Collectors.toMap(Project::uid, it -> it.getMetadata().getResourceVersion()));
  }

  private static Map<String, String> waiting(List<Project> there, Instant now) {
    Map<String, String> looks = new HashMap<>();
    for (Project project : there) {
      ProjectStatus status = project.statusOrUnseen();
      if (status.observedGeneration() != project.generation()) {
        looks.put(project.uid(), "generation " + project.generation());
      } else if (status.failures() != null && status.failures().nextAttemptAt() != null) {
        Instant next = Instant.parse(status.failures().nextAttemptAt());
        if (next.isBefore(now)) {
          looks.put(project.uid(), "try of " + next);
        }
      }
    }
    return looks;
  }

  /** What lasts from look to look, and since when. */
  private static final class Lasting {
    private Map<String, State> states = Map.of();

    private record State(String what, Instant since) {}

    /** What is the same as before keeps its age; what is not named any more is forgotten. */
    void update(Map<String, String> now, Instant at) {
      Map<String, State> next = new HashMap<>();
      now.forEach(
          (uid, what) -> {
            State before = states.get(uid);
            boolean lasts = before != null && before.what().equals(what);
            next.put(uid, lasts ? before : new State(what, at));
          });
      states = next;
    }

    Optional<Instant> oldest() {
      return states.values().stream().map(State::since).min(Comparator.naturalOrder());
    }

    Map<String, Duration> ages(Instant now) {
      Map<String, Duration> ages = new HashMap<>();
      states.forEach((uid, state) -> ages.put(uid, Duration.between(state.since(), now)));
      return ages;
    }
  }
}

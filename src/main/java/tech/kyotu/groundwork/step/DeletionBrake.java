package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;

/**
 * Holds a burst of deletions until a person has said that it was meant: one wrong commit may prune
 * every Project of a site, and a delete cannot be taken back. Nobody sees a burst at its first
 * deletion, so each one waits a moment for the others. What is remembered here ends with the
 * process: then at most as many more get through as the brake lets pass.
 */
public final class DeletionBrake {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** A tool that prunes deletes some dozen a second. */
  private static final Duration FOR_THE_OTHERS = Duration.ofSeconds(2);

  /** The message counts, and a burst grows. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  /** Far longer than the status needs to tell that a removal has begun. */
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private static final int NAMED = 3;

  private static final Set<Reason> OF_A_REMOVAL =
      EnumSet.of(Reason.REMOVING, Reason.WAITING_FOR_REMOVAL, Reason.REMOVED, Reason.RETAINED);

  private final int most;
  private final Supplier<List<Project>> projects;
  private final Wakeups wakeups;
  private final Clock clock;

  /** When a deletion was first seen here, by UID. */
  private final Map<String, Instant> firstSeen = new HashMap<>();

  /** Whom nothing holds any more, by UID, and long enough to count those that are gone. */
  private final Map<String, LetGo> letGo = new HashMap<>();

  private record LetGo(Instant marked, Instant at) {}

  /** One deletion; the Project is null if it is gone. */
  private record Deletion(String uid, Instant marked, @Nullable Project project) {}

  /**
   * A brake.
   *
   * @param most how many Projects may be marked for deletion within a minute
   * @param projects all that are known, living or being deleted
   * @param wakeups hears of those that wait no longer
   * @param clock the time
   */
  public DeletionBrake(int most, Supplier<List<Project>> projects, Wakeups wakeups, Clock clock) {
    this.most = most;
    this.projects = projects;
    this.wakeups = wakeups;
    this.clock = clock;
  }

  /**
   * How long a Project that is being deleted waits for others before anything is decided of it;
   * empty if it has waited, or if there are not enough Projects for a burst. By our own clock: the
   * API server's may be off.
   */
  public synchronized Optional<Duration> settling(Project project) {
    if (projects.get().size() + letGo.size() <= most) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Instant due = firstSeen.computeIfAbsent(project.uid(), first -> now).plus(FOR_THE_OTHERS);
    return due.isAfter(now) ? Optional.of(Duration.between(now, due)) : Optional.empty();
  }

  /**
   * What keeps a Project from being taken away; empty if it may go, and then it may for good.
   *
   * @param project that is being deleted and has something to lose
   */
  public synchronized Optional<Report.Guard> holding(Project project) {
    letGo.values().removeIf(it -> it.at().plus(REMEMBERED).isBefore(clock.instant()));
    if (hasBegun(project)) {
      return Optional.empty();
    }
    List<Deletion> burst = burstOf(project);
    List<Project> waiting =
        burst.stream()
            .flatMap(it -> Optional.ofNullable(it.project()).stream())
            .filter(it -> !hasBegun(it))
            .toList();
    if (burst.isEmpty()) {
      letGo(project);
      return Optional.empty();
    }
    if (isConfirmed(burst, waiting.size())) {
      waiting.forEach(this::letGo);
      waiting.forEach(it -> wakeups.wake(it.ref()));
      return Optional.empty();
    }
    return Optional.of(
        new Report.Guard(
            Reason.DELETION_PROTECTED,
            message(burst.size(), waiting),
            Optional.of(clock.instant().plus(AGAIN))));
  }

  /** Forgets that a Project was seen; that it went still counts for a while. */
  public synchronized void drop(Project project) {
    firstSeen.remove(project.uid());
  }

  private void letGo(Project project) {
    letGo.put(project.uid(), new LetGo(marked(project), clock.instant()));
  }

  /** Half a removal helps nobody. */
  private boolean hasBegun(Project project) {
    return letGo.containsKey(project.uid())
        || project.statusOrUnseen().conditions().stream()
            .flatMap(condition -> Reason.of(condition.getReason()).stream())
            .anyMatch(OF_A_REMOVAL::contains);
  }

  /** Who wrote a number has read the message; a larger burst than that was not meant. */
  private static boolean isConfirmed(List<Deletion> burst, int waiting) {
    return burst.stream()
        .flatMap(it -> Optional.ofNullable(it.project()).stream())
        .anyMatch(it -> it.confirmedDeletions() >= waiting);
  }

  /**
   * Every deletion of the burst that a Project is part of; empty if it is part of none. Wherever
   * more than the brake lets pass lie within a minute they are a burst, and two that share a
   * deletion are one, so that all of its Projects count and say the same.
   */
  private List<Deletion> burstOf(Project project) {
    List<Deletion> all = deletions(project);
    List<Deletion> burst = List.of();
    int from = 0;
    int to = -1;
    int last = 0;
    for (int first = 0; first < all.size(); first++) {
      Instant end = all.get(first).marked().plus(WINDOW);
      while (last + 1 < all.size() && !all.get(last + 1).marked().isAfter(end)) {
        last++;
      }
      if (last - first + 1 <= most) {
        continue;
      }
      if (first > to) {
        if (holds(burst, project)) {
          return burst;
        }
        from = first;
      }
      to = last;
      burst = all.subList(from, to + 1);
    }
    return holds(burst, project) ? burst : List.of();
  }

  private static boolean holds(List<Deletion> burst, Project project) {
    return burst.stream().anyMatch(it -> it.uid().equals(project.uid()));
  }

  /** All that is being deleted or lately was, the oldest first. */
  private List<Deletion> deletions(Project project) {
    Map<String, Deletion> all = new HashMap<>();
    letGo.forEach((uid, gone) -> all.put(uid, new Deletion(uid, gone.marked(), null)));
    for (Project other : projects.get()) {
      if (other.isBeingDeleted()) {
        all.put(other.uid(), new Deletion(other.uid(), marked(other), other));
      }
    }
    all.put(project.uid(), new Deletion(project.uid(), marked(project), project));
    List<Deletion> sorted = new ArrayList<>(all.values());
    sorted.sort(Comparator.comparing(Deletion::marked).thenComparing(Deletion::uid));
    return sorted;
  }

  private static Instant marked(Project project) {
    return Instant.parse(project.getMetadata().getDeletionTimestamp());
  }

  /** The names come last: what may be cut is not the way out. */
  private String message(int burst, List<Project> waiting) {
    int more = waiting.size() - NAMED;
    return "%d Projects were marked for deletion within a minute, more than deletion.brake (%d) lets pass; nothing was removed of the %d that wait. To let them go, annotate one of them with %s: \"%d\", or raise the setting. To keep one, take its finalizer %s off and create it again. They are: %s"
        .formatted(
            burst,
            most,
            waiting.size(),
            Project.CONFIRM_DELETIONS,
            waiting.size(),
            Project.FINALIZER,
            waiting.stream()
                .map(it -> it.ref().toString())
                .sorted()
                .limit(NAMED)
                .collect(Collectors.joining(", ", "", more > 0 ? " and " + more + " more." : ".")));
  }
}

package tech.kyotu.groundwork.step;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.ProjectRef;

/**
 * What a lane knows of each step of each Project: the last answer, what it was an answer to, and
 * whether it was told. Not safe for threads; its lane holds the lock.
 */
final class LaneMemory {

  private record Key(String uid, StepName step) {}

  private final Map<Key, Entry> entries = new HashMap<>();

  /** What is known about one step of one Project. */
  static final class Entry {
    private final ProjectRef project;
    private @Nullable Look answered;
    private @Nullable StepResult result;
    private final List<Change> untold = new ArrayList<>();
    private boolean delivered;
    private boolean stale;

    /** Whether a look is out. */
    boolean running;

    private Entry(ProjectRef project) {
      this.project = project;
    }

    Optional<StepResult> answerTo(Look look) {
      return look.equals(answered) ? Optional.ofNullable(result) : Optional.empty();
    }

    /** A failure is told once; whether it is tried again is for the Project's back-off to say. */
    boolean isFresh(StepResult known, Instant now, Duration longest) {
      return !stale
          && !(delivered && known.isFailure())
          // An answer that holds longer than any does was given under a clock that was wrong.
          && known
              .lookAgainAt()
              .map(at -> at.isAfter(now) && !at.isAfter(now.plus(longest)))
              .orElse(true);
    }

    /** Whatever is known holds no longer, or from now on again. */
    void stale(boolean isStale) {
      stale = isStale;
    }

    void keep(Look look, StepResult answer) {
      answered = look;
      result = answer;
      delivered = false;
    }

    /** Remembers what was made, until somebody is told. */
    void made(List<Change> changes) {
      untold.addAll(changes);
    }

    /**
     * Changes are told once, otherwise each pass would send their events again. What was made for
     * an answer that nobody fetched is told with the next one.
     */
    StepResult deliver(StepResult known) {
      delivered = true;
      if (known.state() == StepResult.State.PLANNED) {
        return known;
      }
      StepResult told = known.after(untold);
      untold.clear();
      return told;
    }

    private Optional<StepResult> news(Look look) {
      return delivered || stale ? Optional.empty() : answerTo(look).map(this::deliver);
    }

    private boolean hasFailed() {
      return result != null && result.isFailure();
    }
  }

  /** The entry of a step, made if nothing is known of it. */
  Entry entry(Look look) {
    return entries.computeIfAbsent(
        new Key(look.uid(), look.step()), absent -> new Entry(look.project()));
  }

  /** An answer to just this look that nobody was told yet. */
  Optional<StepResult> news(Look look) {
    return Optional.ofNullable(entries.get(new Key(look.uid(), look.step())))
        .flatMap(entry -> entry.news(look));
  }

  /** What is known of this step holds no longer. */
  void forget(String uid, StepName step) {
    Entry entry = entries.get(new Key(uid, step));
    if (entry != null) {
      entry.stale(true);
    }
  }

  /** Projects of which a step has failed. */
  Stream<ProjectRef> failed() {
    return entries.values().stream().filter(Entry::hasFailed).map(entry -> entry.project);
  }

  /** Drops a Project; says which it was, if it was known. */
  Optional<ProjectRef> drop(String uid) {
    Optional<ProjectRef> dropped = Optional.empty();
    for (StepName step : StepName.values()) {
      Entry entry = entries.remove(new Key(uid, step));
      if (entry != null) {
        dropped = Optional.of(entry.project);
      }
    }
    return dropped;
  }
}

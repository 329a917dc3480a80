package tech.kyotu.groundwork.step;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Holding;

/**
 * What became of a Project in one pass.
 *
 * @param direction towards existence or absence
 * @param guard what held the whole Project back before any step; then there are no results
 * @param results one per step, in the steps' order
 * @param held what is known of the Project's things now
 * @param heldBack the failing steps whose failure is an old one: their back-off runs, or their lane
 *     is just trying again
 */
public record Report(
    Look.Direction direction,
    Optional<Guard> guard,
    List<StepResult> results,
    Holdings held,
    Set<StepName> heldBack) {

  /**
   * What holds a whole Project back.
   *
   * @param reason the word for Ready
   * @param message what to tell
   * @param lookAgainAt when to ask again; empty if only an edit can change the answer
   */
  public record Guard(Reason reason, String message, Optional<Instant> lookAgainAt) {

    /** One that only an edit can change. */
    public Guard(Reason reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  /** Nothing was tried, for this reason. */
  public static Report guarded(
      Look.Direction direction, Reason reason, String message, Holdings held) {
    return guarded(direction, new Guard(reason, message), held);
  }

  /** Nothing was tried, because of this. */
  public static Report guarded(Look.Direction direction, Guard guard, Holdings held) {
    return new Report(direction, Optional.of(guard), List.of(), held, Set.of());
  }

  /** These results and nothing else. */
  public static Report of(Look.Direction direction, List<StepResult> results, Holdings held) {
    return new Report(direction, Optional.empty(), results, held, Set.of());
  }

  /** The same, but held back as a whole after it was thought through. */
  public Report heldBackBy(Reason reason, String message) {
    return new Report(direction, Optional.of(new Guard(reason, message)), results, held, heldBack);
  }

  /** The same, with each result put like this. */
  public Report with(UnaryOperator<StepResult> telling) {
    return new Report(direction, guard, results.stream().map(telling).toList(), held, heldBack);
  }

  /** Whether every step is done. */
  public boolean isComplete() {
    return guard.isEmpty()
        && results.stream().allMatch(result -> result.state() == StepResult.State.DONE);
  }

  /** How many steps are done. */
  public int doneCount() {
    return (int) results.stream().filter(r -> r.state() == StepResult.State.DONE).count();
  }

  /** The first result of this state, in the steps' order. */
  public Optional<StepResult> first(StepResult.State state) {
    return results.stream().filter(result -> result.state() == state).findFirst();
  }

  /** All changes that were made, or in Plan mode would be, in order. */
  public Stream<Change> changes() {
    return results.stream().flatMap(result -> result.changes().stream());
  }

  /** Collects results while the steps are walked. */
  static final class Builder {

    private final Look.Direction direction;
    private final Map<StepName, StepResult> results = new EnumMap<>(StepName.class);
    private final Set<StepName> heldBack = EnumSet.noneOf(StepName.class);
    private Holdings held;

    /** What would be known once all that is planned so far were done; never told to anybody. */
    private Holdings foreseen;

    Builder(Look.Direction direction, Holdings held) {
      this.direction = direction;
      this.held = held;
      this.foreseen = held;
    }

    void add(StepResult result) {
      results.put(result.step(), result);
      held = result.learnt().apply(held);
      foreseen = result.foreseen().apply(result.learnt().apply(foreseen));
    }

    void addHeldBack(StepResult result) {
      add(result);
      heldBack.add(result.step());
    }

    /** What the next step may build on. */
    Holdings foreseen() {
      return foreseen;
    }

    /**
     * The first of these steps that is not yet there. A step that is only planned counts as there
     * in Plan mode.
     */
    Optional<StepName> unmet(Set<StepName> steps) {
      return steps.stream().sorted().filter(step -> !isMet(results.get(step))).findFirst();
    }

    /** Whether the system of this step does not answer, and its lane waits for it. */
    boolean isAway(StepName step) {
      StepResult result = results.get(step);
      return result != null && result.isFailure() && result.pacedByLane();
    }

    private static boolean isMet(@Nullable StepResult result) {
      return result != null
          && (result.state() == StepResult.State.DONE
              || result.state() == StepResult.State.PLANNED);
    }

    /** What the given steps told in this pass, without what other Projects may change. */
    List<Holding> told(Set<StepName> steps) {
      List<Holding> told = new ArrayList<>();
      for (StepName step : results.keySet()) {
        if (steps.contains(step)) {
          StepResult result = results.get(step);
          Holdings facts = result.foreseen().apply(result.learnt().apply(Holdings.NONE));
          for (Holding thing : facts.asList()) {
            told.add(
                new Holding(
                    thing.id(),
                    thing.kind(),
                    thing.origin(),
                    thing.reference(),
                    null,
                    thing.since()));
          }
        }
      }
      return told;
    }

    Report build() {
      return new Report(direction, Optional.empty(), List.copyOf(results.values()), held, heldBack);
    }
  }
}

package tech.kyotu.groundwork.gitlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The history that a seed stands for, and how it ends.
 *
 * @param seed of its events and its setting
 * @param stages makes the cluster in which it plays
 * @param defect planted, or none
 */
record RotationHistory(long seed, Supplier<RotationStage> stages, RotationDefect defect) {

  /** Why a history failed, and the fewest of its events that fail so. */
  record Failure(long seed, AssertionError law, List<RotationEvent> events, List<String> trace) {

    @Override
    public String toString() {
      return "seed %d: %s%nfewest events: %s%nas it went:%n%s"
          .formatted(seed, law.getMessage(), events, String.join("\n", trace));
    }
  }

  /** Plays it; empty if all laws held. */
  Optional<Failure> play() {
    return play(RotationEvent.history(seed));
  }

  private Optional<Failure> play(List<RotationEvent> events) {
    RotationRun run = new RotationRun(seed, events, stages, defect);
    try {
      run.play();
      return Optional.empty();
    } catch (RotationLaws.Broken law) {
      return Optional.of(new Failure(seed, law, events, run.trace()));
    } catch (RuntimeException bug) {
      return Optional.of(new Failure(seed, new AssertionError(bug), events, run.trace()));
    }
  }

  /** Leaves out one event after the other, as long as what is left fails. */
  Failure shrunk(Failure first) {
    Failure least = first;
    for (int i = least.events.size() - 1; i >= 0; i--) {
      List<RotationEvent> fewer = new ArrayList<>(least.events);
      if (i < fewer.size()) {
        fewer.remove(i);
        least = play(fewer).orElse(least);
      }
    }
    return least;
  }
}

package tech.kyotu.groundwork.step;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a step found and what it means to do about it. Without changes the step is in place, or
 * gone.
 *
 * @param changes in the order of execution
 * @param waitsFor set if the step cannot decide yet, or waits for others; then there are no changes
 * @param found what the reads told, applied to the holdings of the pass
 * @param message what to say once all changes are done, from the holdings then
 * @param lookAgainAt when the world should be read again; empty for the regular look
 */
public record StepPlan(
    List<Change> changes,
    Optional<Outcome.Waiting> waitsFor,
    UnaryOperator<Holdings> found,
    Function<Holdings, String> message,
    Optional<Instant> lookAgainAt) {

  /** Copies the list. */
  public StepPlan {
    changes = List.copyOf(changes);
  }

  /** All is as wanted, or gone; the message says so. */
  public static StepPlan settled(String message) {
    return of(List.of(), message);
  }

  /** These changes, and what to say once they are done. */
  public static StepPlan of(List<Change> changes, String message) {
    return new StepPlan(
        changes, Optional.empty(), UnaryOperator.identity(), held -> message, Optional.empty());
  }

  /** Not decided yet. */
  public static StepPlan waits(Reason reason, String message) {
    return new StepPlan(
        List.of(),
        Optional.of(new Outcome.Waiting(reason, message)),
        UnaryOperator.identity(),
        held -> message,
        Optional.empty());
  }

  /** The same, and the reads told this. */
  public StepPlan finding(UnaryOperator<Holdings> facts) {
    return new StepPlan(changes, waitsFor, facts, message, lookAgainAt);
  }

  /** The same, with a message made from what is known once all is done. */
  public StepPlan saying(Function<Holdings, String> sentence) {
    return new StepPlan(changes, waitsFor, found, sentence, lookAgainAt);
  }

  /** The same, to be looked at again no later than this. */
  public StepPlan lookingAgainAt(Instant instant) {
    return new StepPlan(changes, waitsFor, found, message, Optional.of(instant));
  }
}

package tech.kyotu.groundwork.step;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.step.StepException.Scope;

/**
 * What became of one step in one pass.
 *
 * @param step which
 * @param state where it stands
 * @param reason the word for its condition
 * @param message what to tell
 * @param changes what was done, or in Plan mode what would be
 * @param learnt what is known now, applied to the holdings of the pass
 * @param foreseen what would be known once the planned changes were made, applied to the holdings
 *     that later steps of the same plan see; of no meaning unless it is only planned
 * @param lookAgainAt when it should be looked at again; empty for the regular look
 * @param pacedByLane true if the lane tries again by itself and wakes the Project, so that its own
 *     back-off rests
 * @param scope how far a failure reaches; of no meaning without one
 */
public record StepResult(
    StepName step,
    State state,
    Reason reason,
    String message,
    List<Change> changes,
    UnaryOperator<Holdings> learnt,
    UnaryOperator<Holdings> foreseen,
    Optional<Instant> lookAgainAt,
    boolean pacedByLane,
    Scope scope) {

  /** Where a step stands after a pass. */
  public enum State {
    /** As wanted; on release: gone, or kept on purpose. */
    DONE,
    /** Plan mode, with changes. */
    PLANNED,
    /** A lane, a push or another step comes first. */
    WAITING,
    /** Failed, is tried again by itself. */
    RETRYING,
    /** Failed, a person is needed. */
    REJECTED
  }

  /** Copies the list. */
  public StepResult {
    changes = List.copyOf(changes);
  }

  /** Done: as wanted, or gone. */
  public static StepResult done(StepName step, Reason reason, String message) {
    return of(step, State.DONE, reason, message);
  }

  /** Not yet. */
  public static StepResult waiting(StepName step, Reason reason, String message) {
    return of(step, State.WAITING, reason, message);
  }

  /** A lane has the step now, and wakes the Project when it has an answer. */
  static StepResult handedOver(StepName step, String lane) {
    return waiting(step, Reason.PROGRESSING, "Being worked on in " + lane + ".");
  }

  /**
   * Whether a lane has just taken the step and knows nothing yet; a step that waits by its own
   * decision says when to look again.
   */
  boolean isHandedOver() {
    return state == State.WAITING && reason == Reason.PROGRESSING && lookAgainAt.isEmpty();
  }

  /** Expected trouble. */
  public static StepResult failed(StepName step, StepException trouble) {
    State state = trouble instanceof RetryableException ? State.RETRYING : State.REJECTED;
    return new StepResult(
        step,
        state,
        trouble.reason(),
        trouble.sentence(),
        List.of(),
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        Optional.empty(),
        false,
        trouble.scope());
  }

  /** A result that only says where the step stands. */
  public static StepResult of(StepName step, State state, Reason reason, String message) {
    return new StepResult(
        step,
        state,
        reason,
        message,
        List.of(),
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        Optional.empty(),
        false,
        Scope.SYSTEM);
  }

  /** The same, after these changes. */
  public StepResult after(List<Change> made) {
    return new StepResult(
        step, state, reason, message, made, learnt, foreseen, lookAgainAt, pacedByLane, scope);
  }

  /** The same, and this is known now. */
  public StepResult learning(UnaryOperator<Holdings> facts) {
    return new StepResult(
        step, state, reason, message, changes, facts, foreseen, lookAgainAt, pacedByLane, scope);
  }

  /** The same, and this would be known once the changes were made. */
  public StepResult foreseeing(UnaryOperator<Holdings> facts) {
    return new StepResult(
        step, state, reason, message, changes, learnt, facts, lookAgainAt, pacedByLane, scope);
  }

  /** The same, but for this reason, said first; what has that reason already is left alone. */
  public StepResult because(Reason other, String sentence) {
    return reason == other
        ? this
        : new StepResult(
            step,
            state,
            other,
            sentence + message,
            changes,
            learnt,
            foreseen,
            lookAgainAt,
            pacedByLane,
            scope);
  }

  /** The same, to be looked at again no later than this. */
  public StepResult lookingAgainAt(Optional<Instant> instant) {
    return new StepResult(
        step, state, reason, message, changes, learnt, foreseen, instant, pacedByLane, scope);
  }

  /** The same, with the lane in charge of the next try, or not. */
  public StepResult pacedBy(Lane lane) {
    boolean paced = isFailure() && scope == Scope.SYSTEM && lane.paces(reason);
    return new StepResult(
        step, state, reason, message, changes, learnt, foreseen, lookAgainAt, paced, scope);
  }

  /** Whether the step failed, of itself or with its system. */
  public boolean isFailure() {
    return state == State.RETRYING || state == State.REJECTED;
  }
}

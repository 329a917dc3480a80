package tech.kyotu.groundwork.step;

import java.util.Set;
import tech.kyotu.groundwork.api.Project;

/**
 * One part of a Project's footprint. Planning only reads; each write lives inside a change's
 * effect. Steps are stateless and are called from several threads.
 */
public interface Step {

  /** Which part; its word is the condition's type. */
  StepName name();

  /** Steps that are in place before this one starts. */
  default Set<StepName> needs() {
    return Set.of();
  }

  /** Steps that are gone before this one goes. */
  default Set<StepName> goesAfter() {
    return Set.of();
  }

  /** Where this step runs: beside the reconcile if its reads or writes are slow. */
  default Lane lane() {
    return Lane.INLINE;
  }

  /**
   * The way towards existence.
   *
   * @param project its spec obeys the rules
   * @param held what is known of its things
   * @throws StepException if the world cannot be read, or refuses
   */
  StepPlan plan(Project project, Holdings held) throws StepException;

  /**
   * The way towards absence. A step that finds nothing of this Project's UID plans nothing. Absence
   * is only what a system answered; an error is never absence.
   *
   * @param project its spec obeys the rules
   * @param held what is known of its things
   * @throws StepException if the world cannot be read, or refuses
   */
  StepPlan planRelease(Project project, Holdings held) throws StepException;
}

package tech.kyotu.groundwork.step;

/** The write itself. Running it is the only way in which anything outside changes. */
@FunctionalInterface
public interface Effect {

  /** For changes that only say something: a thing that stays. */
  Effect NOTHING = held -> Outcome.done();

  /**
   * Writes.
   *
   * @param held what is known, also from the effects before it
   * @return what became of it
   * @throws StepException if it did not work; effects are repeated, so a half-done one must be
   *     harmless
   */
  Outcome apply(Holdings held) throws StepException;
}

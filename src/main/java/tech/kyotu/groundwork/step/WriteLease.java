package tech.kyotu.groundwork.step;

/**
 * Whether this process may still write outside. Of several operators one works; one that was paused
 * for long, by a suspended machine for example, must find out before it goes on where it stopped.
 *
 * <p>Between the question and the write a process may still pause. What a lease cannot close, the
 * writes' own preconditions do: resource versions, branches that moved, marks that are read.
 */
public interface WriteLease {

  /** The lease of a process that has no rival. */
  WriteLease ALONE = () -> true;

  /** Whether nobody else can have begun to work yet. Cheap: it asks nobody. */
  boolean isHeld();

  /**
   * Passes if the lease is held.
   *
   * @throws RetryableException if it is not; nothing was written
   */
  default void require() throws RetryableException {
    if (!isHeld()) {
      throw new RetryableException(
              Reason.REMOTE_UNAVAILABLE,
              "The operator's lease is not renewed, so it changes nothing outside. It goes on once"
                  + " the API server answers, or its successor does.")
          .ofOneThing();
    }
  }
}

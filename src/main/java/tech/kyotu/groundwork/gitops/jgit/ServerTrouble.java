package tech.kyotu.groundwork.gitops.jgit;

import org.eclipse.jgit.errors.NotSupportedException;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;

/** What a failed conversation may mean, whatever it was held over. */
record ServerTrouble(PathFence repository, Exception cause, Deadline deadline) {

  /**
   * The server knows us and does not let us in, or does not know us.
   *
   * @param said its words
   * @param remedy what belongs into the credential file
   */
  RejectedException loginRefused(String said, String remedy) {
    return new RejectedException(
        Reason.ACCESS_DENIED,
        "The %s refused the operator's login (%s). Put %s into its credential file."
            .formatted(repository.title(), said, remedy));
  }

  /** The server lets us in and knows of no such repository. */
  RejectedException absent(String said) {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "The %s is absent or hidden (%s). Create it, or let the operator's user in."
            .formatted(repository.title(), said));
  }

  /** No sensible answer, which may pass by itself. */
  RetryableException silence() {
    return silence(
        root() instanceof NotSupportedException
            ? "a page that is not Git's"
            : root().getClass().getSimpleName() + ": " + root().getMessage());
  }

  RetryableException silence(String why) {
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE,
        "The %s does not answer (%s). Nothing to do unless it lasts."
            .formatted(
                repository.title(), deadline.isOver() ? "time is over" : Sanitizer.foreign(why)));
  }

  Throwable root() {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}

package tech.kyotu.groundwork.step;

import org.jspecify.annotations.Nullable;

/**
 * An unexpected exception as it may stand in a log: its kind and its frames as they are, its
 * messages and those of its causes cleaned, because nobody knows what a library put into them. What
 * was suppressed is left out.
 */
public final class CleanTrace extends Throwable {

  private static final long serialVersionUID = 1L;

  /** Causes may run in a circle. */
  private static final int MOST_CAUSES = 10;

  private CleanTrace(Throwable original, @Nullable Throwable cause) {
    super(
        original.getClass().getName() + ": " + Sanitizer.sentence(original.getMessage()),
        cause,
        false,
        true);
    setStackTrace(original.getStackTrace());
  }

  /** What to log in the place of this exception. */
  public static CleanTrace of(Throwable original) {
    return of(original, MOST_CAUSES);
  }

  private static CleanTrace of(Throwable original, int causes) {
    Throwable cause = original.getCause();
    return new CleanTrace(original, cause == null || causes == 0 ? null : of(cause, causes - 1));
  }
}

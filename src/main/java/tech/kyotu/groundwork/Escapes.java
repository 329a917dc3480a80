package tech.kyotu.groundwork;

import java.util.function.Supplier;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.CleanTrace;

/**
 * The last fence around a reconcile. An Error that leaves it would wedge that Project until the
 * next restart, with wakes, edits and deletion ignored while the process looks healthy (seen with
 * Java Operator SDK 5.1.5); a RuntimeException is retried.
 */
final class Escapes {

  private static final Logger LOG = Logger.getLogger(Escapes.class);

  private Escapes() {}

  static <T> T turnErrorsIntoExceptions(Supplier<T> work) {
    try {
      return work.get();
    } catch (Error error) {
      LOG.error("bug: an error left a reconcile", CleanTrace.of(error));
      throw new IllegalStateException("an error left a reconcile", CleanTrace.of(error));
    }
  }
}

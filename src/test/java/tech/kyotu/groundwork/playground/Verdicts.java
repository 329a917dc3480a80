package tech.kyotu.groundwork.playground;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prints one line per claim and counts. A claim is looked at until it holds: the operator may be
 * restarting just now. All claims of a phase share one deadline, so a phase in which much is wrong
 * ends too.
 */
final class Verdicts {
  private final PrintStream out;
  private long deadline = System.nanoTime();
  private int passed;
  private int failed;

  Verdicts(PrintStream out) {
    this.out = out;
  }

  /** Begins a phase; its claims have this long, together, to become true. */
  void phase(Duration bound) {
    deadline = System.nanoTime() + bound.toNanos();
  }

  /** Prints {@code ok} once the claim holds, {@code FAIL} with what was seen at the last look. */
  void check(String claim, Look look) {
    Optional<String> fault = seen(look);
    while (fault.isPresent() && System.nanoTime() < deadline) {
      pause();
      fault = seen(look);
    }
    if (fault.isEmpty()) {
      passed++;
      out.println("ok   " + claim);
      return;
    }
    failed++;
    out.println("FAIL " + claim + ": " + fault.get());
  }

  /** Prints what is not checked, and why. */
  void leftOut(String what) {
    out.println("     left out: " + what);
  }

  /** Prints the sum; 0 if every claim held, else 1. */
  int finish() {
    out.println(passed + " checks passed, " + failed + " failed");
    return failed == 0 ? 0 : 1;
  }

  private static Optional<String> seen(Look look) {
    try {
      return look.fault();
    } catch (Exception e) {
      return Optional.of(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

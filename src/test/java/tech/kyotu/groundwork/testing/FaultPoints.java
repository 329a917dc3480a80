package tech.kyotu.groundwork.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.StepException;

/**
 * The outside calls of the process under test, numbered across all fakes that share this object. A
 * test may let the process die, or a call fail, before or after it took effect.
 */
public final class FaultPoints {

  /** Whether a fault strikes before or after the call took effect. */
  public enum Moment {
    BEFORE,
    AFTER
  }

  /** The process died: no code of ours may catch it. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    private Crash(String call) {
      super("died at " + call);
    }
  }

  private record Fault(Predicate<String> where, Moment moment, @Nullable StepException trouble) {}

  private final List<String> calls = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private int crashAt;
  private Moment crashMoment = Moment.BEFORE;

  /** The process dies at the call of this number, counted from now on; the first one is 1. */
  public synchronized void crashAt(int call, Moment moment) {
    crashAt = calls.size() + call;
    crashMoment = moment;
  }

  /** The next call whose text starts like this fails once. */
  public synchronized void failOnce(String start, Moment moment, StepException trouble) {
    boolean[] struck = {false};
    faults.add(
        new Fault(
            call -> {
              boolean strikes = !struck[0] && call.startsWith(start);
              struck[0] |= strikes;
              return strikes;
            },
            moment,
            trouble));
  }

  /** Every call whose text starts like this fails, before it took effect. */
  public synchronized void failAlways(String start, StepException trouble) {
    faults.add(new Fault(call -> call.startsWith(start), Moment.BEFORE, trouble));
  }

  /** Just before the next call whose text starts like this, something else happens first. */
  public synchronized void meanwhile(String start, Runnable happening) {
    boolean[] struck = {false};
    faults.add(
        new Fault(
            call -> {
              if (!struck[0] && call.startsWith(start)) {
                struck[0] = true;
                happening.run();
              }
              return false;
            },
            Moment.BEFORE,
            null));
  }

  /** No faults any more. */
  public synchronized void heal() {
    crashAt = 0;
    faults.clear();
  }

  /** All calls so far, each as {@code <system>.<verb> <subject>}, in order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** The calls so far whose text starts like this. */
  public List<String> calls(String start) {
    return calls().stream().filter(call -> call.startsWith(start)).toList();
  }

  /** Forgets the calls so far. */
  public synchronized void forgetCalls() {
    calls.clear();
  }

  /** A fake is about to act. */
  public synchronized void before(String call) throws StepException {
    calls.add(call);
    strike(call, Moment.BEFORE);
  }

  /** A fake has acted and is about to answer. */
  public synchronized void after(String call) throws StepException {
    strike(call, Moment.AFTER);
  }

  private void strike(String call, Moment moment) throws StepException {
    if (crashAt == calls.size() && crashMoment == moment && crashAt > 0) {
      throw new Crash(call);
    }
    for (Fault fault : List.copyOf(faults)) {
      if (fault.moment == moment && fault.where.test(call) && fault.trouble != null) {
        throw fault.trouble;
      }
    }
  }
}

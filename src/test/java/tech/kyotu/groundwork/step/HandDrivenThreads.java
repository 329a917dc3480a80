package tech.kyotu.groundwork.step;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A lane's threads that only move when a test says so. */
final class HandDrivenThreads extends ThreadPoolExecutor {

  private final Deque<Runnable> out = new ArrayDeque<>();
  private boolean isFull;

  HandDrivenThreads() {
    super(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  }

  @Override
  public void execute(Runnable work) {
    if (isFull) {
      throw new RejectedExecutionException("full");
    }
    out.add(work);
  }

  /** From now on nothing is taken, or everything again. */
  void beFull(boolean full) {
    isFull = full;
  }

  int waiting() {
    return out.size();
  }

  /** Runs the oldest piece of work to its end. */
  void runOne() {
    out.remove().run();
  }

  void runAll() {
    while (!out.isEmpty()) {
      runOne();
    }
  }
}

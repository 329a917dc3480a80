package tech.kyotu.groundwork.gitops;

import java.util.concurrent.TimeUnit;

/** Counts the turns of a lane's thread, for those who wait for one. */
final class Turns {

  private long count;

  synchronized long count() {
    return count;
  }

  synchronized void next() {
    count++;
    notifyAll();
  }

  /**
   * Waits until there were more turns than this.
   *
   * @param end by the JVM's nano clock
   * @return false if there was none in time, or the thread was interrupted, which it stays
   */
  synchronized boolean awaitAfter(long before, long end) {
    try {
      long left = end - System.nanoTime();
      while (count <= before && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = end - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return count > before;
  }
}

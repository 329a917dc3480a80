package tech.kyotu.groundwork.gitops.jgit;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The end of one conversation with a server. Neither an interrupt nor a closed transport frees a
 * thread that waits on a socket, and a read time-out never fires on a server that drips bytes. So
 * the connections are cut from another thread, and each read looks at the time.
 */
final class Deadline implements AutoCloseable {

  /**
   * JGit's {@code SideBandInputStream} (7.5) takes the end of what it reads from for no bytes yet,
   * and its readers ask on and on if a packet has broken off. Others ask once or twice.
   */
  private static final int MOST_ENDS = 16;

  private final Set<Runnable> open = ConcurrentHashMap.newKeySet();
  private final long endNanos;
  private final Future<?> alarm;
  private volatile boolean isCut;

  /** Starts now; the timer's thread cuts the connections when the time is over. */
  Deadline(Duration longest, ScheduledExecutorService timer) {
    endNanos = System.nanoTime() + longest.toNanos();
    alarm = timer.schedule(this::cut, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Cuts all connections, and any that is opened later. */
  void cut() {
    isCut = true;
    open.forEach(Runnable::run);
  }

  boolean isOver() {
    return isCut || System.nanoTime() - endNanos >= 0;
  }

  /**
   * A connection of this conversation.
   *
   * @param cut ends it at once, from any thread, and whoever waits for it goes on
   */
  void watch(Runnable cut) throws IOException {
    open.add(cut);
    check();
  }

  /** A stream that ends with the deadline, and that nobody can read for ever after its end. */
  InputStream watched(InputStream stream) {
    return new FilterInputStream(stream) {
      private int ends;

      @Override
      public int read() throws IOException {
        check();
        return counted(super.read());
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        return counted(super.read(buffer, offset, length));
      }

      private int counted(int read) throws IOException {
        if (read < 0 && ++ends > MOST_ENDS) {
          throw new EOFException("the answer broke off");
        }
        return read;
      }
    };
  }

  private void check() throws IOException {
    if (isOver()) {
      throw new InterruptedIOException("the deadline has passed");
    }
  }

  @Override
  public void close() {
    alarm.cancel(false);
    open.clear();
  }
}

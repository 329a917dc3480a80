package tech.kyotu.groundwork.gitops.jgit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
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

  private final Set<HttpURLConnection> open = ConcurrentHashMap.newKeySet();
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
    open.forEach(HttpURLConnection::disconnect);
  }

  boolean isOver() {
    return isCut || System.nanoTime() - endNanos >= 0;
  }

  /** A connection of this conversation. */
  void watch(HttpURLConnection connection) throws IOException {
    open.add(connection);
    check();
  }

  /** A stream that ends with the deadline. */
  InputStream watched(InputStream stream) {
    return new FilterInputStream(stream) {
      @Override
      public int read() throws IOException {
        check();
        return super.read();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        return super.read(buffer, offset, length);
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

package tech.kyotu.groundwork.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What goes wrong with one request to the Git server. */
public sealed interface GitFault {
  /** The request is answered with this HTTP status and not looked at. */
  record Status(int code) implements GitFault {}

  /** The connection breaks. */
  enum Lost implements GitFault {
    /** Before the request was looked at: nothing has happened. */
    BEFORE_IT_COUNTS,
    /**
     * When all is done, but nothing of the answer has left: the push has landed, and nobody says
     * so.
     */
    AFTER_IT_COUNTS,
    /** When all is done, and half of the answer has left. */
    IN_THE_ANSWER
  }

  /** The request waits before it is looked at, until it is released or the server ends. */
  final class Hang implements GitFault {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Hang() {}

    /** Whether the request has come within the bound. */
    public boolean awaitArrival(Duration bound) throws InterruptedException {
      return arrived.await(bound.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the request go on as if nothing had been. */
    public void release() {
      released.countDown();
    }

    void holdUp() throws InterruptedException {
      arrived.countDown();
      released.await();
    }
  }
}

package tech.kyotu.groundwork.gitops.jgit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections and leaves whoever waits without a whole answer. */
final class StubbornServer implements AutoCloseable {

  /** What it does with a connection. */
  enum Manner {
    /** Not a byte comes back. */
    SILENT(""),
    /** The head of the answer comes byte by byte and never ends. */
    DRIPPING_HEAD("HTTP/1.1 200 OK\r\nX-Endless: "),
    /** The body comes byte by byte and never ends. */
    DRIPPING_BODY(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"
            + "Content-Length: 100000\r\n\r\n001e# service=git-upload-pack\n0000ffff");

    private final String start;

    Manner(String start) {
      this.start = start;
    }
  }

  private final ServerSocket listener;
  private final Manner manner;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Listens on a free port. */
  StubbornServer(Manner manner) {
    this.manner = manner;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::listen);
  }

  /** Where it listens. */
  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/flux.git";
  }

  /** Connections since the start. */
  int taken() {
    return taken.get();
  }

  /** Connections that the other side has not closed. */
  int open() {
    return open.get();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "stubborn");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        taken.incrementAndGet();
        open.incrementAndGet();
        start(() -> awaitLeave(client));
        start(() -> drip(client));
      } catch (IOException e) {
        // It was closed.
        return;
      }
    }
  }

  /** Reads until the other side has gone. */
  private void awaitLeave(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      while (in.read() >= 0) {
        // What is asked does not matter.
      }
    } catch (IOException e) {
      // It has gone rudely.
      return;
    } finally {
      open.decrementAndGet();
    }
  }

  private void drip(Socket client) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(manner.start.getBytes(US_ASCII));
      while (manner != Manner.SILENT && !end.await(50, TimeUnit.MILLISECONDS)) {
        out.write('x');
      }
    } catch (IOException e) {
      // The other side has gone.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    listener.close();
  }
}

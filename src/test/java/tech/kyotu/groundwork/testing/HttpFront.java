package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * What stands before a server in a real network: it passes bytes on unchanged, also those of
 * streams and of upgraded connections, until it is told to answer some requests itself, as a proxy,
 * a gateway or a limiter does. It speaks HTTP/1.1, one request after the other on each connection.
 */
public final class HttpFront implements AutoCloseable {
  private final String scheme;
  private final ServerSocket listener;
  private final Way behind;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
  private final AtomicInteger struck = new AtomicInteger();

  /**
   * A request as the front sees it.
   *
   * @param path undecoded, with the query
   */
  public record Asked(String method, String path) {

    /** Whether it is for this path, whatever the query. */
    public boolean isFor(String other) {
      return path.split("[?]", 2)[0].equals(other);
    }
  }

  /**
   * An answer of the front's own.
   *
   * @param headers beside the content type
   */
  public record Told(int status, String contentType, String body, Map<String, String> headers) {

    /** An error in JSON, as an API gives it. */
    public static Told json(int status, String body) {
      return new Told(status, "application/json", body, Map.of());
    }

    /** A page for people, as a proxy gives it. */
    public static Told page(int status) {
      return new Told(status, "text/html", "<html><h1>" + status + "</h1></html>", Map.of());
    }

    /** The wish that the asker waits so long. */
    public static Told limited(Duration time) {
      return new Told(
          429, "text/plain", "slow down", Map.of("Retry-After", Long.toString(time.toSeconds())));
    }

    private byte[] bytes() {
      byte[] content = body.getBytes(UTF_8);
      StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Told\r\n");
      headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
      text.append("Content-Type: " + contentType + "\r\n");
      text.append("Content-Length: " + content.length + "\r\n\r\n");
      return (text + body).getBytes(UTF_8);
    }
  }

  private enum Act {
    ANSWER,
    CUT,
    LOSE,
    KEEP
  }

  /** What becomes of a request in place of being passed on. */
  private record Trouble(Predicate<Asked> which, Act act, Optional<Told> told, AtomicInteger left) {
    boolean strikes(Asked asked) {
      return which.test(asked) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  /** How the server behind is reached. */
  private record Way(SocketFactory sockets, URI server) {
    Socket open() throws IOException {
      return sockets.createSocket(server.getHost(), server.getPort());
    }
  }

  private HttpFront(String scheme, ServerSocketFactory sockets, Way behind) {
    this.scheme = scheme;
    this.behind = behind;
    try {
      listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::listen);
  }

  /** Stands before the server at this address, on a free port. */
  public static HttpFront before(String url) {
    Way plain = new Way(SocketFactory.getDefault(), URI.create(url));
    return new HttpFront("http", ServerSocketFactory.getDefault(), plain);
  }

  /** Stands before an API server, with a certificate of its own. */
  public static HttpFront before(ControlPlane cluster, GitCertificate own) {
    SocketFactory trusting = Trust.context(cluster.caCertificate()).getSocketFactory();
    return new HttpFront(
        "https",
        own.context().getServerSocketFactory(),
        new Way(trusting, URI.create(cluster.url())));
  }

  /** Where it listens, as {@code http://127.0.0.1:port}. */
  public String url() {
    return scheme + "://127.0.0.1:" + listener.getLocalPort();
  }

  /** Answers these requests itself from now on; the server never sees them. */
  public void answers(Predicate<Asked> which, Told told) {
    add(which, Act.ANSWER, Optional.of(told), Integer.MAX_VALUE);
  }

  /** Breaks the connection of these requests from now on; the server never sees them. */
  public void cuts(Predicate<Asked> which) {
    add(which, Act.CUT, Optional.empty(), Integer.MAX_VALUE);
  }

  /** Takes these requests in from now on and never answers; the server never sees them. */
  public void keeps(Predicate<Asked> which) {
    add(which, Act.KEEP, Optional.empty(), Integer.MAX_VALUE);
  }

  /** Breaks the connection of the next such request once the server has answered it. */
  public void losesTheAnswer(Predicate<Asked> which) {
    add(which, Act.LOSE, Optional.empty(), 1);
  }

  /** Ends every connection that is open now; a stream of events is one. */
  public void hangsUp() {
    open.forEach(HttpFront::end);
  }

  /** Passes everything on again. */
  public void heals() {
    troubles.clear();
  }

  /** How many requests or answers it kept back so far. */
  public int struck() {
    return struck.get();
  }

  @Override
  public void close() {
    end(listener);
    hangsUp();
    threads.shutdownNow();
  }

  private void add(Predicate<Asked> which, Act act, Optional<Told> told, int times) {
    troubles.add(new Trouble(which, act, told, new AtomicInteger(times)));
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        // The listener was closed: the front ends.
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = behind.open()) {
      AtomicBoolean loses = new AtomicBoolean();
      threads.execute(() -> passBack(server, client, loses));
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        Optional<HttpHead> head = HttpHead.read(in);
        goesOn = head.isPresent() && pass(head.get(), in, client, server, loses);
      }
    } catch (IOException e) {
      // One of the two has left, and so does the other.
      return;
    } finally {
      open.remove(client);
    }
  }

  /** Whether another request may follow on the same connection. */
  private boolean pass(
      HttpHead head, InputStream in, Socket client, Socket server, AtomicBoolean loses)
      throws IOException {
    Optional<Trouble> trouble =
        troubles.stream().filter(it -> it.strikes(head.asked())).findFirst();
    if (trouble.isPresent()) {
      struck.incrementAndGet();
      if (trouble.get().act() == Act.CUT) {
        return false;
      }
      loses.set(trouble.get().act() == Act.LOSE);
    }
    if (trouble.isPresent() && trouble.get().act() != Act.LOSE) {
      // What was sent is taken in, as a server does; else the sender may see only a broken line.
      head.passBody(in, OutputStream.nullOutputStream());
      if (trouble.get().told().isPresent()) {
        client.getOutputStream().write(trouble.get().told().get().bytes());
      }
      return true;
    }
    OutputStream onward = server.getOutputStream();
    onward.write(head.text().getBytes(ISO_8859_1));
    head.passBody(in, onward);
    onward.flush();
    return true;
  }

  /** Until the server ends it, which ends the client's side too. */
  private static void passBack(Socket server, Socket client, AtomicBoolean loses) {
    try (server;
        client) {
      byte[] some = new byte[8192];
      InputStream in = server.getInputStream();
      for (int size = in.read(some); size >= 0 && !loses.get(); size = in.read(some)) {
        client.getOutputStream().write(some, 0, size);
      }
    } catch (IOException e) {
      // One of the two has left, and so does the other.
      return;
    }
  }

  private static void end(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Who is there no more need not be told.
      return;
    }
  }
}

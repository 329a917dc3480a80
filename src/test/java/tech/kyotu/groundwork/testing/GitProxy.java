package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP proxy on loopback that knows one verb, {@code CONNECT}: what browsers and Git use for
 * TLS. It remembers where it was asked to go.
 */
public final class GitProxy implements AutoCloseable {
  private static final int LONGEST_HEAD = 8192;

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<String> targets = new CopyOnWriteArrayList<>();

  private GitProxy(ServerSocket listener) {
    this.listener = listener;
  }

  /** Starts a proxy on a free port. */
  public static GitProxy start() {
    try {
      GitProxy proxy = new GitProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      proxy.threads.execute(proxy::listen);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, as {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** The targets that were asked for, as {@code host:port}, in order. */
  public List<String> targets() {
    return List.copyOf(targets);
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket client = kept(listener.accept());
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        // The listener was closed: the proxy ends.
        return;
      }
    }
  }

  private void serve(Socket client) {
    try {
      String[] request = head(client.getInputStream()).split(" ", 3);
      if (!request[0].equals("CONNECT")) {
        client.getOutputStream().write("HTTP/1.1 405 No\r\n\r\n".getBytes(US_ASCII));
        client.close();
        return;
      }
      targets.add(request[1]);
      String[] target = request[1].split(":", 2);
      Socket server = kept(new Socket(target[0], Integer.parseInt(target[1])));
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
      threads.execute(() -> pump(server, client));
      pump(client, server);
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  /** The request's head, byte by byte: what follows it belongs to the tunnel. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0 && head.length() < LONGEST_HEAD) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client left");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Until one of the two ends it, which ends the other. */
  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two is gone.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private Socket kept(Socket socket) {
    open.add(socket);
    return socket;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(GitProxy::closeQuietly);
    threads.shutdownNow();
  }
}

package tech.kyotu.groundwork.gitlab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Connections in, connections out, and bytes between them until one side ends; loopback only. */
final class Pipe implements AutoCloseable {

  /** Says where a new connection goes; may talk to it first. */
  interface Target {
    Socket of(Socket in) throws IOException;
  }

  private final ServerSocket door;
  private final Target target;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

  Pipe(ServerSocket door, Target target) {
    this.door = door;
    this.target = target;
    start(this::takeAll);
  }

  int port() {
    return door.getLocalPort();
  }

  /** A connection to a port of this machine. */
  static Socket to(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private void takeAll() {
    while (!door.isClosed()) {
      try {
        Socket in = door.accept();
        open.add(in);
        start(() -> connect(in));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket in) {
    try {
      Socket out = target.of(in);
      open.add(out);
      start(() -> pump(in, out));
      pump(out, in);
    } catch (IOException refused) {
      end(in);
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException over) {
      // Either side may end a connection at any time.
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Closeable socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException closedAlready) {
      // It is gone, which is all that is wanted.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "pipe");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    end(door);
    Set.copyOf(open).forEach(this::end);
  }
}

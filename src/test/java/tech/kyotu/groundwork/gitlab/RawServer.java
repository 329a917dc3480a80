package tech.kyotu.groundwork.gitlab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A server of HTTP/1.1 whose every byte a test decides: what proxies and broken servers send, which
 * no proper server can be made to. Connections are kept alive.
 */
final class RawServer implements AutoCloseable {

  /** Says nothing and stays. */
  static final String SILENCE = "";

  /** Ends the connection instead of an answer. */
  static final String HANG_UP = "hang up";

  /** What is sent, byte for byte, to a request of this method and raw path. */
  interface Script {
    String answer(String request);
  }

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Script script;

  RawServer(Script script) throws IOException {
    this.script = script;
    open.add(door);
    start(this::takeAll);
  }

  /** A whole answer in JSON with further headers, each as {@code "Name: value"}. */
  static String json(int status, String body, String... headers) {
    return answer(status, "application/json", body, headers);
  }

  /** A page for people, as a proxy sends it. */
  static String page(int status) {
    return answer(status, "text/html", "<html><h1>" + status + "</h1></html>");
  }

  static String answer(int status, String type, String body, String... headers) {
    return "HTTP/1.1 %d Said\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s"
        .formatted(
            status,
            type,
            body.getBytes(UTF_8).length,
            List.of(headers).stream().map(header -> header + "\r\n").collect(Collectors.joining()),
            body);
  }

  String host() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  String url() {
    return "http://" + host();
  }

  /** Number of the connection, method and raw path of each request. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  void forgetAsked() {
    asked.clear();
  }

  private void takeAll() {
    try {
      while (true) {
        Socket socket = door.accept();
        open.add(socket);
        start(() -> serve(socket, connections.incrementAndGet()));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        String request = head.substring(0, head.indexOf(" HTTP/"));
        asked.add(number + " " + request);
        String answer = script.answer(request);
        if (answer.equals(HANG_UP)) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(UTF_8));
      }
    } catch (IOException gone) {
      return;
    }
  }

  /** One request with its body; empty if the client went away. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    for (String line : head.toString().toLowerCase(Locale.ROOT).lines().toList()) {
      if (line.startsWith("content-length:")) {
        int length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
        in.skipNBytes(length);
      }
    }
    return head.toString();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }
}

package tech.kyotu.groundwork.gitlab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that notes what it was asked for. All tunnels lead to one port of this machine,
 * whatever host they name; plain requests go to the port that they name.
 */
final class ForwardProxy implements AutoCloseable {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Pipe pipe;

  ForwardProxy(int tunnelPort) throws IOException {
    pipe =
        new Pipe(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), in -> open(in, tunnelPort));
  }

  /** Its address, as a setting. */
  String url() {
    return "http://127.0.0.1:" + pipe.port();
  }

  /** The first line of each connection's first request, without the version of HTTP. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private Socket open(Socket in, int tunnelPort) throws IOException {
    byte[] head = head(in);
    String[] line = new String(head, StandardCharsets.US_ASCII).split(" ", 3);
    asked.add(line[0] + " " + line[1]);
    if (line[0].equals("CONNECT")) {
      Socket out = Pipe.to(tunnelPort);
      in.getOutputStream()
          .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return out;
    }
    Socket out = Pipe.to(URI.create(line[1]).getPort());
    out.getOutputStream().write(head);
    return out;
  }

  private static byte[] head(Socket in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.getInputStream().read();
      if (next < 0) {
        throw new IOException("ended in the middle of a request");
      }
      head.write(next);
    }
    return head.toByteArray();
  }

  @Override
  public void close() {
    pipe.close();
  }
}

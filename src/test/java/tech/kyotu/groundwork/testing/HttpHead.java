package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import tech.kyotu.groundwork.testing.HttpFront.Asked;

/**
 * The head of an HTTP/1.1 request, which tells where its body ends.
 *
 * @param text as it came, with the empty line at its end
 */
record HttpHead(String text) {

  /** The next head; empty if the client ended the connection before one. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      head.append(line);
      if (line.equals("\r\n")) {
        return Optional.of(new HttpHead(head.toString()));
      }
    }
    return Optional.empty();
  }

  Asked asked() {
    String[] words = text.split(" ", 3);
    return new Asked(words[0], words[1]);
  }

  /** Copies what follows the head and belongs to it; after an upgrade that is all there is. */
  void passBody(InputStream in, OutputStream out) throws IOException {
    if (header("upgrade").equals("websocket")) {
      in.transferTo(out);
    } else if (header("transfer-encoding").equals("chunked")) {
      passChunks(in, out);
    } else if (!header("content-length").isEmpty()) {
      pass(in, out, Integer.parseInt(header("content-length")));
    }
  }

  /** In lower case; empty if there is none. */
  private String header(String name) {
    String lower = text.toLowerCase(Locale.ROOT);
    int start = lower.indexOf("\r\n" + name + ":");
    return start < 0
        ? ""
        : lower.substring(start + name.length() + 3, lower.indexOf("\r\n", start + 2)).strip();
  }

  private static void passChunks(InputStream in, OutputStream out) throws IOException {
    int size;
    do {
      String line = line(in);
      out.write(line.getBytes(ISO_8859_1));
      size = Integer.parseInt(line.strip(), 16);
      // The line end behind a chunk; none of the senders here has trailers.
      pass(in, out, size + 2);
    } while (size > 0);
  }

  private static void pass(InputStream in, OutputStream out, int size) throws IOException {
    byte[] content = in.readNBytes(size);
    if (content.length < size) {
      throw new EOFException("the client left in the middle");
    }
    out.write(content);
  }

  /** With its end; empty where the stream ends. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      line.append((char) next);
      if (next == '\n') {
        break;
      }
    }
    return line.toString();
  }
}

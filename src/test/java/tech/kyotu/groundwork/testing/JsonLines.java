package tech.kyotu.groundwork.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A log of one JSON object per line that a server appends to while it is read. */
record JsonLines(Path file) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the log ends now, in bytes. */
  long end() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Hands over each whole line written after a mark. A line half-written now is left for the next
   * call.
   */
  void since(long mark, Consumer<JsonNode> each) {
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      // One byte back: a line that had been begun before the mark belongs to the time before it.
      boolean inside = mark > 0;
      in.skipNBytes(inside ? mark - 1 : 0);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        if (!inside && line.size() > 0) {
          each.accept(JSON.readTree(line.toByteArray()));
        }
        inside = false;
        line.reset();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

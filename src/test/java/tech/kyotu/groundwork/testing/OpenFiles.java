package tech.kyotu.groundwork.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process has open: files, sockets, pipes. */
public final class OpenFiles {

  private OpenFiles() {}

  /** How many there are now, on Linux. What is unreachable but was not closed counts. */
  public static long now() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}

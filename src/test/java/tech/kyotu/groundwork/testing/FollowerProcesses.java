package tech.kyotu.groundwork.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The processes of one follower, on temporary data that goes with them. Their logs stay: they are
 * what is left to read after a test.
 */
final class FollowerProcesses implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final DataFolder data = DataFolder.of(Optional.empty());
  private final Deque<ServerProcess> running = new ArrayDeque<>();
  private final Path logs;

  FollowerProcesses(Path logs) {
    this.logs = logs;
  }

  /** A folder of the temporary data, which is made. */
  Path folder(String name) {
    try {
      return Files.createDirectories(data.file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the temporary data, for the process to make. */
  Path file(String name) {
    return data.file(name);
  }

  /** Starts one process and returns when it is ready. */
  void start(
      String name, List<String> command, Map<String, String> environment, BooleanSupplier ready) {
    ServerProcess process =
        ServerProcess.start(name, command, environment, logs.resolve(name + ".log"));
    running.push(process);
    process.awaitReady(BOUND, ready);
  }

  /** Is there an answer 200 at this path of a port on loopback? */
  static BooleanSupplier answers(int port, String path) {
    return new HttpProbe(HttpClient.newHttpClient(), URI.create("http://127.0.0.1:" + port + path));
  }

  /** Ends them, the youngest first. */
  @Override
  public void close() {
    running.forEach(ServerProcess::close);
    running.clear();
    data.close();
  }
}

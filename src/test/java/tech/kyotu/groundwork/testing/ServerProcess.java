package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * One server as a child process with its output in a file. It is ended by its own handle, also when
 * this JVM ends.
 */
public final class ServerProcess implements AutoCloseable {
  private static final int LOG_LINES_SHOWN = 25;
  private static final int SECONDS_TO_END = 10;
  private static final int FIRST_PORT = 15_000;
  private static final int LAST_PORT = 32_000;
  private static final int PORTS_TRIED = 100;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread atExit;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.atExit = new Thread(this::end, "end " + name);
  }

  /**
   * Starts a server.
   *
   * @param name how messages call it
   * @param command program and arguments
   * @param environment added to the environment of this JVM
   * @param log where standard output and error are appended
   */
  public static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ServerProcess server = new ServerProcess(name, builder.start(), log);
      Runtime.getRuntime().addShutdownHook(server.atExit);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A TCP port of the loopback interface that nobody used a moment ago. It lies below those that
   * Linux hands out to connections (32768 and up), so that none of them takes it before its server
   * does.
   */
  public static int freePort() {
    return ThreadLocalRandom.current()
        .ints(PORTS_TRIED, FIRST_PORT, LAST_PORT)
        .filter(ServerProcess::isFree)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no free port in " + PORTS_TRIED + " tries"));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns when the server is ready; asks again every 50 ms.
   *
   * @throws IllegalStateException if it ends before, or is not ready within the bound (it is then
   *     ended); the message holds the last lines of its log
   */
  public ServerProcess awaitReady(Duration bound, BooleanSupplier ready) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!ready.getAsBoolean()) {
      if (ended(50)) {
        throw failed("ended with status " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw failed("is not ready after " + bound.toSeconds() + " s");
      }
    }
    return this;
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process, for who measures it or sends it a signal. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /** Asks the process to end and forces it after ten seconds. Does nothing if it has ended. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs anyway, beside this call, and finds the process gone.
      return;
    }
  }

  private void end() {
    process.destroy();
    if (!ended(SECONDS.toMillis(SECONDS_TO_END))) {
      process.destroyForcibly();
      if (!ended(SECONDS.toMillis(SECONDS_TO_END))) {
        throw new IllegalStateException(name + " does not end, pid " + process.pid());
      }
    }
  }

  private boolean ended(long millis) {
    try {
      return process.waitFor(millis, MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  /** The log is read before the process is ended: its farewell would push out the reason. */
  private IllegalStateException failed(String what) {
    IllegalStateException failure = new IllegalStateException(name + " " + what + lastLines());
    close();
    return failure;
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log, UTF_8);
      int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
      return "; the last lines of "
          + log
          + ":\n"
          + String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "; its log cannot be read: " + e;
    }
  }
}

package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The packaged operator as a process of its own, with the flags it is shipped with. It can be
 * killed and started again; it ends when this JVM ends, whatever way that is asked for.
 */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final int SECONDS_TO_END = 20;
  private static final int MILLIS_BETWEEN_STARTS = 500;
  private static final int LOG_LINES_SHOWN = 25;

  private final Launch launch;
  private final HttpProbe ready;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread atExit = new Thread(this::end, "end operator");
  private Process process;

  /**
   * How the operator is started.
   *
   * @param kubeconfig as whom it speaks to the API server
   * @param settings by full name, for example {@code groundwork.gitlab.url}; each becomes a system
   *     property, so a secret has no place here
   * @param port where it serves health and metrics, on loopback
   * @param consolePort where it answers people, on loopback
   * @param log where its output is appended
   * @param replica its name among several, as shipped, with a lease; empty if it works alone
   */
  public record Launch(
      Path kubeconfig,
      Map<String, String> settings,
      int port,
      int consolePort,
      Path log,
      Optional<String> replica) {

    /** One that works alone: a restart does not wait for a lease. */
    public Launch(
        Path kubeconfig, Map<String, String> settings, int port, int consolePort, Path log) {
      this(kubeconfig, settings, port, consolePort, log, Optional.empty());
    }

    String url() {
      return "http://127.0.0.1:" + port;
    }

    List<String> command() {
      Path project = ServerBinary.projectRoot();
      Path jar = project.resolve("target/quarkus-app/quarkus-run.jar");
      if (!Files.exists(jar)) {
        throw new IllegalStateException(
            "the operator is not packaged; run: mvn -DskipTests package");
      }
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("@" + project.resolve("src/main/jvm.options"));
      command.add("-Dquarkus.profile=" + (replica.isPresent() ? "prod" : "playground"));
      command.add("-Dquarkus.http.host=127.0.0.1");
      command.add("-Dquarkus.http.port=" + consolePort);
      command.add("-Dquarkus.management.host=127.0.0.1");
      command.add("-Dquarkus.management.port=" + port);
      settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
      command.add("-jar");
      command.add(jar.toString());
      return command;
    }

    Process run() {
      ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      // The name of a pod; replicas on one machine would share the machine's.
      replica.ifPresent(name -> builder.environment().put("HOSTNAME", name));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      try {
        Files.createDirectories(log.toAbsolutePath().getParent());
        return builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private OperatorProcess(Launch launch) {
    this.launch = launch;
    this.ready =
        new HttpProbe(HttpClient.newHttpClient(), URI.create(launch.url() + "/q/health/ready"));
    this.process = launch.run();
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts the operator and returns when it calls itself ready.
   *
   * @throws IllegalStateException if it is not packaged, ends, or is not ready within two minutes;
   *     the message holds the end of its log
   */
  public static OperatorProcess start(Launch launch) {
    OperatorProcess operator = new OperatorProcess(launch);
    operator.awaitReady();
    return operator;
  }

  /** Where it serves health and metrics, as {@code http://127.0.0.1:port}. */
  public String url() {
    return launch.url();
  }

  /** Where its output goes. */
  public Path log() {
    return launch.log();
  }

  /** The process id of the newest start. */
  public long pid() {
    return current().pid();
  }

  /** Whether it runs, ready or not. */
  public boolean isAlive() {
    return current().isAlive();
  }

  /** Ends it as a lost machine would, and returns when it is gone. */
  public void kill9() {
    Process killed = current();
    killed.destroyForcibly();
    awaitEnd(killed);
  }

  /**
   * Asks it to end, as a rollout does, and returns when it is gone; forces it after twenty seconds.
   * Its last metrics stand beside its log then.
   */
  public void stop() {
    keepMetrics();
    endOf(current());
  }

  /** Stops it where it runs, starts it, and returns when it is ready. */
  public void restart() {
    stop();
    replace(current());
    awaitReady();
  }

  /**
   * Starts it again whenever it ends, as a cluster would, until it is closed.
   *
   * @param told hears of each new start, from a thread of its own, before the operator is ready
   */
  public void restartWhenItEnds(Consumer<OperatorProcess> told) {
    Thread watcher = new Thread(() -> watch(told), "restart operator");
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Its resident memory now, in KiB. Linux only. */
  public long rssKiB() {
    return number("VmRSS");
  }

  /** The most resident memory it ever had, in KiB. Linux only. */
  public long peakRssKiB() {
    return number("VmHWM");
  }

  /** How many threads it has now. Linux only. */
  public int threads() {
    return (int) number("Threads");
  }

  /**
   * Returns when it calls itself ready.
   *
   * @throws IllegalStateException as {@link #start}; it is then closed
   */
  public void awaitReady() {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!ready.getAsBoolean()) {
      if (exits(current(), 100)) {
        throw failed("ended with status " + current().exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw failed("is not ready after " + BOUND.toSeconds() + " s");
      }
    }
  }

  /** Ends it for good; its last metrics stand beside its log then. */
  @Override
  public void close() {
    keepMetrics();
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs anyway and finds the process gone.
      return;
    }
  }

  private synchronized Process current() {
    return process;
  }

  /** Under the same lock as the end: nothing is started once the end has begun. */
  private synchronized boolean replace(Process gone) {
    if (ended.getCount() == 0 || gone != process || gone.isAlive()) {
      return false;
    }
    process = launch.run();
    return true;
  }

  private void end() {
    Process last;
    synchronized (this) {
      ended.countDown();
      last = process;
    }
    endOf(last);
  }

  private void watch(Consumer<OperatorProcess> told) {
    try {
      // A pause between starts: an operator that cannot start must not take the machine with it.
      while (!ended.await(MILLIS_BETWEEN_STARTS, MILLISECONDS)) {
        Process watched = current();
        watched.waitFor();
        if (replace(watched)) {
          told.accept(this);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepMetrics() {
    if (!ready.getAsBoolean()) {
      return;
    }
    HttpRequest ask =
        HttpRequest.newBuilder(URI.create(launch.url() + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    Path file = launch.log().resolveSibling(launch.log().getFileName() + ".metrics");
    try {
      var unused =
          HttpClient.newHttpClient()
              .send(ask, HttpResponse.BodyHandlers.ofFile(file, CREATE, APPEND));
    } catch (IOException e) {
      // It ended meanwhile: there is nothing to keep, and its end goes on.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void endOf(Process process) {
    process.destroy();
    if (!exits(process, SECONDS.toMillis(SECONDS_TO_END))) {
      process.destroyForcibly();
      awaitEnd(process);
    }
  }

  private static void awaitEnd(Process process) {
    if (!exits(process, SECONDS.toMillis(SECONDS_TO_END))) {
      throw new IllegalStateException("the operator does not end, pid " + process.pid());
    }
  }

  private static boolean exits(Process process, long millis) {
    try {
      return process.waitFor(millis, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the operator", e);
    }
  }

  private long number(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid() + "/status"), UTF_8).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + field + " of the operator"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log is read before the process is ended: its farewell would push out the reason. */
  private IllegalStateException failed(String what) {
    List<String> lines = DataFolder.read(launch.log()).lines().toList();
    String end =
        String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    close();
    return new IllegalStateException(
        "the operator " + what + "; the last lines of " + launch.log() + ":\n" + end);
  }
}

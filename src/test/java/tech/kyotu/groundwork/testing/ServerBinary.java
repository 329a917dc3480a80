package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.opentest4j.TestAbortedException;

/**
 * A real server's program. Where it comes from is decided by {@code src/test/servers/provide}
 * alone.
 */
public enum ServerBinary {
  /** The store behind the API server. */
  ETCD("etcd"),
  /** The Kubernetes API server. */
  KUBE_APISERVER("kube-apiserver"),
  /** The controllers that finalise namespaces and collect garbage. */
  KUBE_CONTROLLER_MANAGER("kube-controller-manager"),
  /** HashiCorp Vault. */
  VAULT("vault");

  private final String program;

  ServerBinary(String program) {
    this.program = program;
  }

  /**
   * The path of the executable; builds it where nobody has it yet, which takes minutes and is told
   * on standard error.
   *
   * @throws MissingServerException if it can be neither found nor built; the message names the ways
   *     to provide it
   */
  public Path path() {
    return provided(program);
  }

  /** The path of any executable that the script knows; see {@link #path}. */
  static Path provided(String program) {
    try {
      String script = projectRoot().resolve("src/test/servers/provide").toString();
      Process provide = new ProcessBuilder(script, program).start();
      Queue<String> told = new ConcurrentLinkedQueue<>();
      Thread progress = new Thread(() -> passOn(provide, told), "provide " + program);
      progress.start();
      String path = provide.inputReader(UTF_8).readLine();
      int exit = provide.waitFor();
      progress.join();
      if (exit != 0 || path == null) {
        throw new MissingServerException(String.join("\n", told));
      }
      return Path.of(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while providing " + program, e);
    }
  }

  /**
   * Lets a suite run only with its servers: aborts it, loudly, on a person's machine.
   *
   * @throws MissingServerException if one is missing and the environment says {@code CI=true}:
   *     there a skip would hide a hole
   * @throws TestAbortedException if one is missing anywhere else
   */
  public static void require(ServerBinary... binaries) {
    orAbort(absence(binaries));
  }

  static void orAbort(Optional<String> absence) {
    absence.ifPresent(
        why -> {
          throw new TestAbortedException(why);
        });
  }

  /**
   * Why a suite cannot run here; empty if all are there. Fails as {@link #require} does when {@code
   * CI=true}.
   */
  static Optional<String> absence(ServerBinary... binaries) {
    return absence(Arrays.stream(binaries).map(binary -> binary.program).toList());
  }

  static Optional<String> absence(List<String> programs) {
    for (String program : programs) {
      try {
        var unused = provided(program);
      } catch (MissingServerException e) {
        if ("true".equals(System.getenv("CI"))) {
          throw e;
        }
        System.err.println("SKIPPED, server missing: " + program);
        return Optional.of(e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * The folder that holds the project's build file, looked for from the working directory upwards.
   *
   * @throws IllegalStateException if the program was started outside the project
   */
  public static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("pom.xml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no pom.xml at or above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }

  /** A build takes minutes; whoever waits sees each line when it comes. */
  private static void passOn(Process process, Queue<String> told) {
    process
        .errorReader(UTF_8)
        .lines()
        .forEach(
            line -> {
              System.err.println(line);
              told.add(line);
            });
  }
}

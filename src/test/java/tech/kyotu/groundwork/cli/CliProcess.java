package tech.kyotu.groundwork.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.Groundwork;

/** The command line in a process of its own, for what a process alone can show. */
final class CliProcess {

  private CliProcess() {}

  /** A process that is not started yet; what it says of errors comes with its answer. */
  static ProcessBuilder of(String line, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), Groundwork.class.getName()));
    command.addAll(List.of(line.split(" ")));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** Without the log manager: since Java 21 the end of a process itself asks for a logger. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("jboss-logmanager"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}

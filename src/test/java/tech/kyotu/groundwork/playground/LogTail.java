package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows the lines of a log as they come, until the program ends. */
record LogTail(Path log, PrintStream out) implements Runnable {
  void follow() {
    Thread thread = new Thread(this, "show log");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      if (!Files.exists(log)) {
        Files.createFile(log);
      }
      try (BufferedReader lines = Files.newBufferedReader(log, UTF_8)) {
        for (; ; ) {
          String line = lines.readLine();
          if (line == null) {
            MILLISECONDS.sleep(200);
          } else {
            out.println("    | " + line);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

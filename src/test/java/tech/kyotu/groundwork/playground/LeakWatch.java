package tech.kyotu.groundwork.playground;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test during which the code under test logs a credential, at whatever level, in a
 * message or in an exception. JUnit finds it by itself and puts it around every test class.
 */
public final class LeakWatch implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** Ours, and the libraries of GitLab and Vault; others serve the tests' own servers as well. */
  private static final List<String> WATCHED =
      List.of("tech.kyotu", "org.gitlab4j", "org.glassfish.jersey", "io.github.jopenlibs");

  /** JUnit makes it. */
  public LeakWatch() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    var unused = recorder(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    recorder(context).assertNothingLeaked();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    recorder(context).assertNothingLeaked();
  }

  private static Recorder recorder(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(LeakWatch.class))
        .getOrComputeIfAbsent(Recorder.class, key -> Recorder.install(), Recorder.class);
  }

  /** Reads every line of those that are watched. */
  static final class Recorder extends Handler {
    private final Formatter format = new PatternFormatter("%s%e");
    private final Canary canary = new Canary(List.of());
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

    /** Kept: the log manager forgets the level of a logger that nobody holds. */
    private final List<Logger> opened = new ArrayList<>();

    Recorder() {
      setLevel(Level.ALL);
    }

    private static Recorder install() {
      Recorder recorder = new Recorder();
      Logger root = Logger.getLogger("");
      for (Handler other : root.getHandlers()) {
        // What is opened here is for us alone.
        other.setLevel(Level.INFO);
      }
      root.addHandler(recorder);
      for (String name : WATCHED) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(Level.ALL);
        recorder.opened.add(logger);
      }
      return recorder;
    }

    @Override
    public void publish(LogRecord line) {
      String from = String.valueOf(line.getLoggerName());
      if (WATCHED.stream().anyMatch(from::startsWith)) {
        canary
            .find(format.format(line))
            .ifPresent(it -> leaks.add(from + " " + line.getLevel() + ": " + it));
      }
    }

    /** Tells once what was logged since it told last. */
    void assertNothingLeaked() {
      List<String> all = new ArrayList<>();
      for (String leak = leaks.poll(); leak != null; leak = leaks.poll()) {
        all.add(leak);
      }
      if (!all.isEmpty()) {
        throw new AssertionError("credentials were logged by " + all);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

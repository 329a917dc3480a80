package tech.kyotu.groundwork.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  private static final String TOKEN = "glpat-" + "Abcdefghij0123456789";

  private final LeakWatch.Recorder recorder = new LeakWatch.Recorder();

  @Test
  void standsAtEveryLineOfThisJvm() {
    assertThat(List.of(Logger.getLogger("").getHandlers()))
        .hasAtLeastOneElementOfType(LeakWatch.Recorder.class);
    assertThat(org.jboss.logging.Logger.getLogger("tech.kyotu.groundwork.any").isTraceEnabled())
        .isTrue();
  }

  @Test
  void findsATokenInAMessage() {
    publish(new LogRecord(Level.FINEST, "issued " + TOKEN));
    assertFound();
  }

  @Test
  void findsATokenInAParameter() {
    ExtLogRecord line =
        new ExtLogRecord(Level.FINE, "issued %s", ExtLogRecord.FormatStyle.PRINTF, "");
    line.setParameters(new Object[] {TOKEN});
    publish(line);
    assertFound();
  }

  @Test
  void findsATokenInTheCauseOfAnException() {
    LogRecord line = new LogRecord(Level.INFO, "it failed");
    line.setThrown(new IllegalStateException("x", new IllegalArgumentException("bad " + TOKEN)));
    publish(line);
    assertFound();
  }

  @Test
  void findsNothingElse() {
    publish(new LogRecord(Level.INFO, "issued token 813"));
    publish(new LogRecord(Level.INFO, null));
    // Of a server that belongs to the test.
    recorder.publish(new LogRecord(Level.FINE, TOKEN));
    recorder.assertNothingLeaked();
  }

  private void publish(LogRecord line) {
    line.setLoggerName("tech.kyotu.groundwork.any");
    recorder.publish(line);
  }

  private void assertFound() {
    assertThatThrownBy(recorder::assertNothingLeaked)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a GitLab token")
        .message()
        .doesNotContain(TOKEN);
    recorder.assertNothingLeaked();
  }
}

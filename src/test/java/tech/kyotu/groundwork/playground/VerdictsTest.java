package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VerdictsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Verdicts verdicts = new Verdicts(new PrintStream(printed, true, UTF_8));

  @Test
  void countsWhatHolds() {
    verdicts.check("the sky is blue", Optional::empty);
    assertThat(verdicts.finish()).isZero();
    assertThat(lines()).containsExactly("ok   the sky is blue", "1 checks passed, 0 failed");
  }

  @Test
  void tellsWhatWasSeenOfAClaimThatDoesNotHold() {
    verdicts.check("the sky is green", () -> Optional.of("it is blue"));
    verdicts.check(
        "the sky is there",
        () -> {
          throw new IOException("no sky");
        });
    assertThat(verdicts.finish()).isEqualTo(1);
    assertThat(lines())
        .containsExactly(
            "FAIL the sky is green: it is blue",
            "FAIL the sky is there: IOException no sky",
            "0 checks passed, 2 failed");
  }

  @Test
  void looksAgainUntilAClaimHolds() {
    AtomicInteger looks = new AtomicInteger();
    verdicts.phase(Duration.ofMinutes(1));
    verdicts.check("it becomes true", () -> Look.unless(looks.incrementAndGet() == 3, "not yet"));
    assertThat(verdicts.finish()).isZero();
    assertThat(looks).hasValue(3);
  }

  private List<String> lines() {
    return printed.toString(UTF_8).lines().toList();
  }
}

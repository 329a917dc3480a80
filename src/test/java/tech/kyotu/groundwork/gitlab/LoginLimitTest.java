package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.MovableClock;

class LoginLimitTest {

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final LoginLimit limit = new LoginLimit(clock);

  private boolean mayTry(String user) {
    try {
      limit.pass(user);
      return true;
    } catch (RetryableException stopped) {
      return false;
    }
  }

  private void refuse(String... users) {
    for (String user : users) {
      limit.refused(user);
    }
  }

  @Test
  void threeRefusalsOfOneProjectStopItForAMinuteAndNobodyElse() {
    refuse("shop", "shop", "shop");
    assertThat(mayTry("shop")).isFalse();
    assertThat(mayTry("other")).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(mayTry("shop")).isTrue();
  }

  @Test
  void fiveRefusalsStopAllForTenMinutes() {
    refuse("a", "b", "c", "d", "e");
    assertThatThrownBy(() -> limit.pass("f"))
        .isInstanceOfSatisfying(
            RetryableException.class,
            stopped -> assertThat(stopped.retryAfter()).hasValue(Duration.ofMinutes(10)));
    clock.advance(Duration.ofMinutes(10));
    assertThat(mayTry("f")).isTrue();
  }

  @Test
  void aClockThatIsSetBackStopsNobodyForLonger() {
    refuse("a", "b", "c", "d", "e", "shop", "shop", "shop");
    clock.advance(Duration.ofDays(-365));
    assertThat(mayTry("shop")).isFalse();
    clock.advance(Duration.ofMinutes(10));
    assertThat(mayTry("shop")).isTrue();
  }
}

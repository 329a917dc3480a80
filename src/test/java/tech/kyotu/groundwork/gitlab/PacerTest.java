package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.Pacer.Told;
import tech.kyotu.groundwork.gitlab.Pacer.Urgency;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.MovableClock;

class PacerTest {

  private static final Instant START = Instant.parse("2026-11-20T12:04:00Z");

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final List<Duration> pauses = new ArrayList<>();
  private final Pacer pacer =
      new Pacer(
          600,
          clock,
          pause -> {
            pauses.add(pause);
            clock.advance(pause);
          });

  private static Told limits(long perMinute, long remaining, Instant resetAt) {
    return new Told(
        200,
        Optional.of(perMinute),
        Optional.of(remaining),
        Optional.of(resetAt),
        Optional.empty());
  }

  private static Told refusal(Optional<Duration> retryAfter) {
    return new Told(429, Optional.empty(), Optional.empty(), Optional.empty(), retryAfter);
  }

  private void take(int count, Urgency urgency) throws RetryableException {
    for (int i = 0; i < count; i++) {
      pacer.acquire(urgency);
    }
  }

  @Test
  void halfAMinutesWorthIsFreeAtOnce() throws RetryableException {
    take(300, Urgency.FIRST);
    assertThat(pauses).isEmpty();
  }

  @Test
  void afterTheBurstTheRateHolds() throws RetryableException {
    take(300 + 600, Urgency.FIRST);
    assertThat(Duration.between(START, clock.instant()))
        .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
  }

  @Test
  void looksLeaveThePermitsOfASecondToCreateAndDelete() throws RetryableException {
    take(290, Urgency.LATER);
    assertThat(pauses).isEmpty();
    take(10, Urgency.FIRST);
    assertThat(pauses).isEmpty();
    pacer.acquire(Urgency.LATER);
    assertThat(pauses).containsExactly(Duration.ofMillis(1100));
  }

  @Test
  void aLongWaitIsRefusedWithItsTime() throws RetryableException {
    Pacer slow = new Pacer(30, clock, pauses::add);
    for (int i = 0; i < 16; i++) {
      slow.acquire(Urgency.FIRST);
    }
    assertThatThrownBy(() -> slow.acquire(Urgency.FIRST))
        .isInstanceOfSatisfying(
            RetryableException.class,
            limited -> {
              assertThat(limited.reason()).isEqualTo(Reason.RATE_LIMITED);
              assertThat(limited.retryAfter()).hasValue(Duration.ofSeconds(4));
              assertThat(limited.sentence()).contains("Next try 12:04:04 UTC");
            });
  }

  @Test
  void learnsTheRateFromTheHeaders() {
    pacer.hear(limits(2000, 2000, START.plusSeconds(60)));
    assertThat(pacer.ratePerMinute()).isEqualTo(1900, within(0.1));
  }

  @Test
  void forgetsALimitThatWasLiftedButNotForAnAnswerThatFailed() {
    double configured = pacer.ratePerMinute();
    pacer.hear(limits(60, 60, START));
    pacer.hear(
        new Told(500, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(pacer.ratePerMinute()).isEqualTo(57, within(0.1));
    pacer.hear(
        new Told(200, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(pacer.ratePerMinute()).isEqualTo(configured, within(0.1));
  }

  @Test
  void spreadsWhatIsLeftUntilTheReset() {
    pacer.hear(limits(2000, 100, START.plusSeconds(30)));
    assertThat(pacer.ratePerMinute()).isEqualTo(200, within(0.1));
    clock.advance(Duration.ofSeconds(30));
    assertThat(pacer.ratePerMinute()).isEqualTo(1900, within(0.1));
  }

  @Test
  void a429StopsAllUntilItsTime() throws RetryableException {
    pacer.hear(refusal(Optional.of(Duration.ofSeconds(7))));
    assertThatThrownBy(() -> pacer.acquire(Urgency.FIRST))
        .isInstanceOfSatisfying(
            RetryableException.class,
            limited -> assertThat(limited.retryAfter()).hasValue(Duration.ofSeconds(7)));
    clock.advance(Duration.ofSeconds(7));
    pacer.acquire(Urgency.FIRST);
    assertThat(pauses).isEmpty();
  }

  @Test
  void a429WithoutATimeStopsAMinuteAndOneOfAnHourFiveMinutes() {
    assertThat(Pacer.stopFor(refusal(Optional.empty()))).isEqualTo(Duration.ofMinutes(1));
    assertThat(Pacer.stopFor(refusal(Optional.of(Duration.ofHours(1)))))
        .isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aBurstOf429sHalvesOnceAndCleanMinutesBringTheRateBack() {
    for (int i = 0; i < 8; i++) {
      pacer.hear(refusal(Optional.of(Duration.ofSeconds(10))));
    }
    assertThat(pacer.ratePerMinute()).isEqualTo(300, within(0.1));
    clock.advance(Duration.ofSeconds(70));
    assertThat(pacer.ratePerMinute()).isEqualTo(330, within(0.1));
    clock.advance(Duration.ofMinutes(20));
    assertThat(pacer.ratePerMinute()).isEqualTo(600, within(0.1));
  }

  @Test
  void neverFallsBelowThirtyAMinute() {
    for (int i = 0; i < 10; i++) {
      pacer.hear(refusal(Optional.of(Duration.ofSeconds(1))));
      clock.advance(Duration.ofSeconds(2));
    }
    assertThat(pacer.ratePerMinute()).isEqualTo(30, within(0.1));
  }

  @Test
  void aClockThatIsSetBackStopsUsNoLonger() throws RetryableException {
    pacer.hear(refusal(Optional.of(Duration.ofSeconds(30))));
    clock.advance(Duration.ofDays(-365));
    assertThatThrownBy(() -> take(1, Urgency.FIRST)).isInstanceOf(RetryableException.class);
    clock.advance(Duration.ofSeconds(30));
    take(1, Urgency.FIRST);
    clock.advance(Duration.ofMinutes(10));
    assertThat(pacer.ratePerMinute()).as("recovered in ten minutes").isEqualTo(600);
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.testing.MovableClock;

class RotationLimitTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant EXPIRY = Instant.parse("2027-01-19T00:00:00Z");

  private final MovableClock clock = MovableClock.at("2026-12-25T12:00:00Z");
  private final RotationLimit limit = new RotationLimit(clock);

  private boolean mayBegin(String uid) {
    return limit.ask(uid, EXPIRY).isEmpty();
  }

  private List<String> beginners(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).filter(this::mayBegin).toList();
  }

  @Test
  void beginsFiveAMinute() {
    assertThat(beginners("a", 100)).hasSize(5);
    clock.advance(MINUTE.minusMillis(1));
    assertThat(beginners("b", 100)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(beginners("a", 100)).hasSize(5);
  }

  @Test
  void aPlanThatIsMadeTwiceTakesOneTurn() {
    assertThat(mayBegin("shop")).isTrue();
    assertThat(mayBegin("shop")).isTrue();
    assertThat(beginners("a", 100)).hasSize(4);
  }

  @Test
  void everybodyHasATurnIfAllComeBackWhenTheyWereTold() {
    Map<String, Instant> turns = new HashMap<>();
    IntStream.range(0, 200).forEach(i -> turns.put("uid-" + i, clock.instant()));
    Map<Instant, Integer> perMinute = new HashMap<>();
    int asked = 0;
    for (int minute = 0; minute < 40; minute++) {
      for (String uid : List.copyOf(turns.keySet())) {
        if (turns.get(uid).isAfter(clock.instant())) {
          continue;
        }
        asked++;
        Optional<Instant> later = limit.ask(uid, EXPIRY);
        if (later.isPresent()) {
          turns.put(uid, later.get());
        } else {
          turns.remove(uid);
          perMinute.merge(clock.instant(), 1, Integer::sum);
        }
      }
      clock.advance(MINUTE);
    }
    assertThat(turns).isEmpty();
    assertThat(perMinute).hasSize(40).allSatisfy((at, count) -> assertThat(count).isEqualTo(5));
    assertThat(asked).as("two questions each, not one a minute").isLessThanOrEqualTo(2 * 200 + 40);
  }

  @Test
  void whatExpiresFirstIsReplacedFirst() {
    assertThat(beginners("a", 5)).hasSize(5);
    IntStream.range(0, 20).forEach(i -> limit.ask("late" + i, EXPIRY));
    IntStream.range(0, 5).forEach(i -> limit.ask("soon" + i, EXPIRY.minus(Duration.ofDays(1))));
    clock.advance(MINUTE);
    assertThat(beginners("late", 20)).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(limit.ask("soon" + i, EXPIRY.minus(Duration.ofDays(1)))).isEmpty();
    }
  }

  @Test
  void whoDoesNotComeBackHoldsUpNobody() {
    assertThat(beginners("a", 5)).hasSize(5);
    beginners("gone", 5);
    clock.advance(MINUTE.multipliedBy(2).plusMillis(1));
    assertThat(beginners("z", 5)).hasSize(5);
  }

  @Test
  void aClockThatIsSetBackNeitherFreesTurnsNorHoldsThemForEver() {
    assertThat(beginners("a", 20)).hasSize(5);
    clock.advance(Duration.ofDays(-365));
    assertThat(beginners("b", 20)).isEmpty();
    clock.advance(MINUTE);
    assertThat(beginners("b", 20)).hasSize(5);
  }
}

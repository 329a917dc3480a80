package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.gitlab.RotationPolicy.Cause;
import tech.kyotu.groundwork.gitlab.RotationPolicy.Facts;

class RotationPolicyTest {

  private static final Instant ISSUED = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(24);
  private static final String UID = "0b8e1f9c-5d0a-4a53-9d3c-0a4f2a2f7a11";

  private final RotationPolicy policy = new RotationPolicy(Duration.ofDays(60), GRACE);

  private static Token token(String expiresOn) {
    return new Token(
        813,
        "any",
        ISSUED,
        Optional.of(LocalDate.parse(expiresOn)),
        true,
        false,
        20,
        Set.of("read_registry"));
  }

  private static final Token SIXTY_DAYS = token("2027-01-19");

  private static Facts facts(Optional<Token> current, Instant now) {
    return new Facts(
        UID, true, false, current, Optional.of(ISSUED), Optional.empty(), Optional.empty(), now);
  }

  private static Facts asked(Optional<String> requested, Optional<String> handled) {
    return new Facts(
        UID, true, false, Optional.of(SIXTY_DAYS), Optional.of(ISSUED), requested, handled, ISSUED);
  }

  @Test
  void aYoungTokenStays() {
    assertThat(policy.judge(facts(Optional.of(SIXTY_DAYS), ISSUED.plus(Duration.ofDays(29)))))
        .isEmpty();
  }

  @Test
  void aTokenIsDueBetweenHalfAndThreeQuartersOfItsLife() {
    for (int i = 0; i < 1000; i++) {
      Instant due = policy.dueAt(new UUID(i, 31L * i).toString(), SIXTY_DAYS);
      assertThat(due).isBetween(ISSUED.plus(Duration.ofDays(29)), ISSUED.plus(Duration.ofDays(45)));
    }
  }

  @Test
  void tokensOfOneDayDoNotFallDueTogether() {
    long days =
        IntStream.range(0, 1000)
            .mapToObj(i -> policy.dueAt(new UUID(i, 7919L * i).toString(), SIXTY_DAYS))
            .map(due -> LocalDate.ofInstant(due, ZoneOffset.UTC))
            .distinct()
            .count();
    assertThat(days).isGreaterThanOrEqualTo(14);
  }

  @Test
  void aTokenThatTheServerCutShortIsDueWhileTwoDaysAndTheGraceAreLeft() {
    Instant due = policy.dueAt(UID, token("2026-11-25"));
    assertThat(due).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
  }

  @Test
  void aDueTokenIsReplaced() {
    Instant due = policy.dueAt(UID, SIXTY_DAYS);
    assertThat(policy.judge(facts(Optional.of(SIXTY_DAYS), due))).hasValue(Cause.DUE);
    assertThat(policy.judge(facts(Optional.of(SIXTY_DAYS), due.minusSeconds(1)))).isEmpty();
  }

  @Test
  void anUnlistedTokenIsReplacedOnceReplicasHadTheirTime() {
    assertThat(policy.judge(facts(Optional.empty(), ISSUED.plusSeconds(29)))).isEmpty();
    assertThat(policy.judge(facts(Optional.empty(), ISSUED.plusSeconds(30))))
        .hasValue(Cause.NOT_ACTIVE);
  }

  @Test
  void aNewRequestIsGrantedAndAHandledOneIsNot() {
    assertThat(policy.judge(asked(Optional.of("b"), Optional.of("a")))).hasValue(Cause.ASKED);
    assertThat(policy.judge(asked(Optional.of("a"), Optional.of("a")))).isEmpty();
    assertThat(policy.judge(asked(Optional.empty(), Optional.of("a")))).isEmpty();
  }

  @Test
  void aMissingSecretIsTheFirstReasonAndALostValueTheSecond() {
    Facts missing =
        new Facts(
            UID,
            false,
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of("a"),
            Optional.empty(),
            ISSUED);
    Facts lost =
        new Facts(
            UID,
            true,
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of("a"),
            Optional.empty(),
            ISSUED);
    assertThat(policy.judge(missing)).hasValue(Cause.NO_SECRET);
    assertThat(policy.judge(lost)).hasValue(Cause.VALUE_LOST);
  }

  @Test
  void refusesSettingsThatLeaveNoRoom() {
    assertThatThrownBy(() -> new RotationPolicy(Duration.ofDays(60), Duration.ofMinutes(9)))
        .hasMessageContaining("token-grace");
    assertThatThrownBy(() -> new RotationPolicy(Duration.ofDays(3), GRACE))
        .hasMessageContaining("token-lifetime");
  }
}

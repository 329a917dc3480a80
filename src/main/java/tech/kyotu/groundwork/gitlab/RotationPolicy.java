package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tech.kyotu.groundwork.gitlab.GitLab.Token;

/**
 * Why a pull token must be replaced: named checks, the first that hits is the reason. Pure; all
 * times are the server's.
 */
final class RotationPolicy {

  /** Why. */
  enum Cause {
    NO_SECRET("there was no pull secret"),
    VALUE_LOST("the pull secret was changed by hand, or holds no login"),
    NOT_ACTIVE("the published token was revoked, has expired, or the registry refuses it"),
    ASKED("kyotu.tech/rotate-token asks for it"),
    DUE("it is due");

    private final String clause;

    Cause(String clause) {
      this.clause = clause;
    }

    /** Why, as a plan and an event tell it. */
    String clause() {
      return clause;
    }

    /** Whether pulls go on meanwhile, so that nothing is urgent. */
    boolean canWait() {
      return this == DUE || this == ASKED;
    }
  }

  /**
   * What is known of a Project's token.
   *
   * @param uid of the Project; spreads the due times
   * @param hasSecret whether the pull secret exists
   * @param valueIsLost whether its content is not what we wrote
   * @param current the published token, if GitLab lists it among the living
   * @param publishedAt when it was published
   * @param requested newest request for a rotation
   * @param handled newest request that was handled
   * @param now the server's time
   */
  record Facts(
      String uid,
      boolean hasSecret,
      boolean valueIsLost,
      Optional<Token> current,
      Optional<Instant> publishedAt,
      Optional<String> requested,
      Optional<String> handled,
      Instant now) {}

  private record Check(Cause cause, Predicate<Facts> hits) {}

  /** A list may come from a replica that has not heard of a new token yet. */
  static final Duration REPLICA_LAG = Duration.ofSeconds(30);

  private static final Duration LEAST_GRACE = Duration.ofMinutes(10);
  private static final Duration SPARE = Duration.ofDays(2);
  private static final Duration CRITICAL = Duration.ofDays(7);
  private static final double EARLIEST = 0.5;
  private static final double SPREAD = 0.25;

  private final Duration lifetime;
  private final Duration grace;
  private final List<Check> checks =
      List.of(
          new Check(Cause.NO_SECRET, facts -> !facts.hasSecret()),
          new Check(Cause.VALUE_LOST, Facts::valueIsLost),
          new Check(Cause.NOT_ACTIVE, RotationPolicy::isNotActive),
          new Check(Cause.ASKED, RotationPolicy::isAskedFor),
          new Check(Cause.DUE, this::isDue));

  /**
   * A policy.
   *
   * @param lifetime life of a token; GitLab counts whole days
   * @param grace how long the old token outlives the publication of a new one
   * @throws IllegalArgumentException if they leave no room for a rotation
   */
  RotationPolicy(Duration lifetime, Duration grace) {
    if (grace.compareTo(LEAST_GRACE) < 0) {
      throw new IllegalArgumentException("gitlab.token-grace must be at least 10 minutes");
    }
    if (lifetime.minus(SPARE).minus(grace).compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException(
          "gitlab.token-lifetime must be at least three days longer than gitlab.token-grace");
    }
    this.lifetime = lifetime;
    this.grace = grace;
  }

  /** Why the token must be replaced; empty if it may stay. */
  Optional<Cause> judge(Facts facts) {
    return checks.stream().filter(check -> check.hits.test(facts)).map(Check::cause).findFirst();
  }

  /** When a published token counts as listed even if it is not. */
  static Instant mayBeUnlistedUntil(Instant publishedAt) {
    return publishedAt.plus(REPLICA_LAG);
  }

  private static boolean isNotActive(Facts facts) {
    return facts.current().isEmpty() && !mayBeUnlisted(facts.publishedAt(), facts.now());
  }

  /**
   * Whether a token was published so lately that a list may not show it. Of a clock that was set
   * back since, a publication of the future tells nothing.
   */
  static boolean mayBeUnlisted(Optional<Instant> publishedAt, Instant now) {
    return publishedAt
        .filter(at -> Duration.between(at, now).abs().compareTo(REPLICA_LAG) < 0)
        .isPresent();
  }

  private boolean isDue(Facts facts) {
    return facts
        .current()
        .map(token -> !dueAt(facts.uid(), token).isAfter(facts.now()))
        .orElse(false);
  }

  private static boolean isAskedFor(Facts facts) {
    return facts.requested().isPresent() && !facts.requested().equals(facts.handled());
  }

  /**
   * Whether a due token may not wait for others: an eighth of its life is left, or seven days. The
   * latter is what we promise, the former keeps short-lived tokens from being urgent all the time.
   */
  boolean isCritical(Token token, Instant now) {
    Duration eighth = life(token).dividedBy(8);
    Duration critical = eighth.compareTo(CRITICAL) < 0 ? eighth : CRITICAL;
    return death(token).filter(at -> at.minus(critical).isBefore(now)).isPresent();
  }

  private Duration life(Token token) {
    return death(token)
        .map(at -> Duration.between(token.createdAt(), at))
        .filter(life -> life.compareTo(lifetime) < 0)
        .orElse(lifetime);
  }

  /** The first moment at which a token is dead; empty if there is none. */
  static Optional<Instant> death(Token token) {
    return token.expiresOn().map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  /**
   * When a token is due: between half and three quarters of its life, by the Project's UID, so that
   * tokens of one day do not fall due together; and while two days and the grace are left.
   */
  Instant dueAt(String uid, Token token) {
    double share = EARLIEST + SPREAD * Math.floorMod(uid.hashCode(), 10_000) / 10_000.0;
    Instant due = token.createdAt().plusSeconds((long) (life(token).toSeconds() * share));
    Optional<Instant> latest = death(token).map(at -> at.minus(grace).minus(SPARE));
    return latest.filter(time -> time.isBefore(due)).orElse(due).truncatedTo(ChronoUnit.SECONDS);
  }

  /** When the token before one that was published then is revoked. */
  Instant previousGoesAt(Instant publishedAt) {
    return publishedAt.plus(grace);
  }

  /** The day at whose start a token made now dies. */
  LocalDate expiryOf(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(Math.max(1, lifetime.toDays()));
  }
}

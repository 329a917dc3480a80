package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a test may know of a group access token: everything but its value. Times are those of the
 * simulator's clock; {@code active} holds for the moment of asking.
 */
public record TokenView(
    long id,
    long userId,
    String name,
    List<String> scopes,
    int level,
    Instant createdAt,
    Optional<LocalDate> expiresOn,
    boolean revoked,
    boolean active) {

  static TokenView of(Token token, LocalDate today) {
    return new TokenView(
        token.id(),
        token.userId(),
        token.name(),
        token.scopes(),
        token.terms().level(),
        token.createdAt(),
        token.expiresOn(),
        token.isRevoked(),
        token.isActive(today));
  }
}

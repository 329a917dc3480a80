package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * An access token. {@code groupId} is empty for a personal one. {@code family} is the id of the
 * first token of a chain of rotations; a token that was never rotated is alone in its family.
 */
record Token(
    long id,
    long userId,
    Optional<Long> groupId,
    String name,
    Optional<String> description,
    List<String> scopes,
    int level,
    Instant createdAt,
    Optional<LocalDate> expiresOn,
    Optional<Instant> revokedAt,
    Optional<Instant> lastUsedAt,
    long family,
    String value) {

  /** A token that is not stored yet: alone in its family, never used. */
  static Token draft(
      long userId,
      Optional<Long> groupId,
      String name,
      Optional<String> description,
      List<String> scopes,
      int level,
      Instant createdAt,
      Optional<LocalDate> expiresOn) {
    return new Token(
        0,
        userId,
        groupId,
        name,
        description,
        List.copyOf(scopes),
        level,
        createdAt,
        expiresOn,
        Optional.empty(),
        Optional.empty(),
        0,
        "");
  }

  /** The same token with its id and value; without a family yet it founds its own. */
  Token numbered(long newId, String newValue) {
    return new Token(
        newId,
        userId,
        groupId,
        name,
        description,
        scopes,
        level,
        createdAt,
        expiresOn,
        revokedAt,
        lastUsedAt,
        family == 0 ? newId : family,
        newValue);
  }

  /** What takes this token's place in a rotation: same user, name and rights, same family. */
  Token successor(Instant now, LocalDate newExpiry) {
    return new Token(
        0,
        userId,
        groupId,
        name,
        description,
        scopes,
        level,
        now,
        Optional.of(newExpiry),
        Optional.empty(),
        Optional.empty(),
        family,
        "");
  }

  boolean isRevoked() {
    return revokedAt.isPresent();
  }

  /** A token is dead from the first second of its expiry day, in UTC. */
  boolean isExpired(LocalDate today) {
    return expiresOn.filter(day -> !day.isAfter(today)).isPresent();
  }

  boolean isActive(LocalDate today) {
    return !isRevoked() && !isExpired(today);
  }

  boolean hasAnyScope(String... wanted) {
    return scopes.stream().anyMatch(List.of(wanted)::contains);
  }

  Token revoked(Instant now) {
    return new Token(
        id,
        userId,
        groupId,
        name,
        description,
        scopes,
        level,
        createdAt,
        expiresOn,
        Optional.of(revokedAt.orElse(now)),
        lastUsedAt,
        family,
        value);
  }

  Token usedAt(Instant now) {
    return new Token(
        id,
        userId,
        groupId,
        name,
        description,
        scopes,
        level,
        createdAt,
        expiresOn,
        revokedAt,
        Optional.of(now),
        family,
        value);
  }

  /** Never the value: this may end in a log or an assertion. */
  @Override
  public String toString() {
    return "Token[id=" + id + ", name=" + name + ", revoked=" + isRevoked() + "]";
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * An access token. {@code family} is the id of the first token of a chain of rotations; a token
 * that was never rotated is alone in its family.
 */
record Token(
    long id,
    Terms terms,
    Instant createdAt,
    Optional<LocalDate> expiresOn,
    Optional<Instant> revokedAt,
    Optional<Instant> lastUsedAt,
    long family,
    String value) {

  /** What a rotation hands on. {@code groupId} is empty for a personal token. */
  record Terms(
      long userId,
      Optional<Long> groupId,
      String name,
      Optional<String> description,
      List<String> scopes,
      int level) {

    static Terms personal(User owner, String... scopes) {
      return new Terms(
          owner.id(), Optional.empty(), owner.username(), Optional.empty(), List.of(scopes), 0);
    }
  }

  /** A token that is not stored yet: alone in its family, never used. */
  static Token draft(Terms terms, Instant createdAt, Optional<LocalDate> expiresOn) {
    return new Token(0, terms, createdAt, expiresOn, Optional.empty(), Optional.empty(), 0, "");
  }

  /** The same token with its id and value; without a family yet it founds its own. */
  Token numbered(long newId, String newValue) {
    long ofFamily = family == 0 ? newId : family;
    return new Token(newId, terms, createdAt, expiresOn, revokedAt, lastUsedAt, ofFamily, newValue);
  }

  /** What takes this token's place in a rotation: same user, name and rights, same family. */
  Token successor(Instant now, LocalDate newExpiry) {
    return new Token(
        0, terms, now, Optional.of(newExpiry), Optional.empty(), Optional.empty(), family, "");
  }

  Token revoked(Instant now) {
    Optional<Instant> since = Optional.of(revokedAt.orElse(now));
    return new Token(id, terms, createdAt, expiresOn, since, lastUsedAt, family, value);
  }

  Token usedAt(Instant now) {
    return new Token(id, terms, createdAt, expiresOn, revokedAt, Optional.of(now), family, value);
  }

  long userId() {
    return terms.userId();
  }

  Optional<Long> groupId() {
    return terms.groupId();
  }

  String name() {
    return terms.name();
  }

  List<String> scopes() {
    return terms.scopes();
  }

  boolean isOf(long group) {
    return groupId().filter(id -> id == group).isPresent();
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
    return scopes().stream().anyMatch(List.of(wanted)::contains);
  }

  /** Never the value: this may end in a log or an assertion. */
  @Override
  public String toString() {
    return "Token[id=" + id + ", name=" + name() + ", revoked=" + isRevoked() + "]";
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A login for a group's packages and images that belongs to no user. */
record DeployToken(
    long id,
    String name,
    String username,
    List<String> scopes,
    Optional<Instant> expiresAt,
    String value) {

  boolean isExpired(Instant now) {
    return expiresAt.filter(end -> !end.isAfter(now)).isPresent();
  }

  /** Never the value: this may end in a log or an assertion. */
  @Override
  public String toString() {
    return "DeployToken[id=" + id + ", name=" + name + "]";
  }
}

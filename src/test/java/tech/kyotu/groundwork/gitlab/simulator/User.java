package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Optional;
import java.util.Set;

/** An account; {@code botOf} is the group whose token made it, empty for a human. */
record User(long id, String username, String name, Set<Right> rights, Optional<Long> botOf) {

  boolean isAdministrator() {
    return rights.contains(Right.ADMINISTRATOR);
  }

  boolean isBot() {
    return botOf.isPresent();
  }
}

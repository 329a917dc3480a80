package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Map;
import java.util.Optional;

/** A request that found its route. {@code path} holds the decoded segments by their names. */
record Call(Incoming in, Map<String, String> path, Parameters parameters, Identity caller) {

  /** A named segment of the path. */
  String segment(String name) {
    return path.getOrDefault(name, "");
  }

  /** A named segment of the path as a number; empty if it is none. */
  Optional<Long> id(String name) {
    return Optional.of(segment(name)).filter(id -> id.matches("\\d{1,18}")).map(Long::valueOf);
  }

  User user() {
    return caller.required();
  }
}

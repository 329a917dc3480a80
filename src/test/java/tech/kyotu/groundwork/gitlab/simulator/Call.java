package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Map;

/** A request that found its route. {@code path} holds the decoded segments by their names. */
record Call(Incoming in, Map<String, String> path, Parameters parameters, Identity caller) {

  /** A named segment of the path. */
  String segment(String name) {
    return path.getOrDefault(name, "");
  }

  User user() {
    return caller.required();
  }
}

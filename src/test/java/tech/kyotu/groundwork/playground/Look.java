package tech.kyotu.groundwork.playground;

import java.util.Optional;

/** One look at a system: what is wrong with it, in words; empty if the claim holds. */
@FunctionalInterface
interface Look {
  /** The fault that is seen now; an exception is a fault too. */
  Optional<String> fault() throws Exception;

  /** A look that is satisfied by a condition. */
  static Optional<String> unless(boolean holds, String seen) {
    return holds ? Optional.empty() : Optional.of(seen);
  }
}

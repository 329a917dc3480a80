package tech.kyotu.groundwork.gitlab.simulator;

/** In which of its two forms the simulator speaks: every conformance case runs in both. */
enum Dialect {
  /** All switches are off. */
  USUAL,
  /** All switches are on, but for those that a case is about. */
  OTHER
}

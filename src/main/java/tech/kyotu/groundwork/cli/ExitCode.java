package tech.kyotu.groundwork.cli;

/** What the shell is told. Part of the contract: scripts depend on the numbers. */
enum ExitCode {
  /** Fine; {@code plan}: no changes; {@code check}: all met; {@code wait}: reached. */
  FINE(0),
  /** {@code plan}: there are changes; {@code check}: something unmet; {@code get}: not Ready. */
  DIFFERENT(1),
  /** Wrong use. */
  WRONG_USE(2),
  /** What was asked for is not there. */
  NOT_FOUND(3),
  /** A right is missing. */
  NOT_ALLOWED(4),
  /** Not reachable, or not read in full. */
  UNREACHABLE(5),
  /** The time to wait is over. */
  TIMED_OUT(6),
  /** The awaited Project became Stalled. */
  STALLED(7),
  /** A bug of ours. */
  BUG(10);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}

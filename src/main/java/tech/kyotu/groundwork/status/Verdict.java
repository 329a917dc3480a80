package tech.kyotu.groundwork.status;

import tech.kyotu.groundwork.step.Reason;

/**
 * What the summary condition says, and which of kstatus' two abnormal conditions stands beside it.
 *
 * @param ready the value of Ready
 * @param reason its reason
 * @param message its message
 * @param beside what tools that wait should do
 */
record Verdict(Truth ready, Reason reason, String message, Beside beside) {

  /** The condition beside Ready. Reconciling and Stalled never stand together. */
  enum Beside {
    /** Neither: it stands as it is. */
    NOTHING,
    /** Work or retries go on by themselves. */
    RECONCILING,
    /** Only a person can move this on. */
    STALLED
  }
}

package tech.kyotu.groundwork.status;

/**
 * What the readers of a status make of it: the contract's table of states, one row each.
 *
 * <p>kstatus is how Flux reads a Project by itself, the expressions are what a Kustomization may
 * name for Projects in Plan mode, and health is the word in Argo CD.
 */
enum Judgement {
  UNSEEN(KStatus.IN_PROGRESS, KStatus.IN_PROGRESS, "Progressing"),
  WORKING(KStatus.IN_PROGRESS, KStatus.IN_PROGRESS, "Progressing"),
  STALLED(KStatus.FAILED, KStatus.FAILED, "Degraded"),
  READY(KStatus.CURRENT, KStatus.CURRENT, "Healthy"),
  PLANNED(KStatus.IN_PROGRESS, KStatus.CURRENT, "Suspended"),
  SUSPENDED(KStatus.CURRENT, KStatus.CURRENT, "Suspended"),
  SUSPENDED_WITH_EDITS(KStatus.IN_PROGRESS, KStatus.IN_PROGRESS, "Suspended"),
  REMOVING(KStatus.TERMINATING, KStatus.IN_PROGRESS, "Progressing"),
  REMOVAL_STALLED(KStatus.TERMINATING, KStatus.FAILED, "Degraded");

  /** What a person reads of a Project that says nothing yet. */
  static final String WAITING_FOR_THE_OPERATOR =
      "Waiting for the Groundwork operator. If this lasts, run: kubectl project check.";

  private final KStatus kstatus;
  private final KStatus byExpressions;
  private final String health;

  Judgement(KStatus kstatus, KStatus byExpressions, String health) {
    this.kstatus = kstatus;
    this.byExpressions = byExpressions;
    this.health = health;
  }

  KStatus kstatus() {
    return kstatus;
  }

  KStatus byExpressions() {
    return byExpressions;
  }

  String health() {
    return health;
  }
}

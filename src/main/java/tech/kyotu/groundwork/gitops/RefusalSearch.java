package tech.kyotu.groundwork.gitops;

import java.util.List;

/**
 * The search for the file of many that the server does not like: the batch is halved until that one
 * stands alone; the others get through. It ends after a bounded number of pushes; those that lost a
 * race tell nothing and do not count.
 */
final class RefusalSearch {

  /** So many pushes are spent to find it. */
  static final int PUSHES_PER_INCIDENT = 16;

  private List<Edit> suspects = List.of();
  private int pushes;

  boolean isOn() {
    return !suspects.isEmpty();
  }

  /** What is to be pushed next. */
  List<Edit> nextBatch(EditQueue queue) {
    suspects = queue.stillWaiting(suspects);
    return suspects.isEmpty()
        ? queue.first(Batch.FULL)
        : suspects.subList(0, (suspects.size() + 1) / 2);
  }

  void landed() {
    pushes = isOn() ? pushes + 1 : 0;
  }

  /** These edits were refused together. */
  void refused(List<Edit> edits) {
    pushes++;
    suspects = edits.size() > 1 ? edits : List.of();
  }

  /** Whether the search has cost enough; if so, it is over. */
  boolean givesUp() {
    if (pushes < PUSHES_PER_INCIDENT) {
      return false;
    }
    pushes = 0;
    suspects = List.of();
    return true;
  }
}

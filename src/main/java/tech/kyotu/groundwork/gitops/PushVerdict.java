package tech.kyotu.groundwork.gitops;

/**
 * What the server said to a push.
 *
 * @param kind its answer
 * @param text its words, sanitised; may be empty
 */
public record PushVerdict(Kind kind, String text) {

  /** The answers that there are. */
  public enum Kind {
    /** The commit is on the branch. */
    ACCEPTED,
    /**
     * It is not. Somebody was first if the tip has moved meanwhile, otherwise the server refuses
     * it.
     */
    DECLINED,
    /**
     * The server could not lock or move the branch. Somebody was first if the tip has moved,
     * otherwise a stale lock is in the way.
     */
    LOCKED,
    /**
     * No judgement came: the connection was lost after the pack was sent, or the branch had moved
     * before it was. The commit may be on the branch, or not.
     */
    UNKNOWN
  }

  /** The commit is on the branch, and there is nothing more to say. */
  public static final PushVerdict ACCEPTED = new PushVerdict(Kind.ACCEPTED, "");
}

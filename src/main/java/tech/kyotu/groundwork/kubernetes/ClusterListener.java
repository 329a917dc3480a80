package tech.kyotu.groundwork.kubernetes;

import tech.kyotu.groundwork.api.OwnerMark;

/**
 * Told when something of a Project moved in the cluster that we did not move ourselves. Called from
 * the informers' threads, so it only takes note and returns.
 */
@FunctionalInterface
public interface ClusterListener {

  /** What moved. */
  enum Thing {
    NAMESPACE,
    PULL_SECRET,
    SERVICE_ACCOUNT
  }

  /**
   * Somebody else changed, removed or brought it; or the name that a Project waits for became free.
   *
   * @param whose the Project that should look again; it may be gone
   * @param what which of its things
   */
  void moved(OwnerMark whose, Thing what);
}

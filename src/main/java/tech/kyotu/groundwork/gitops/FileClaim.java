package tech.kyotu.groundwork.gitops;

import java.util.Optional;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Whose a file is, and by which right a Project may write it. Read from the file's own mark, when
 * the step plans; the lane holds the file against the claim again before it writes.
 *
 * @param state what the step found
 * @param owner the Project that claims
 * @param found the foreign mark that may be replaced; empty if there was none
 * @param mayAdopt whether a file without a mark may be written
 * @param holding the holding's id, as people write it into the adopt annotation
 * @param path where
 */
record FileClaim(
    State state,
    OwnerMark owner,
    Optional<OwnerMark> found,
    boolean mayAdopt,
    String holding,
    String path) {

  /** What stands at the path. */
  enum State {
    ABSENT,
    OURS,
    /** It bears no mark, or the mark of a Project that is gone and that a person named. */
    ADOPTED,
    /** It bears the mark of this very Project from before a restore. */
    REATTACHED
  }

  /**
   * Claims a path.
   *
   * @param holding the holding's id, as people write it into the adopt annotation
   * @param path the file
   * @throws StepException {@code AdoptionForbidden} or {@code OwnershipConflict} if it may not be
   *     written; retryable if it cannot be told
   */
  static FileClaim of(Project project, String holding, String path, TreeView tree, Cluster cluster)
      throws StepException {
    OwnerMark owner = OwnerMark.of(project);
    boolean mayAdopt = project.mayAdopt(holding);
    Optional<byte[]> content = tree.file(path);
    if (content.isEmpty()) {
      return new FileClaim(State.ABSENT, owner, Optional.empty(), mayAdopt, holding, path);
    }
    Optional<OwnerMark> found = FileMark.of(content.get());
    if (found.isEmpty()) {
      FileClaim claim = new FileClaim(State.ADOPTED, owner, found, mayAdopt, holding, path);
      if (!mayAdopt) {
        throw claim.forbidden();
      }
      return claim;
    }
    if (found.get().uid().equals(owner.uid())) {
      return new FileClaim(State.OURS, owner, Optional.empty(), mayAdopt, holding, path);
    }
    boolean isRestored = found.get().owner().equals(owner.owner());
    if (!(isRestored || project.isAdoptionRequested(holding)) || cluster.isLiving(found.get())) {
      throw conflict(path, found.get());
    }
    State state = isRestored ? State.REATTACHED : State.ADOPTED;
    return new FileClaim(state, owner, found, mayAdopt, holding, path);
  }

  /** Whether a file is this Project's to remove; of a file without a mark nobody knows. */
  static boolean isOwn(Project project, byte[] content, Cluster cluster) throws StepException {
    Optional<OwnerMark> mark = FileMark.of(content);
    if (mark.isEmpty()) {
      return false;
    }
    return mark.get().uid().equals(project.uid())
        || (mark.get().owner().equals(project.ref()) && !cluster.isLiving(mark.get()));
  }

  /**
   * Holds a file, as it is now, against this claim.
   *
   * @throws RejectedException if somebody else's file stands there meanwhile
   */
  void check(Optional<byte[]> content) throws RejectedException {
    if (content.isEmpty()) {
      return;
    }
    Optional<OwnerMark> mark = FileMark.of(content.get());
    if (mark.isEmpty() && !mayAdopt) {
      throw forbidden();
    }
    if (mark.isPresent() && !mark.get().uid().equals(owner.uid()) && !mark.equals(found)) {
      throw conflict(path, mark.get());
    }
  }

  private RejectedException forbidden() {
    return new RejectedException(
        Reason.ADOPTION_FORBIDDEN,
        "%s exists without an owner's mark and spec.adoption is Never. Set IfUnowned, or annotate"
                .formatted(path)
            + " kyotu.tech/adopt: %s.".formatted(holding));
  }

  private static RejectedException conflict(String path, OwnerMark other) {
    return new RejectedException(
        Reason.OWNERSHIP_CONFLICT,
        "%s belongs to Project %s. Delete one of the two.".formatted(path, other.owner()));
  }
}

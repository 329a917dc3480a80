package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Edits that were run one after another, each on the result of the one before.
 *
 * @param effective those that change something
 * @param inPlace those that need nothing
 * @param refused those that cannot be, and why; the others go on without them
 * @param changes what all of them change together
 */
record Batch(
    List<Edit> effective,
    List<Edit> inPlace,
    Map<Edit, StepException> refused,
    List<FileChange> changes) {

  /** Most edits of one commit. */
  static final int FULL = 500;

  private static final long FULL_BYTES = 8L << 20;
  private static final Logger LOG = Logger.getLogger(Batch.class);

  /**
   * Runs edits until the commit is full.
   *
   * @throws StepException if the files cannot be read
   */
  static Batch run(List<Edit> edits, TreeView base, PathFence fence) throws StepException {
    Workspace workspace = new Workspace(base);
    List<Edit> effective = new ArrayList<>();
    List<Edit> inPlace = new ArrayList<>();
    Map<Edit, StepException> refused = new LinkedHashMap<>();
    for (Edit edit : edits) {
      if (workspace.newBytes() >= FULL_BYTES) {
        break;
      }
      try {
        List<FileChange> changes = edit.changes(workspace);
        for (FileChange change : changes) {
          fence.check(change, edit.project(), workspace);
        }
        workspace.apply(changes);
        (changes.isEmpty() ? inPlace : effective).add(edit);
      } catch (RejectedException rejected) {
        refused.put(edit, rejected);
      } catch (RuntimeException bug) {
        LOG.errorf(bug, "an edit of project %s failed unexpectedly", edit.owner().owner());
        refused.put(
            edit,
            new RetryableException(
                Reason.INTERNAL_ERROR, "The operator failed unexpectedly while editing."));
      }
    }
    return new Batch(effective, inPlace, refused, workspace.changes());
  }
}

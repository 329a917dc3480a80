package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Edits that were run one after another, each on the result of the one before. Those that are in
 * none of the lists wait for the next commit.
 *
 * @param effective those that change something
 * @param inPlace those that need nothing
 * @param refused those that cannot be, and why; the others go on without them
 * @param hindrance why some could not be run now; empty if all could
 * @param changes what all of them change together
 */
record Batch(
    List<Edit> effective,
    List<Edit> inPlace,
    Map<Edit, StepException> refused,
    Optional<StepException> hindrance,
    List<FileChange> changes) {

  /** Most edits of one commit. */
  static final int FULL = 500;

  /** Most bytes of new content of one commit. */
  static final long FULL_BYTES = 8L << 20;

  private static final Logger LOG = Logger.getLogger(Batch.class);

  /** Runs edits until the commit is full. */
  static Batch run(List<Edit> edits, TreeView base, LaneSettings settings) {
    Workspace workspace = new Workspace(base);
    List<Edit> effective = new ArrayList<>();
    List<Edit> inPlace = new ArrayList<>();
    Map<Edit, StepException> refused = new LinkedHashMap<>();
    Optional<StepException> hindrance = Optional.empty();
    Map<Edit.Function, Optional<RejectedException>> ran = new HashMap<>();
    for (Edit edit : edits) {
      Optional<RejectedException> before = ran.get(edit.function());
      if (before != null) {
        // It did for all Projects what it did for the first of them.
        before.ifPresentOrElse(why -> refused.put(edit, why), () -> effective.add(edit));
        continue;
      }
      try {
        List<FileChange> changes = edit.changes(workspace);
        for (FileChange change : changes) {
          settings.fence().check(change, edit.project(), workspace, settings.sharedFiles());
        }
        if (workspace.newBytes() + newBytes(changes) > FULL_BYTES) {
          break;
        }
        workspace.apply(changes);
        if (changes.isEmpty()) {
          inPlace.add(edit);
          continue;
        }
        effective.add(edit);
        ran.put(edit.function(), Optional.empty());
      } catch (RejectedException rejected) {
        refused.put(edit, rejected);
        ran.put(edit.function(), Optional.of(rejected));
      } catch (StepException later) {
        hindrance = Optional.of(later);
      } catch (RuntimeException bug) {
        LOG.errorf(
            CleanTrace.of(bug), "an edit of project %s failed unexpectedly", edit.owner().owner());
        refused.put(
            edit,
            new RetryableException(
                Reason.INTERNAL_ERROR, "The operator failed unexpectedly while editing."));
      }
    }
    return new Batch(effective, inPlace, refused, hindrance, workspace.changes());
  }

  private static long newBytes(List<FileChange> changes) {
    return changes.stream()
        .mapToLong(change -> change instanceof FileChange.Put put ? put.content().length : 0)
        .sum();
  }
}

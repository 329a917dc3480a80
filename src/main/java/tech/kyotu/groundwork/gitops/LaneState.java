package tech.kyotu.groundwork.gitops;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.StepException;

/** What the steps and the thread of one lane tell each other; may be used from any thread. */
final class LaneState {

  final EditQueue queue = new EditQueue();

  /** Our newest commit by the UID of the Project. */
  final Map<String, Commit> commits = new ConcurrentHashMap<>();

  /** Who waits for a look at the branch. */
  final Set<ProjectRef> lookers = ConcurrentHashMap.newKeySet();

  /** What people asked of each Project when it looked last, by its UID. */
  final Map<String, Map<String, String>> requests = new ConcurrentHashMap<>();

  /** The newest known tip; null until the first fetch. */
  volatile @Nullable RepositoryView view;

  /** Why the lane as a whole does not get through; null while it does. */
  volatile @Nullable StepException trouble;

  /** How often the lane's thread came round. */
  final Turns turns = new Turns();

  /** Run after each look at the branch, in the lane's thread. */
  volatile Runnable looked = () -> {};

  volatile boolean lookWanted;

  /** Somebody wants a try although the lane as a whole was refused. */
  volatile boolean tryWanted;
}

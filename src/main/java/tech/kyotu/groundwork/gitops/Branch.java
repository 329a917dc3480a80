package tech.kyotu.groundwork.gitops;

import java.util.Optional;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * One branch of one repository as a step sees it: what is there, and how something gets there. A
 * {@link GitPublisher} writes it; a {@link BranchPreview} only shows it.
 */
public interface Branch {

  /** How its lane works, and what people call it. */
  LaneSettings settings();

  /** The newest known tip; empty until the first fetch. */
  Optional<RepositoryView> view();

  /**
   * The newest known tip if its files are here, and the server confirmed it lately enough to call
   * something in place.
   */
  Optional<RepositoryView> freshView();

  /**
   * The files of {@link #freshView}.
   *
   * @throws StepException if they are not known, why not
   */
  default TreeView newestFiles() throws StepException {
    Optional<RepositoryView> tip = freshView();
    if (tip.isEmpty()) {
      throw trouble()
          .orElseGet(
              () ->
                  new RetryableException(
                      Reason.REMOTE_UNAVAILABLE,
                      "The %s could not be looked at in time.".formatted(settings().title())));
    }
    return tip.get().files();
  }

  /**
   * The files of an older commit, empty if it is not here.
   *
   * @throws StepException if the local clone cannot be read
   */
  Optional<TreeView> filesAt(String commit) throws StepException;

  /**
   * See {@link GitRepository#lastTouched}, on the newest known tip.
   *
   * @throws StepException if the local clone cannot be read
   */
  Optional<GitRepository.Touch> lastTouched(String path) throws StepException;

  /** Why the lane as a whole does not get through; empty while it does. */
  Optional<StepException> trouble();

  /** Our newest commit for a Project since the start. */
  Optional<Commit> newestCommit(String uid);

  /** Where an edit with this key and this wish stands, if there is one. */
  Standing standing(String key, String wish);

  /** Takes an edit; it replaces an earlier one of the same Project. Returns at once. */
  void submit(Edit edit);

  /** Asks for a look at the branch; the Project is woken when the answer is there. */
  void look(ProjectRef project);

  /**
   * Follows what people ask of a Project: for each new request the lane looks at the branch, and
   * tries once more what was refused.
   *
   * @param look as the Project's step asks now
   */
  void heed(Look look);

  /** Forgets a Project that is gone. */
  void forget(String uid);
}

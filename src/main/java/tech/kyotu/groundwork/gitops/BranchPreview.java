package tech.kyotu.groundwork.gitops;

import java.time.Duration;
import java.util.Optional;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.step.StepException;

/**
 * A branch for who only wants to know what would become of it: nothing is under way, nothing is
 * taken, and a look is waited for.
 *
 * @param publisher whose branch it is
 */
public record BranchPreview(GitPublisher publisher) implements SeenBranch {

  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

  @Override
  public LaneSettings settings() {
    return publisher.settings();
  }

  @Override
  public Optional<RepositoryView> view() {
    return publisher.view();
  }

  @Override
  public Optional<RepositoryView> freshView() {
    return publisher.awaitFreshView(LONGEST_LOOK);
  }

  @Override
  public Optional<TreeView> filesAt(String commit) throws StepException {
    return publisher.filesAt(commit);
  }

  @Override
  public Optional<GitRepository.Touch> lastTouched(String path) throws StepException {
    return publisher.lastTouched(path);
  }

  @Override
  public Optional<StepException> trouble() {
    return publisher.trouble();
  }

  @Override
  public Optional<Commit> newestCommit(String uid) {
    return publisher.newestCommit(uid);
  }

  @Override
  public void submit(Edit edit) {
    throw new IllegalStateException("a preview submits nothing");
  }
}

package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.StepException;

/**
 * A branch as it lies checked out somewhere: files without history, and always the newest. What is
 * submitted is put on top in memory, by the same rules as in a push; the files themselves stay.
 */
public final class CheckedOutBranch implements SeenBranch {

  private final LaneSettings settings;
  private final Workspace files;
  private final Clock clock;
  private Optional<StepException> trouble = Optional.empty();

  /**
   * A branch.
   *
   * @param settings which repository, and which of its files are shared
   * @param files what is checked out
   * @param clock the time
   */
  public CheckedOutBranch(LaneSettings settings, TreeView files, Clock clock) {
    this.settings = settings;
    this.files = new Workspace(files);
    this.clock = clock;
  }

  /**
   * Whose mark the file of this name bears; empty if there is none, or it cannot be read: then the
   * step says so.
   */
  public Optional<OwnerMark> ownerOf(ProjectName name) {
    String path =
        switch (settings.fence()) {
          case FLUX -> FluxRbacStep.path(name);
          case DEPLOYMENT -> new ArgoFiles(name).path();
        };
    try {
      return files.file(path).flatMap(FileMark::of);
    } catch (StepException unreadable) {
      return Optional.empty();
    }
  }

  /** What was submitted so far, by path. */
  public SortedMap<String, byte[]> written() {
    SortedMap<String, byte[]> written = new TreeMap<>();
    for (FileChange change : files.changes()) {
      if (change instanceof FileChange.Put put) {
        written.put(put.path(), put.content());
      }
    }
    return written;
  }

  @Override
  public LaneSettings settings() {
    return settings;
  }

  @Override
  public Optional<RepositoryView> view() {
    return Optional.of(new RepositoryView("", files, clock.instant()));
  }

  @Override
  public Optional<RepositoryView> freshView() {
    return view();
  }

  @Override
  public Optional<TreeView> filesAt(String commit) {
    return Optional.empty();
  }

  @Override
  public Optional<GitRepository.Touch> lastTouched(String path) {
    return Optional.empty();
  }

  /** Why an edit could not be made; empty if all could. */
  @Override
  public Optional<StepException> trouble() {
    return trouble;
  }

  @Override
  public Optional<Commit> newestCommit(String uid) {
    return Optional.empty();
  }

  @Override
  public void submit(Edit edit) {
    Batch batch = Batch.run(List.of(edit), files, settings);
    trouble = trouble.or(() -> batch.refused().values().stream().findFirst());
    trouble = trouble.or(batch::hindrance);
    try {
      files.apply(batch.changes());
    } catch (StepException unreadable) {
      trouble = Optional.of(unreadable);
    }
  }
}

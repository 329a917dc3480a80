package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Files with our mark on a branch whose Project is gone. Entries in files that all Projects share
 * bear no mark and are not found.
 */
public final class RepositoryOrphans implements OrphanSource {

  private final Branch branch;

  /** Searches this branch. */
  public RepositoryOrphans(Branch branch) {
    this.branch = branch;
  }

  @Override
  public String system() {
    return branch.settings().title();
  }

  @Override
  public Found search(Collection<Project> living) throws StepException {
    Set<String> uids = living.stream().map(Project::uid).collect(Collectors.toSet());
    TreeView tree = branch.newestFiles();
    List<Orphan> orphans = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (String path : tree.filesBelow(branch.settings().fence().markedFolder())) {
      try {
        Optional<OwnerMark> mark = tree.file(path).flatMap(FileMark::of);
        mark.filter(owner -> !uids.contains(owner.uid()))
            .ifPresent(owner -> orphans.add(Orphan.of("File", path, owner)));
      } catch (RejectedException noFileOfOurs) {
        unread.add(noFileOfOurs.sentence());
      }
    }
    return new Found(orphans, unread);
  }
}

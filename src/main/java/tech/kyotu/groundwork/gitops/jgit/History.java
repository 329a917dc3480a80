package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import tech.kyotu.groundwork.gitops.GitRepository;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/** What the local clone tells of its commits; see the methods of the port for what is promised. */
record History(LocalClone local) {

  private static final int MOST_COMMITS_WALKED = 1000;

  boolean has(String commit) throws StepException {
    return ObjectId.isId(commit)
        && local.read(
            repository -> repository.getObjectDatabase().has(ObjectId.fromString(commit)));
  }

  ObjectId tree(String commit) throws StepException {
    return local.read(repository -> tree(repository, commit));
  }

  private static ObjectId tree(FileRepository repository, String commit) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      return walk.parseCommit(ObjectId.fromString(commit)).getTree().copy();
    }
  }

  boolean isAncestor(String commit, String of) throws StepException {
    if (!has(commit)) {
      return false;
    }
    return local.read(
        repository -> {
          try (RevWalk walk = new RevWalk(repository)) {
            return walk.isMergedInto(
                walk.parseCommit(ObjectId.fromString(commit)),
                walk.parseCommit(ObjectId.fromString(of)));
          }
        });
  }

  Optional<Set<String>> changedPaths(String older, String newer, Set<String> below, int most)
      throws StepException {
    if (!has(older)) {
      return Optional.empty();
    }
    return local.read(
        repository -> {
          Set<String> paths = new LinkedHashSet<>();
          try (TreeWalk walk = new TreeWalk(repository)) {
            walk.addTree(tree(repository, older));
            walk.addTree(tree(repository, newer));
            walk.setRecursive(true);
            walk.setFilter(
                AndTreeFilter.create(
                    PathFilterGroup.createFromStrings(below), TreeFilter.ANY_DIFF));
            while (walk.next()) {
              paths.add(walk.getPathString());
              if (paths.size() > most) {
                return Optional.empty();
              }
            }
          }
          return Optional.of(paths);
        });
  }

  Optional<GitRepository.Touch> lastTouched(String commit, String path) throws StepException {
    return local.read(
        repository -> {
          try (RevWalk walk = new RevWalk(repository);
              ObjectReader reader = repository.newObjectReader()) {
            RevCommit at = walk.parseCommit(ObjectId.fromString(commit));
            for (int walked = 0; walked < MOST_COMMITS_WALKED; walked++) {
              RevCommit parent =
                  at.getParentCount() == 0 ? null : walk.parseCommit(at.getParent(0));
              ObjectId before = parent == null ? ObjectId.zeroId() : idOf(reader, parent, path);
              if (!idOf(reader, at, path).equals(before)) {
                return Optional.of(touch(at));
              }
              if (parent == null) {
                return Optional.empty();
              }
              at = parent;
            }
            return Optional.empty();
          }
        });
  }

  private static ObjectId idOf(ObjectReader reader, RevCommit commit, String path)
      throws IOException {
    try (TreeWalk walk = TreeWalk.forPath(reader, path, commit.getTree())) {
      return walk == null ? ObjectId.zeroId() : walk.getObjectId(0);
    }
  }

  private static GitRepository.Touch touch(RevCommit commit) {
    return new GitRepository.Touch(
        commit.name(),
        Sanitizer.foreign(commit.getAuthorIdent().getName()),
        Instant.ofEpochSecond(commit.getCommitTime()),
        commit.getFullMessage().contains("\n" + GitRepository.OWN_TRAILER));
  }
}

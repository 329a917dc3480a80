package tech.kyotu.groundwork.gitops.jgit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.treewalk.TreeWalk;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** Keeps an id, no content and no open file. */
record CommitTree(PathFence fence, LocalClone local, ObjectId root) implements TreeView {

  @Override
  public Kind kind(String path) throws StepException {
    return local.read(
        repository -> {
          try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
            return walk == null ? Kind.ABSENT : kindOf(walk.getFileMode());
          }
        });
  }

  private static Kind kindOf(FileMode mode) {
    if (mode == FileMode.TREE) {
      return Kind.FOLDER;
    }
    boolean isFile = mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
    return isFile ? Kind.FILE : Kind.OTHER;
  }

  @Override
  public Optional<byte[]> file(String path) throws StepException {
    return local.read(
        repository -> {
          try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
            if (walk == null) {
              return Optional.empty();
            }
            if (kindOf(walk.getFileMode()) != Kind.FILE) {
              throw unreadable(path, "is no regular file");
            }
            ObjectLoader loader = walk.getObjectReader().open(walk.getObjectId(0));
            if (loader.getSize() > LARGEST_FILE) {
              throw unreadable(path, "is larger than 1 MiB");
            }
            // With a limit of its own: the library calls large what is as large as ours.
            return Optional.of(loader.getCachedBytes(LARGEST_FILE));
          }
        });
  }

  private RejectedException unreadable(String path, String why) {
    return new RejectedException(
        Reason.UNREADABLE_FILE,
        "%s in the %s %s. Remove it; nothing is written there before."
            .formatted(path, fence.title(), why));
  }

  @Override
  public Optional<String> id(String path) throws StepException {
    return local.read(
        repository -> {
          try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
            return walk == null || kindOf(walk.getFileMode()) != Kind.FILE
                ? Optional.empty()
                : Optional.of(walk.getObjectId(0).name());
          }
        });
  }

  @Override
  public List<String> filesBelow(String below) throws StepException {
    return local.read(
        repository -> {
          List<String> paths = new ArrayList<>();
          try (TreeWalk found = TreeWalk.forPath(repository, below, root)) {
            if (found == null || found.getFileMode() != FileMode.TREE) {
              return List.of();
            }
            try (TreeWalk walk = new TreeWalk(repository)) {
              walk.addTree(found.getObjectId(0));
              walk.setRecursive(true);
              while (walk.next()) {
                if (kindOf(walk.getFileMode()) == Kind.FILE) {
                  paths.add(below + "/" + walk.getPathString());
                }
              }
            }
          }
          return paths;
        });
  }
}

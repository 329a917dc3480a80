package tech.kyotu.groundwork.gitops.jgit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.step.StepException;

/** Writes commits of one author into the local clone, where no branch knows of them yet. */
record CommitWriter(LocalClone local, PersonIdent identity, Clock clock) {

  /** See the port; one pack per commit: loose files would slow down everything that follows. */
  String write(String parent, List<FileChange> changes, String message) throws StepException {
    return write(Optional.of(parent), changes, message);
  }

  /** A commit without a parent. */
  String first(List<FileChange> files, String message) throws StepException {
    return write(Optional.empty(), files, message);
  }

  private String write(Optional<String> parent, List<FileChange> changes, String message)
      throws StepException {
    Map<String, Optional<byte[]>> wanted = new TreeMap<>();
    for (FileChange change : changes) {
      wanted.put(
          change.path(),
          change instanceof FileChange.Put put ? Optional.of(put.content()) : Optional.empty());
    }
    return local.read(
        repository -> {
          try (RevWalk walk = new RevWalk(repository);
              PackInserter inserter = repository.getObjectDatabase().newPackInserter()) {
            RevCommit base =
                parent.isPresent() ? walk.parseCommit(ObjectId.fromString(parent.get())) : null;
            ObjectId before = base == null ? null : base.getTree();
            TreeRewrite trees = new TreeRewrite(walk.getObjectReader(), inserter);
            Optional<ObjectId> rewritten = trees.rewritten(before, wanted);
            ObjectId tree =
                rewritten.isPresent() ? rewritten.get() : inserter.insert(new TreeFormatter());
            if (base != null && tree.equals(before)) {
              return base.name();
            }
            ObjectId commit = inserter.insert(commitOf(tree, base, message));
            inserter.flush();
            return commit.name();
          }
        });
  }

  /** Never earlier than its parent: some programs walk history by time. */
  private CommitBuilder commitOf(ObjectId tree, @Nullable RevCommit parent, String message) {
    Instant now = clock.instant();
    Instant before = parent == null ? now : Instant.ofEpochSecond(parent.getCommitTime());
    PersonIdent who =
        new PersonIdent(identity, now.isBefore(before) ? before : now, ZoneOffset.UTC);
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    if (parent != null) {
      commit.setParentId(parent);
    }
    commit.setAuthor(who);
    commit.setCommitter(who);
    commit.setMessage(message);
    return commit;
  }
}

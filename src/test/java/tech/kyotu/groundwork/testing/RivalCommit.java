package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEditor.DeletePath;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * A commit that is made in the repository itself, without a push: the first one, and those of other
 * people.
 */
record RivalCommit(String message, Map<String, String> changes, List<String> deletions) {

  /** Puts the commit on top of {@code main}, whatever that is by then. */
  ObjectId applyTo(Repository git) {
    try (ObjectInserter objects = git.newObjectInserter()) {
      while (true) {
        Ref tip = git.exactRef(HostedRepository.MAIN);
        ObjectId parent = tip == null ? ObjectId.zeroId() : tip.getObjectId();
        ObjectId commit = insert(git, objects, parent);
        RefUpdate update = git.updateRef(HostedRepository.MAIN);
        update.setExpectedOldObjectId(parent);
        update.setNewObjectId(commit);
        switch (update.update()) {
          case NEW, FAST_FORWARD -> {
            return commit;
          }
          // A push came between: on its result again.
          case LOCK_FAILURE, REJECTED -> {}
          default -> throw new IllegalStateException("commit failed: " + update.getResult());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void force(Repository git, ObjectId commit) {
    try {
      RefUpdate update = git.updateRef(HostedRepository.MAIN);
      update.setNewObjectId(commit);
      RefUpdate.Result result = update.forceUpdate();
      if (result != RefUpdate.Result.FORCED && result != RefUpdate.Result.FAST_FORWARD) {
        throw new IllegalStateException("rewind failed: " + result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectId insert(Repository git, ObjectInserter objects, ObjectId parent)
      throws IOException {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree(git, objects, parent));
    if (!parent.equals(ObjectId.zeroId())) {
      commit.setParentId(parent);
    }
    PersonIdent person =
        new PersonIdent("A Person", "person@example.org", Instant.now(), ZoneOffset.UTC);
    commit.setAuthor(person);
    commit.setCommitter(person);
    commit.setMessage(message);
    ObjectId id = objects.insert(commit);
    objects.flush();
    return id;
  }

  private ObjectId tree(Repository git, ObjectInserter objects, ObjectId parent)
      throws IOException {
    DirCache index = DirCache.newInCore();
    if (!parent.equals(ObjectId.zeroId())) {
      try (RevWalk walk = new RevWalk(git)) {
        index = DirCache.read(git.newObjectReader(), walk.parseCommit(parent).getTree());
      }
    }
    DirCacheEditor editor = index.editor();
    for (Map.Entry<String, String> change : changes.entrySet()) {
      ObjectId blob = objects.insert(Constants.OBJ_BLOB, change.getValue().getBytes(UTF_8));
      editor.add(new Content(change.getKey(), blob));
    }
    deletions.forEach(path -> editor.add(new DeletePath(path)));
    editor.finish();
    return index.writeTree(objects);
  }

  private static final class Content extends PathEdit {
    private final ObjectId blob;

    Content(String path, ObjectId blob) {
      super(path);
      this.blob = blob;
    }

    @Override
    public void apply(DirCacheEntry entry) {
      entry.setFileMode(FileMode.REGULAR_FILE);
      entry.setObjectId(blob);
    }
  }
}

package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import tech.kyotu.groundwork.step.StepException;

/** A tree with changes on top, so that each edit of a batch sees the result of the one before. */
final class Workspace implements TreeView {

  private final TreeView base;
  private final TreeMap<String, Optional<byte[]>> touched = new TreeMap<>();
  private long newBytes;

  Workspace(TreeView base) {
    this.base = base;
  }

  /** Puts changes that passed the fence on top. */
  void apply(List<FileChange> changes) throws StepException {
    for (FileChange change : changes) {
      if (change instanceof FileChange.Put put) {
        newBytes += put.content().length;
        touched.put(put.path(), Optional.of(put.content()));
      } else if (change instanceof FileChange.Remove remove) {
        touched.put(remove.path(), Optional.empty());
      } else {
        filesBelow(change.path()).forEach(path -> touched.put(path, Optional.empty()));
      }
    }
  }

  /** All that differs from the base, each path once. */
  List<FileChange> changes() {
    List<FileChange> changes = new ArrayList<>();
    touched.forEach(
        (path, content) ->
            changes.add(
                content
                    .map(bytes -> FileChange.put(path, bytes))
                    .orElseGet(() -> FileChange.remove(path))));
    return changes;
  }

  /** Bytes of new content so far. */
  long newBytes() {
    return newBytes;
  }

  @Override
  public Kind kind(String path) throws StepException {
    Optional<byte[]> content = touched.get(path);
    if (content != null) {
      return content.isPresent() ? Kind.FILE : Kind.ABSENT;
    }
    Kind below = base.kind(path);
    return below == Kind.ABSENT && !filesBelow(path).isEmpty() ? Kind.FOLDER : below;
  }

  @Override
  public Optional<byte[]> file(String path) throws StepException {
    Optional<byte[]> content = touched.get(path);
    return content != null ? content : base.file(path);
  }

  @Override
  public Optional<String> id(String path) throws StepException {
    Optional<byte[]> content = touched.get(path);
    return content != null ? content.map(BlobId::of) : base.id(path);
  }

  @Override
  public List<String> filesBelow(String folder) throws StepException {
    TreeSet<String> paths = new TreeSet<>(base.filesBelow(folder));
    touched
        .subMap(folder + "/", folder + "0")
        .forEach(
            (path, content) -> {
              if (content.isPresent()) {
                paths.add(path);
              } else {
                paths.remove(path);
              }
            });
    return List.copyOf(paths);
  }
}

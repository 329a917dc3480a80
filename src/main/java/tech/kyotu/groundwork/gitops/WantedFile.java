package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * What a file should say.
 *
 * @param id the id of the content, which is all that a comparison needs
 * @param source gives the content; it may be rendered anew for this
 */
record WantedFile(String id, Source source) {

  /** Gives the content, always the same. */
  @FunctionalInterface
  interface Source {
    byte[] content() throws RejectedException;
  }

  /** Whether the file says so already. */
  boolean isAt(String path, TreeView tree) throws StepException {
    return tree.id(path).equals(Optional.of(id));
  }

  /** The content, for a write. */
  byte[] content() throws RejectedException {
    return source.content();
  }

  /** What has to be done so that the file says so. */
  List<FileChange> changes(String path, TreeView tree) throws StepException {
    return isAt(path, tree) ? List.of() : List.of(FileChange.put(path, content()));
  }
}

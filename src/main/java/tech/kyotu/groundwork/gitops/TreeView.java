package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.StepException;

/**
 * The files of one commit, read without a network call. May be used from any thread. Paths are
 * relative, with {@code /}.
 */
public interface TreeView {

  /** The largest file that is read, in bytes. */
  int LARGEST_FILE = 1 << 20;

  /** What stands at a path. */
  enum Kind {
    ABSENT,
    FILE,
    FOLDER,
    /** A symbolic link or a submodule: neither is ever followed. */
    OTHER
  }

  /**
   * What stands at a path; absent also if something on the way is no folder.
   *
   * @throws StepException {@code RetryableException(RemoteUnavailable)} if the local clone cannot
   *     be read
   */
  Kind kind(String path) throws StepException;

  /**
   * The content of a regular file.
   *
   * @return empty if nothing stands there
   * @throws StepException {@code RejectedException(UnreadableFile)} if it is no regular file or too
   *     large; retryable if the local clone cannot be read
   */
  Optional<byte[]> file(String path) throws StepException;

  /**
   * The id that Git gives to the content of a regular file; costs less than the content.
   *
   * @return 40 hexadecimal digits; empty if no regular file stands there
   * @throws StepException if the local clone cannot be read
   */
  Optional<String> id(String path) throws StepException;

  /**
   * The paths of all regular files below a folder, sorted.
   *
   * @param folder without a slash at its end
   * @return empty if there is no such folder
   * @throws StepException if the local clone cannot be read
   */
  List<String> filesBelow(String folder) throws StepException;
}

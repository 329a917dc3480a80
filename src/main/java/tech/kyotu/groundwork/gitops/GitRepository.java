package tech.kyotu.groundwork.gitops;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.step.StepException;

/**
 * One branch of one repository, and a local copy of it. Commits are named by their full id.
 *
 * <p>All methods but {@link #isSound}, {@link #view}, {@link #has} and {@link #lastTouched} belong
 * to one thread, the lane's. Methods that use the network are bounded in time. They throw {@code
 * RetryableException(RemoteUnavailable, RateLimited)} if there is no sensible answer, and {@code
 * RejectedException}: {@code AccessDenied} for a refused credential, {@code PrerequisiteMissing} if
 * repository or branch are absent or the address redirects.
 */
public interface GitRepository extends AutoCloseable {

  /** Begins the last line of our commits' messages, and of nobody else's. */
  String OWN_TRAILER = "Groundwork-Version: ";

  /**
   * Who touched a file last.
   *
   * @param commit the commit's id
   * @param author the author's name, sanitised
   * @param at the time of the commit
   * @param isOurs whether Groundwork made it
   */
  record Touch(String commit, String author, Instant at, boolean isOurs) {}

  /**
   * The branch's commit as the server tells it; costs the same whatever the repository's size, but
   * where the branch is missing: then all is looked at, since the repository may be empty.
   */
  String tip() throws StepException;

  /**
   * Brings the branch's newest commit here, and says which it is. A local copy that is damaged is
   * made anew.
   */
  String fetch() throws StepException;

  /** False once the local copy has turned out to be damaged; a fetch mends it. */
  boolean isSound();

  /** Whether a commit is here. No network. */
  boolean has(String commit) throws StepException;

  /** The files of a commit that is here. No network. */
  TreeView view(String commit) throws StepException;

  /**
   * Writes a commit here, which no branch knows of yet. No network.
   *
   * @param parent its only parent
   * @param changes applied in order; they passed the fence
   * @param message the whole message, ASCII
   * @return the new commit; the parent itself if nothing differs, there are no empty commits
   */
  String commit(String parent, List<FileChange> changes, String message) throws StepException;

  /**
   * Puts a commit on the branch if its tip still is the expected one; never by force.
   *
   * @param expected the commit's parent
   * @param commit the commit
   * @return the server's verdict; trouble before anything was sent is an exception
   */
  PushVerdict push(String expected, String commit) throws StepException;

  /** Whether a commit is part of the history of another. No network. */
  boolean isAncestor(String commit, String of) throws StepException;

  /**
   * The paths that differ between two commits. No network.
   *
   * @param below only paths below these folders
   * @param most the longest answer
   * @return empty if more paths differ than that, or the older commit is not here any more
   */
  Optional<Set<String>> changedPaths(String older, String newer, Set<String> below, int most)
      throws StepException;

  /**
   * Who touched a path last; looks at a bounded number of commits. No network.
   *
   * @return empty if none of them did
   */
  Optional<Touch> lastTouched(String commit, String path) throws StepException;

  /**
   * Changes when the credential file changes; says nothing about its content. Empty if there is no
   * file.
   */
  String credentialVersion();

  /** Frees connections and files. */
  @Override
  void close();
}

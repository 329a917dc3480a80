package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * One repository of a {@link GitServer}, seen from behind the server: what is in it, and what it
 * was asked.
 */
public final class HostedRepository {
  static final String MAIN = Constants.R_HEADS + "main";

  private final Repository git;
  private final String url;
  private final GitFaults faults = new GitFaults();
  private final TrafficCounter counter = new TrafficCounter();

  HostedRepository(Repository git, String url) {
    this.git = git;
    this.url = url;
  }

  /** One commit of a history. */
  public record Commit(String id, List<String> parents, String author, String message) {}

  /** Where it is served, without credentials. */
  public String url() {
    return url;
  }

  /** The bare repository on disk. */
  public Path folder() {
    return git.getDirectory().toPath();
  }

  /** The commit at the tip of {@code main}. */
  public String tip() {
    return tipId().name();
  }

  /** All files at the tip by their path, as UTF-8. */
  public Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    try (RevWalk walk = new RevWalk(git);
        TreeWalk tree = new TreeWalk(git)) {
      tree.addTree(walk.parseCommit(tipId()).getTree());
      tree.setRecursive(true);
      while (tree.next()) {
        byte[] bytes = git.open(tree.getObjectId(0)).getCachedBytes(Integer.MAX_VALUE);
        files.put(tree.getPathString(), new String(bytes, UTF_8));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One file at the tip, byte for byte; empty if absent. */
  public Optional<byte[]> bytes(String path) {
    try (RevWalk walk = new RevWalk(git);
        TreeWalk file = TreeWalk.forPath(git, path, walk.parseCommit(tipId()).getTree())) {
      return file == null
          ? Optional.empty()
          : Optional.of(git.open(file.getObjectId(0)).getCachedBytes(Integer.MAX_VALUE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commits of {@code main}, newest first. */
  public List<Commit> history() {
    List<Commit> history = new ArrayList<>();
    try (RevWalk walk = new RevWalk(git)) {
      walk.markStart(walk.parseCommit(tipId()));
      for (RevCommit each : walk) {
        history.add(
            new Commit(
                each.name(),
                List.of(each.getParents()).stream().map(ObjectId::getName).toList(),
                each.getAuthorIdent().getEmailAddress(),
                each.getFullMessage()));
      }
      return history;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paths in which two commits differ; a judge may ask this about a push, before it counts. */
  public List<String> changedPaths(String oldId, String newId) {
    List<String> paths = new ArrayList<>();
    try (RevWalk walk = new RevWalk(git);
        TreeWalk both = new TreeWalk(git)) {
      both.addTree(walk.parseCommit(ObjectId.fromString(oldId)).getTree());
      both.addTree(walk.parseCommit(ObjectId.fromString(newId)).getTree());
      both.setRecursive(true);
      both.setFilter(TreeFilter.ANY_DIFF);
      while (both.next()) {
        paths.add(both.getPathString());
      }
      return paths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Commits to {@code main} as another person would, past all faults and counters.
   *
   * @param changes new content by path
   * @param deletions paths to delete
   * @return the new tip
   */
  public String commit(String message, Map<String, String> changes, String... deletions) {
    return new RivalCommit(message, changes, List.of(deletions)).applyTo(git).name();
  }

  /**
   * Moves {@code main} to any commit, as a forced push of another person or a restored backup does.
   */
  public void rewind(String commitId) {
    RivalCommit.force(git, ObjectId.fromString(commitId));
  }

  /** What goes wrong here, and who judges. */
  public GitFaults faults() {
    return faults;
  }

  /** What was asked over HTTP since the server started. */
  public Traffic traffic() {
    return counter.traffic();
  }

  /** Every push over HTTP since the server started, in order, also the refused ones. */
  public List<Push> pushes() {
    return counter.pushes();
  }

  TrafficCounter counter() {
    return counter;
  }

  /** The repository for one request, which closes it when it is done. */
  Repository open() {
    git.incrementOpen();
    return git;
  }

  void close() {
    faults.releaseAll();
    git.close();
  }

  private ObjectId tipId() throws UncheckedIOException {
    try {
      return git.exactRef(MAIN).getObjectId();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

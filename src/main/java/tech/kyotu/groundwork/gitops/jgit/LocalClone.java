package tech.kyotu.groundwork.gitops.jgit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.TrackingRefUpdate;
import org.eclipse.jgit.util.FileUtils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * The bare clone of one repository. A damaged one is not mended but made anew in a fresh folder;
 * reads may go on in any thread and never meet the swap.
 */
final class LocalClone {

  private static final int MOST_PACKS = 50;
  private static final int MIB = 1 << 20;
  private static final Logger LOG = Logger.getLogger(LocalClone.class);

  private final String title;
  private final Path folder;
  private final String prefix;
  private final String trackingRef;
  private final CloneSize size;

  /** Reads hold the one, the swap of a damaged clone the other. */
  private final ReadWriteLock swap = new ReentrantReadWriteLock();

  private @Nullable FileRepository clone;
  private volatile boolean isDamaged;

  /** False until the branch has been brought here: what comes then may take longer. */
  private volatile boolean isFilled;

  /** Steps read nothing from a clone that replaces another before it holds what that one did. */
  private volatile boolean isRefilling;

  /** Local work. */
  @FunctionalInterface
  interface Read<T> {
    T from(FileRepository repository) throws IOException, StepException;
  }

  /**
   * A clone; nothing is made before it is opened.
   *
   * @param folder may hold the clones of several repositories
   * @param trackingRef the ref here that follows the branch there
   * @param maxSize bytes above which a fresh clone is made
   */
  LocalClone(PathFence fence, Path folder, String trackingRef, long maxSize) {
    this.title = fence.title();
    this.folder = folder;
    this.prefix = fence.word() + "-";
    this.trackingRef = trackingRef;
    this.size = new CloneSize(title, maxSize);
  }

  boolean isFilled() {
    return isFilled;
  }

  /** All that the server has is here. */
  void filled() {
    if (!isFilled && clone != null) {
      size.filled(clone);
    }
    isFilled = true;
    isRefilling = false;
  }

  boolean isSound() {
    return !isDamaged && !isRefilling;
  }

  /** Whether so much has come since it was filled that a fresh one may be smaller. */
  boolean isTooLarge() {
    return isFilled && clone != null && size.isTooLarge(clone);
  }

  /** The clone, made if there is none. */
  FileRepository opened() throws RetryableException {
    FileRepository known = clone;
    if (known != null) {
      return known;
    }
    try {
      Files.createDirectories(folder);
      deleteLeftovers();
      FileRepository fresh = new FileRepository(Files.createTempDirectory(folder, prefix).toFile());
      fresh.create(true);
      configure(fresh.getConfig());
      clone = fresh;
      return fresh;
    } catch (IOException e) {
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE,
          "The folder for the clone of the %s cannot be written (%s). Look at its disk."
              .formatted(title, e.getClass().getSimpleName()));
    }
  }

  private static void configure(StoredConfig config) throws IOException {
    config.setBoolean("http", null, "followRedirects", false);
    config.setBoolean("transfer", null, "fsckObjects", true);
    config.setInt("protocol", null, "version", 2);
    config.setInt("gc", null, "auto", 0);
    config.setInt("gc", null, "autoPackLimit", 0);
    // A fetch asks for a collection all the same; at least nothing then runs beside us.
    config.setBoolean("gc", null, "autoDetach", false);
    config.setString("gc", null, "pruneExpire", "now");
    config.setString("gc", null, "prunePackExpire", "now");
    config.setBoolean("core", null, "logAllRefUpdates", false);
    // Together with thin pushes: otherwise each push sends whole trees again.
    config.setBoolean("pack", null, "reuseObjects", false);
    config.setInt("pack", null, "threads", 1);
    config.setInt("pack", null, "windowMemory", 16 * MIB);
    config.save();
  }

  /** Local work; whatever cannot be read locally means that the clone is damaged. */
  <T> T read(Read<T> read) throws StepException {
    swap.readLock().lock();
    try {
      FileRepository repository = clone;
      if (repository == null || !isSound()) {
        throw new RetryableException(
            Reason.REMOTE_UNAVAILABLE, "The local clone of the %s is being made.".formatted(title));
      }
      return read.from(repository);
    } catch (IOException e) {
      throw damaged(e);
    } finally {
      swap.readLock().unlock();
    }
  }

  /** Remembers that the branch is at a commit of ours, which may begin a history of its own. */
  void pushed(ObjectId commit) throws IOException, StepException {
    RefUpdate move = opened().updateRef(trackingRef);
    move.setNewObjectId(commit);
    move.setForceUpdate(true);
    switch (move.update()) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> {}
      default -> isDamaged = true;
    }
  }

  /**
   * Makes sure that a fetch has moved the branch here: what it brought would else be lost with the
   * next repacking.
   */
  void followed(FetchResult result) throws RetryableException {
    TrackingRefUpdate move = result.getTrackingRefUpdate(trackingRef);
    switch (move == null ? RefUpdate.Result.NO_CHANGE : move.getResult()) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> {}
      default -> throw damaged(new IOException("the branch cannot be moved: " + move.getResult()));
    }
  }

  /**
   * Many small packs cost memory and time in each push. What no branch knows of goes too, so this
   * is for moments when no commit waits for its push.
   */
  void repackIfDue() throws StepException {
    FileRepository known = clone;
    if (known == null || isDamaged || known.getObjectDatabase().getPacks().size() < MOST_PACKS) {
      return;
    }
    read(
        repository -> {
          GC collector = new GC(repository);
          collector.setExpireAgeMillis(0);
          collector.setPackExpireAgeMillis(0);
          return collector.repack();
        });
  }

  /** Whether a failure in a conversation has its cause here. */
  boolean isCauseOf(Throwable failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      boolean isOfFiles =
          (link instanceof FileNotFoundException || link instanceof FileSystemException)
              && String.valueOf(link.getMessage()).contains(prefix);
      if (isOfFiles
          || isOfDisk(link)
          || link instanceof MissingObjectException
          || link instanceof IncorrectObjectTypeException) {
        return true;
      }
    }
    // Asked last: who closes the clone says so before it cannot be read any more.
    return !isReadable() && !isDamaged;
  }

  /** Whether at least the branch and the root of its files can be read. */
  private boolean isReadable() {
    FileRepository known = clone;
    if (known == null) {
      return true;
    }
    try (RevWalk walk = new RevWalk(known)) {
      Ref branch = known.exactRef(trackingRef);
      var unused = branch == null ? null : walk.parseTree(branch.getObjectId());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debugf(CleanTrace.of(e), "the local clone of the %s cannot be read", title);
      return false;
    }
  }

  RetryableException damaged(Exception cause) {
    LOG.warnf(
        CleanTrace.of(cause), "the local clone of the %s is damaged and will be made anew", title);
    isDamaged = true;
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (isOfDisk(link)) {
        return new RetryableException(
            Reason.REMOTE_UNAVAILABLE,
            "The disk below the clone of the %s takes nothing more. Make room there."
                .formatted(title));
      }
    }
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE,
        "The local clone of the %s is damaged and is being made anew.".formatted(title));
  }

  /** The system's words, which Java hands on (Linux). */
  private static boolean isOfDisk(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left on device")
        || message.contains("Disk quota exceeded")
        || message.contains("Read-only file system");
  }

  /** The clone is dropped, and a fresh and empty one made. */
  void replace() throws RetryableException {
    swap.writeLock().lock();
    try {
      FileRepository old = clone;
      clone = null;
      if (old != null) {
        old.close();
      }
      isRefilling = true;
      isFilled = false;
      opened();
      isDamaged = false;
    } finally {
      swap.writeLock().unlock();
    }
  }

  /** Of this repository only: the other one may be at work in the same folder. */
  private void deleteLeftovers() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child :
          children.filter(path -> path.getFileName().toString().startsWith(prefix)).toList()) {
        // What vanishes meanwhile is as good as deleted: JGit may hold a lock file for a moment.
        FileUtils.delete(
            child.toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING | FileUtils.RETRY);
      }
    }
  }

  /** Nothing can be read afterwards, and nothing is left on disk. */
  void close() {
    swap.writeLock().lock();
    try {
      isDamaged = true;
      if (clone != null) {
        clone.close();
      }
      if (Files.isDirectory(folder)) {
        deleteLeftovers();
      }
    } catch (IOException e) {
      LOG.debugf(CleanTrace.of(e), "the clone of the %s is left for the next start", title);
    } finally {
      swap.writeLock().unlock();
    }
  }
}

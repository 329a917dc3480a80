package tech.kyotu.groundwork.gitops.jgit;

import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.jboss.logging.Logger;

/**
 * When a clone is so large that a fresh one is made. A repository that simply is large must not be
 * cloned again and again, so what has come since the last time counts.
 */
final class CloneSize {

  private static final int MIB = 1 << 20;
  private static final Logger LOG = Logger.getLogger(CloneSize.class);

  private final String title;
  private final long most;
  private long whenFilled;

  /** With a limit in bytes. */
  CloneSize(String title, long most) {
    this.title = title;
    this.most = most;
  }

  /** The clone holds what the server has, and nothing else. */
  void filled(FileRepository clone) {
    whenFilled = bytes(clone);
    if (whenFilled > most) {
      LOG.warnf(
          "a fresh clone of the %s takes %d MiB, more than groundwork.git.clone-max-size",
          title, whenFilled / MIB);
    }
  }

  boolean isTooLarge(FileRepository clone) {
    long bytes = bytes(clone);
    boolean isTooLarge = bytes > most && bytes - whenFilled > most / 4;
    if (isTooLarge) {
      LOG.infof("the local clone of the %s takes %d MiB and is made anew", title, bytes / MIB);
    }
    return isTooLarge;
  }

  /** Of its packs; nothing else in it grows. */
  private static long bytes(FileRepository clone) {
    return clone.getObjectDatabase().getPacks().stream()
        .mapToLong(pack -> pack.getPackFile().length())
        .sum();
  }
}

package tech.kyotu.groundwork.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Notices that a mounted credential was replaced, so that what was refused is tried at once. It
 * looks at the file's time, which also moves when a mounted Secret is swapped by a link; the
 * content is the adapters' affair.
 */
public final class CredentialWatch implements Runnable {

  private static final Logger LOG = Logger.getLogger(CredentialWatch.class);

  private final Path file;
  private final Runnable changed;
  private Optional<FileTime> seen;

  /**
   * A watch, to be run now and then.
   *
   * @param file the credential
   * @param changed what to do when it is another one
   */
  public CredentialWatch(Path file, Runnable changed) {
    this.file = file;
    this.changed = changed;
    this.seen = time();
  }

  @Override
  public void run() {
    Optional<FileTime> now = time();
    if (now.isPresent() && !now.equals(seen)) {
      LOG.infof("credential file %s changed", file.getFileName());
      seen = now;
      changed.run();
    }
  }

  private Optional<FileTime> time() {
    try {
      return Optional.of(Files.getLastModifiedTime(file));
    } catch (IOException absentForNow) {
      // While a mount is swapped the file may be missing for a moment; the next look finds it.
      return Optional.empty();
    }
  }
}

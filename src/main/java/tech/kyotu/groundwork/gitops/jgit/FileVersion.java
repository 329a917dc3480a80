package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells apart what a mounted file holds from time to time, without telling the content. */
final class FileVersion {

  private FileVersion() {}

  /** Mounted files are replaced behind a link, so the real file counts. */
  static String of(Path file) throws IOException {
    Path real = file.toRealPath();
    return real + " " + Files.getLastModifiedTime(real) + " " + Files.size(real);
  }
}

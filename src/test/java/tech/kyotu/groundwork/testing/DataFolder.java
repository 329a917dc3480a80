package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a server keeps its data: a given folder, which stays, or a temporary one, which goes when
 * closed.
 */
record DataFolder(Path path, boolean temporary) implements AutoCloseable {
  static DataFolder of(Optional<Path> given) {
    try {
      return given.isPresent()
          ? new DataFolder(Files.createDirectories(given.get()).toAbsolutePath(), false)
          : new DataFolder(Files.createTempDirectory("groundwork-"), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the folder, for the server to make. */
  Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Writes a file that only its owner may read, unless it is there: what a restart needs must not
   * change.
   */
  Path keep(String name, String content) {
    Path file = file(name);
    return Files.exists(file) ? file : writePrivately(file, content);
  }

  /** Writes a file that only its owner may read. */
  static Path writePrivately(Path file, String content) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, content, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try {
      List<Path> deepestFirst;
      try (Stream<Path> all = Files.walk(path)) {
        deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

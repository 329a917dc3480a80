package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import tech.kyotu.groundwork.view.RenderView;
import tech.kyotu.groundwork.view.RenderView.OfFile;

/** A folder of the caller's that takes rendered files. Nothing that is there is overwritten. */
final class FileFolder {

  private final Path root;

  private FileFolder(Path root) {
    this.root = root;
  }

  /**
   * A folder that is new or empty.
   *
   * @throws Failure if it is neither
   */
  static FileFolder empty(Path root) {
    try {
      if (Files.exists(root)) {
        requireEmpty(root);
      }
      return new FileFolder(root);
    } catch (IOException unreadable) {
      throw Failure.wrongUse(
          "--output-dir %s is no folder that can be read. Name another.".formatted(root));
    }
  }

  private static void requireEmpty(Path root) throws IOException {
    try (Stream<Path> content = Files.list(root)) {
      if (content.findAny().isPresent()) {
        throw Failure.wrongUse(
            "--output-dir %s is not empty, and nothing is overwritten. Empty it, or name another."
                .formatted(root));
      }
    }
  }

  /**
   * Writes the files, each below the word of its repository.
   *
   * @return what was done, in a sentence
   * @throws Failure if they cannot be written
   */
  String write(RenderView rendered) {
    try {
      for (OfFile file : rendered.files()) {
        Path target = root.resolve(file.repository()).resolve(file.path());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.content(), UTF_8);
      }
    } catch (IOException unwritable) {
      throw Failure.wrongUse(
          "Nothing can be written below %s. Name a folder that you may write to.".formatted(root));
    }
    return "Wrote %d files below %s.".formatted(rendered.files().size(), root);
  }
}

package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.gitops.shared.SharedEntry;
import tech.kyotu.groundwork.gitops.shared.SharedText;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * One file that all Projects share. What was parsed lately is remembered by the content's id: all
 * Projects ask for the same few contents, and to parse one costs some ten milliseconds.
 *
 * @param <E> what the file holds of a Project
 * @param <T> the file, parsed
 */
final class SharedFile<E extends SharedEntry, T extends SharedText<E>> {

  /** The newest tip, the lane's own next commit, and what Flux has applied. */
  private static final int MOST_CONTENTS = 4;

  /** Parses a content. */
  @FunctionalInterface
  interface Reading<T> {
    T of(String path, byte[] content) throws RejectedException;
  }

  private record Known<T>(byte[] content, String text, Optional<T> parsed) {}

  private final String path;
  private final Reading<T> reading;
  private final Map<String, Known<T>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known<T>> eldest) {
          return size() > MOST_CONTENTS;
        }
      };

  SharedFile(String path, Reading<T> reading) {
    this.path = path;
    this.reading = reading;
  }

  String path() {
    return path;
  }

  private synchronized Optional<Known<T>> content(TreeView tree) throws StepException {
    String id = tree.id(path).orElse("");
    Known<T> before = known.get(id);
    if (before != null) {
      return Optional.of(before);
    }
    Optional<byte[]> content = tree.file(path);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    String text = new String(content.get(), StandardCharsets.UTF_8);
    Known<T> read = new Known<>(content.get(), text, Optional.empty());
    known.put(id, read);
    return Optional.of(read);
  }

  /**
   * The file, parsed; empty if it is absent.
   *
   * @throws StepException {@code UnreadableFile}; retryable if the local clone cannot be read
   */
  synchronized Optional<T> read(TreeView tree) throws StepException {
    Optional<Known<T>> found = content(tree);
    if (found.isEmpty() || found.get().parsed().isPresent()) {
      return found.flatMap(Known::parsed);
    }
    Known<T> read = found.get();
    Optional<T> parsed = Optional.of(reading.of(path, read.content()));
    known.put(tree.id(path).orElse(""), new Known<>(read.content(), read.text(), parsed));
    return parsed;
  }

  /**
   * What the file needs so that these entries are as they should be.
   *
   * @throws StepException {@code PrerequisiteMissing} if the file is absent: it is never made here;
   *     {@code UnreadableFile}
   */
  List<FileChange> changes(List<E> entries, TreeView tree) throws StepException {
    if (entries.isEmpty()) {
      return List.of();
    }
    Optional<T> file = read(tree);
    if (file.isEmpty() && entries.stream().anyMatch(SharedEntry::isWanted)) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "%s is absent from the Flux repository. Add it as in flux-repo-template."
              .formatted(path));
    }
    return file.isEmpty()
        ? List.of()
        : file.get().with(entries).map(bytes -> FileChange.put(path, bytes)).stream().toList();
  }

  /**
   * The same for entries that should be gone. A file that mentions none of them is not even parsed:
   * where it is not used any more, nobody has to keep it fit for us.
   */
  List<FileChange> removals(List<E> entries, TreeView tree) throws StepException {
    Optional<Known<T>> found = content(tree);
    return found.isEmpty()
        ? List.of()
        : changes(
            entries.stream().filter(entry -> found.get().text().contains(entry.name())).toList(),
            tree);
  }
}

package tech.kyotu.groundwork.step;

import java.util.List;

/** What a change would make of files, worked out only for who asks. */
@FunctionalInterface
public interface Preview {

  /** Of a change that touches no files. */
  Preview NONE = List::of;

  /**
   * The files that would differ.
   *
   * @throws StepException if they cannot be read, or would be refused
   */
  List<FileDiff> files() throws StepException;

  /**
   * What would differ in one file.
   *
   * @param repository {@code flux} or {@code deployment}
   * @param path in the repository
   * @param lines how many lines would be added or removed
   * @param diff a unified difference, what looks like a secret hidden
   */
  record FileDiff(String repository, String path, int lines, String diff) {}
}

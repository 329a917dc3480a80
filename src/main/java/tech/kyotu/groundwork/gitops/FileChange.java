package tech.kyotu.groundwork.gitops;

/**
 * One change to a tree. Nothing else can be expressed: no mode bits, no links, no renames.
 *
 * <p>The path is relative, with {@code /}, and no path is trusted before it has passed the fence.
 */
public sealed interface FileChange {

  /** What is changed. */
  String path();

  /**
   * The file has this content.
   *
   * @param content not changed by anybody afterwards
   */
  record Put(String path, byte[] content) implements FileChange {
    /** The path and the size; the content may be long. */
    @Override
    public String toString() {
      return "put " + path + " (" + content.length + " bytes)";
    }
  }

  /** The file is gone. */
  record Remove(String path) implements FileChange {}

  /** Everything below the folder is gone. */
  record RemoveFolder(String path) implements FileChange {}

  /** The file has this content. */
  static FileChange put(String path, byte[] content) {
    return new Put(path, content);
  }

  /** The file is gone. */
  static FileChange remove(String path) {
    return new Remove(path);
  }

  /** Everything below the folder is gone. */
  static FileChange removeFolder(String path) {
    return new RemoveFolder(path);
  }
}

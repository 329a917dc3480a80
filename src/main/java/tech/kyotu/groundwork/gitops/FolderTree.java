package tech.kyotu.groundwork.gitops;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * The files of a folder as Git would see them there: no link is followed, a folder without a file
 * is none, and what is another repository is a submodule.
 *
 * @param fence which repository it is, for messages
 * @param root the folder
 */
public record FolderTree(PathFence fence, Path root) implements TreeView {

  private static final String GIT = ".git";

  @Override
  public Kind kind(String path) throws StepException {
    Path at = root;
    for (Path segment : Path.of(path)) {
      if (!at.equals(root) && kindOf(at) != Kind.FOLDER) {
        return Kind.ABSENT;
      }
      at = at.resolve(segment);
    }
    Kind kind = kindOf(at);
    return kind == Kind.FOLDER && filesBelow(at).isEmpty() ? Kind.ABSENT : kind;
  }

  private static Kind kindOf(Path at) {
    if (Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
      return Kind.FILE;
    }
    if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
      return Files.exists(at.resolve(GIT)) ? Kind.OTHER : Kind.FOLDER;
    }
    return Files.exists(at, LinkOption.NOFOLLOW_LINKS) ? Kind.OTHER : Kind.ABSENT;
  }

  @Override
  public Optional<byte[]> file(String path) throws StepException {
    Kind kind = kind(path);
    if (kind == Kind.ABSENT) {
      return Optional.empty();
    }
    if (kind != Kind.FILE) {
      throw unreadable(path, "is no regular file");
    }
    byte[] content = content(path);
    if (content.length > LARGEST_FILE) {
      throw unreadable(path, "is larger than 1 MiB");
    }
    return Optional.of(content);
  }

  private RejectedException unreadable(String path, String why) {
    return new RejectedException(
        Reason.UNREADABLE_FILE,
        "%s in the %s %s. Remove it; nothing is written there before."
            .formatted(path, fence.title(), why));
  }

  private byte[] content(String path) throws StepException {
    try {
      return Files.readAllBytes(root.resolve(path));
    } catch (IOException e) {
      throw unread();
    }
  }

  private RetryableException unread() {
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE,
        "The checked-out %s cannot be read. Check it out anew.".formatted(fence.title()));
  }

  @Override
  public Optional<String> id(String path) throws StepException {
    return kind(path) == Kind.FILE ? Optional.of(BlobId.of(content(path))) : Optional.empty();
  }

  @Override
  public List<String> filesBelow(String folder) throws StepException {
    return kind(folder) == Kind.FOLDER ? filesBelow(root.resolve(folder)) : List.of();
  }

  private List<String> filesBelow(Path folder) throws StepException {
    TreeSet<String> paths = new TreeSet<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes unused) {
              return kindOf(below) == Kind.FOLDER
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
              if (found.isRegularFile()) {
                paths.add(String.join("/", segments(root.relativize(file))));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException gone) {
      return List.of();
    } catch (IOException e) {
      throw unread();
    }
    return List.copyOf(paths);
  }

  private static List<String> segments(Path path) {
    return StreamSupport.stream(path.spliterator(), false).map(Path::toString).toList();
  }
}

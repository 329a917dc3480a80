package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * What an empty repository begins with: its template, word for word, without the templates of the
 * Projects' files, which stay with the operator.
 *
 * @param folder holds the templates of both repositories
 */
record FirstFiles(PathFence fence, Path folder) {

  private static final String OF_PROJECTS = "project";

  /** The template's folder, as people know it. */
  String template() {
    return switch (fence) {
      case FLUX -> "flux-repo-template";
      case DEPLOYMENT -> "argocd-templates";
    };
  }

  /**
   * The files as they are now.
   *
   * @throws RejectedException {@code TemplateInvalid} if they cannot be read
   */
  List<FileChange> read() throws RejectedException {
    List<FileChange> files = new ArrayList<>();
    if (fence == PathFence.DEPLOYMENT) {
      // The root Application needs the folder, and Git keeps none that is empty.
      files.add(FileChange.put("applications/.gitkeep", new byte[0]));
    }
    Path root = folder.resolve(template());
    // Mounted files are links.
    try (Stream<Path> found = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        Path path = root.relativize(file);
        if (!path.startsWith(OF_PROJECTS) && names(path).noneMatch(FirstFiles::isOfTheMachine)) {
          String joined = String.join("/", names(path).toList());
          files.add(FileChange.put(joined, Files.readAllBytes(file)));
        }
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new RejectedException(
          Reason.TEMPLATE_INVALID,
          "%s cannot be read. Look at groundwork.git.template-folder.".formatted(template()));
    }
  }

  private static Stream<String> names(Path path) {
    return StreamSupport.stream(path.spliterator(), false).map(Path::toString);
  }

  /** Volumes keep what they mount below names that begin with two dots. */
  private static boolean isOfTheMachine(String name) {
    return name.startsWith("..") || name.equals(".git");
  }
}

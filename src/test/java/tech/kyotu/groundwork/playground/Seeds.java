package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the two repositories hold before Groundwork comes: what a platform team puts there. */
final class Seeds {
  private Seeds() {}

  /**
   * The Flux repository as it is shipped; {@code project/} is the template of one Project's file.
   */
  static Map<String, String> flux(Path projectRoot) {
    Map<String, String> files = filesBelow(projectRoot.resolve("flux-repo-template"));
    files.keySet().removeIf(path -> path.startsWith("project/"));
    return files;
  }

  /** The deployment repository: the bootstrap files, and a word for the developers. */
  static Map<String, String> deployment(Path projectRoot) {
    Map<String, String> files = new TreeMap<>();
    filesBelow(projectRoot.resolve("argocd-templates/root"))
        .forEach((path, text) -> files.put("root/" + path, text));
    files.put("applications/.gitkeep", "");
    files.put("manifests/README.md", "Put your manifests into the folder of your project.\n");
    return files;
  }

  private static Map<String, String> filesBelow(Path folder) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file, UTF_8));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package tech.kyotu.groundwork.gitops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The files that contents are made from. Each is read at its first use and stays as it was then: a
 * content must not change while the process lives.
 */
final class TemplateFiles {

  private final Path root;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();
  private final Map<Path, byte[]> contents = new ConcurrentHashMap<>();

  /**
   * Nothing is read yet.
   *
   * @param root folder that holds the template folders
   */
  TemplateFiles(Path root) {
    this.root = root;
  }

  /**
   * A template of YAML.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  Template template(String file) throws RejectedException {
    Template known = templates.get(file);
    if (known == null) {
      known = Template.read(root, file);
      templates.put(file, known);
    }
    return known;
  }

  /**
   * A file as it is.
   *
   * @param file below the folder of templates, or absolute
   * @param unreadable what is thrown if it cannot be read
   */
  byte[] content(Path file, Supplier<RejectedException> unreadable) throws RejectedException {
    byte[] known = contents.get(file);
    if (known == null) {
      try {
        known = Files.readAllBytes(root.resolve(file));
      } catch (IOException e) {
        throw unreadable.get();
      }
      contents.put(file, known);
    }
    return known;
  }
}

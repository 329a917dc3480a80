package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Projects as they stand in files that are not applied yet. */
final class ManifestFiles {

  private static final Path PIPED = Path.of("-");

  private final Supplier<Optional<String>> namespace;
  private final Screen screen;
  private final InputStream piped;
  private final YAMLMapper yaml = new YAMLMapper();
  private final List<String> projects = new ArrayList<>();
  private int others;

  /**
   * Nothing is read yet.
   *
   * @param namespace of those that name none; empty if nobody can tell
   */
  ManifestFiles(Supplier<Optional<String>> namespace, Screen screen, InputStream piped) {
    this.namespace = namespace;
    this.screen = screen;
    this.piped = piped;
  }

  /**
   * All Projects of these files and folders; other kinds are left out, and counted.
   *
   * @return YAML documents, each with a namespace if one is known
   * @throws Failure if a file cannot be read or parsed, or none holds a Project
   */
  String read(List<Path> places) {
    for (Path place : places) {
      files(place).forEach(this::read);
    }
    if (projects.isEmpty()) {
      throw Failure.wrongUse(
          "There is no Project in %s. A manifest says apiVersion: kyotu.tech/v1, kind: Project; kubectl project new writes one."
              .formatted(places.size() == 1 ? places.get(0) : "these files"));
    }
    if (others > 0) {
      screen.remark("Left out %d documents of other kinds.".formatted(others));
    }
    return String.join("\n", projects);
  }

  private static List<Path> files(Path place) {
    if (place.equals(PIPED) || !Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> below = Files.walk(place)) {
      return below.filter(ManifestFiles::isManifest).sorted().toList();
    } catch (IOException e) {
      throw unreadable(place);
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private void read(Path file) {
    String text;
    try {
      text =
          file.equals(PIPED)
              ? new String(piped.readAllBytes(), UTF_8)
              : Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw unreadable(file);
    }
    try (MappingIterator<JsonNode> documents = yaml.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNext()) {
        add(documents.next(), file);
      }
    } catch (JsonProcessingException broken) {
      throw noYaml(file, broken);
    } catch (RuntimeException broken) {
      if (broken.getCause() instanceof JsonProcessingException cause) {
        throw noYaml(file, cause);
      }
      throw broken;
    } catch (IOException e) {
      throw unreadable(file);
    }
  }

  private void add(JsonNode document, Path file) {
    if (document.path("kind").asText().equals("List")) {
      document.path("items").forEach(item -> add(item, file));
      return;
    }
    if (!(document instanceof ObjectNode object)) {
      return; // an empty document
    }
    if (!document.path("kind").asText().equals("Project")
        || !document.path("apiVersion").asText().startsWith("kyotu.tech/")) {
      others++;
      return;
    }
    if (!(object.path("metadata") instanceof ObjectNode metadata)
        || metadata.path("name").asText().isEmpty()) {
      throw Failure.wrongUse("A Project in %s has no metadata.name. Add it.".formatted(file));
    }
    if (metadata.path("namespace").asText().isEmpty()) {
      namespace.get().ifPresent(known -> metadata.put("namespace", known));
    }
    // JSON is YAML, and one line of it cannot be told for two documents.
    projects.add("---\n" + Json.line(object));
  }

  private static Failure unreadable(Path file) {
    return Failure.wrongUse(
        "%s cannot be read. Name a file or a folder that is there.".formatted(file));
  }

  private static Failure noYaml(Path file, JsonProcessingException broken) {
    JsonLocation at = broken.getLocation();
    String why = String.valueOf(broken.getOriginalMessage()).lines().findFirst().orElse("");
    return Failure.wrongUse(
        "%s%s is no YAML: %s. Mend it there."
            .formatted(file, at == null ? "" : " line " + at.getLineNr(), why));
  }
}

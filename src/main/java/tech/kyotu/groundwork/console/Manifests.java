package tech.kyotu.groundwork.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tech.kyotu.groundwork.api.Project;

/** Reads Projects out of the YAML documents that somebody wants planned. */
public final class Manifests {

  private final ObjectMapper mapper;
  private final int most;

  /**
   * A reader.
   *
   * @param most how many Projects it takes at a time
   */
  public Manifests(ObjectMapper mapper, int most) {
    this.mapper = mapper;
    this.most = most;
  }

  /**
   * The Projects; documents of another kind are passed over.
   *
   * @throws RefusedException if it is no YAML, holds no Project or too many, or one is malformed
   */
  public List<Project> read(String yaml) throws RefusedException {
    List<Project> projects = new ArrayList<>();
    try {
      int number = 0;
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
        number++;
        if (document instanceof Map<?, ?> map && "Project".equals(map.get("kind"))) {
          projects.add(project(number, map));
        }
      }
    } catch (YAMLException malformed) {
      throw bad("This is no YAML: %s".formatted(malformed.getMessage()));
    }
    if (projects.isEmpty()) {
      throw bad("There is no Project in it. Give manifests of kind Project, kyotu.tech/v1.");
    }
    if (projects.size() > most) {
      throw bad(
          "%d Projects are too many for one plan. Give at most %d at a time."
              .formatted(projects.size(), most));
    }
    return projects;
  }

  private Project project(int number, Map<?, ?> document) throws RefusedException {
    if (!"kyotu.tech/v1".equals(document.get("apiVersion"))) {
      throw bad(
          "Document %d is a Project of %s. Use apiVersion: kyotu.tech/v1."
              .formatted(number, document.get("apiVersion")));
    }
    try {
      Project project = mapper.treeToValue(mapper.valueToTree(document), Project.class);
      require(number, project.getMetadata());
      return project;
    } catch (JsonProcessingException malformed) {
      throw bad("Document %d is no Project: %s".formatted(number, malformed.getOriginalMessage()));
    }
  }

  private static void require(int number, ObjectMeta metadata) throws RefusedException {
    if (metadata == null || isMissing(metadata.getName())) {
      throw bad("Document %d has no name. Add metadata.name.".formatted(number));
    }
    if (isMissing(metadata.getNamespace())) {
      throw bad(
          "Project %s has no namespace. Add metadata.namespace, or say it with -n."
              .formatted(metadata.getName()));
    }
  }

  private static boolean isMissing(String text) {
    return text == null || text.isBlank();
  }

  private static RefusedException bad(String sentence) {
    return new RefusedException(400, sentence);
  }
}

package tech.kyotu.groundwork.gitops.older;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;

/**
 * What was found in an older installation.
 *
 * @param projects those that can be taken over, by name
 * @param settings what the operator needs so that things stay as they are, by full name
 * @param changes what the first reconcile changes all the same, a sentence each
 * @param leftOut what cannot be taken over and why, with file and line
 */
public record Found(
    List<Wanted> projects,
    Map<String, String> settings,
    List<String> changes,
    List<String> leftOut) {

  /**
   * One Project as it shall be.
   *
   * @param namespace of the resource
   * @param resource its name
   * @param name what everything derives from
   * @param googleGroup its people
   */
  public record Wanted(String namespace, String resource, ProjectName name, String googleGroup) {

    static Wanted of(Project living) {
      return new Wanted(
          living.ref().namespace(), living.ref().name(), living.name(), living.googleGroup());
    }

    private Map<String, Object> manifest() {
      Map<String, Object> metadata = new LinkedHashMap<>();
      metadata.put("name", resource);
      metadata.put("namespace", namespace);
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("projectId", name.projectId());
      spec.put("environmentType", name.environment().word());
      spec.put("googleGroup", googleGroup);
      Map<String, Object> manifest = new LinkedHashMap<>();
      manifest.put("apiVersion", "kyotu.tech/v1");
      manifest.put("kind", "Project");
      manifest.put("metadata", metadata);
      manifest.put("spec", spec);
      return manifest;
    }
  }

  /** The Projects as manifests, for a file. */
  public String manifests() {
    DumperOptions dumping = new DumperOptions();
    dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    dumping.setExplicitStart(true);
    return new Yaml(dumping).dumpAll(projects.stream().map(Wanted::manifest).iterator());
  }

  /** All the rest, for a person: settings, changes, what is left out. */
  public String report() {
    return "settings that keep things as they are:\n"
        + settings.entrySet().stream()
            .map(it -> "  " + it.getKey() + "=" + it.getValue() + "\n")
            .collect(Collectors.joining())
        + told("the first reconcile changes:\n", changes)
        + told("left out:\n", leftOut)
        + "found %d projects; %d left out\n".formatted(projects.size(), leftOut.size());
  }

  private static String told(String title, List<String> lines) {
    return lines.isEmpty()
        ? ""
        : title + lines.stream().map(it -> "  " + it + "\n").collect(Collectors.joining());
  }
}

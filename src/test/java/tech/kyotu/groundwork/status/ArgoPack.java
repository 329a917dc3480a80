package tech.kyotu.groundwork.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tech.kyotu.groundwork.api.Project;

/**
 * Argo CD's pack in the layout of its {@code resource_customizations}: the scripts are written by
 * hand; what they are tried on, and the ConfigMap that holds them, follow from them and from the
 * situations.
 */
final class ArgoPack {

  static final Path FOLDER = Path.of("integrations/argocd/kyotu.tech/Project");
  static final Path HEALTH = FOLDER.resolve("health.lua");
  static final Path ACTIONS = FOLDER.resolve("actions");
  static final Path DISCOVERY = ACTIONS.resolve("discovery.lua");
  static final Path CONFIG_MAP = Path.of("integrations/argocd/argocd-cm.yaml");

  /** Scripts give the time; expected files hold this one. */
  static final String SOME_TIME = "0001-01-01T00:00:00Z";

  /** What an action makes of a Project: a file of this name. */
  enum Action {
    RECONCILE("reconcile", "reconciled", Project.RECONCILE_REQUESTED_AT),
    SUSPEND("suspend", "suspended", null),
    RESUME("resume", "resumed", null),
    ROTATE_TOKEN("rotate-token", "rotated", Project.ROTATE_TOKEN);

    private final String word;
    private final String result;
    private final Optional<String> annotation;

    Action(String word, String result, String annotation) {
      this.word = word;
      this.result = result;
      this.annotation = Optional.ofNullable(annotation);
    }

    String word() {
      return word;
    }

    Path script() {
      return ACTIONS.resolve(word).resolve("action.lua");
    }

    /** The annotation that it sets; empty if it sets {@code spec.suspend}. */
    Optional<String> annotation() {
      return annotation;
    }

    /** The same Project, asked for this. */
    Map<String, Object> on(Map<String, Object> project) {
      Map<String, Object> asked = new LinkedHashMap<>(project);
      if (annotation.isPresent()) {
        Map<String, Object> metadata = part(project, "metadata");
        Map<String, Object> annotations = part(metadata, "annotations");
        annotations.put(annotation.get(), SOME_TIME);
        metadata.put("annotations", annotations);
        asked.put("metadata", metadata);
      } else {
        Map<String, Object> spec = part(project, "spec");
        spec.put("suspend", this == SUSPEND);
        asked.put("spec", spec);
      }
      return asked;
    }

    private String input() {
      return this == RESUME ? "testdata/suspended.yaml" : fromActions(4);
    }
  }

  private ArgoPack() {}

  /** A copy of a map inside a resource, empty if it has none. */
  static Map<String, Object> part(Map<String, Object> resource, String name) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (resource.get(name) instanceof Map<?, ?> found) {
      found.forEach((key, value) -> copy.put(key.toString(), value));
    }
    return copy;
  }

  /** A Project as the API server gives it to programs that know no type of ours. */
  static Map<String, Object> resource(Project project) {
    Map<String, Object> resource = new Yaml().load(Serialization.asJson(project));
    return resource;
  }

  /** All files that follow from others, by path, with their text. */
  static Map<Path, String> derived() {
    Map<Path, String> files = new TreeMap<>();
    for (Situation situation : Situations.all()) {
      files.put(
          FOLDER.resolve("testdata").resolve(situation.fileName() + ".yaml"),
          yaml(resource(situation.project())));
    }
    Map<String, Object> inPlace = resource(Situations.number(4).project());
    for (Action action : Action.values()) {
      files.put(
          ACTIONS.resolve("testdata").resolve(action.result + ".yaml"), yaml(action.on(inPlace)));
    }
    files.put(FOLDER.resolve("health_test.yaml"), yaml(Map.of("tests", healthTests())));
    files.put(ACTIONS.resolve("action_test.yaml"), yaml(actionTests()));
    files.put(CONFIG_MAP, configMap());
    return files;
  }

  private static List<Map<String, Object>> healthTests() {
    return Situations.all().stream()
        .map(
            it ->
                ordered(
                    "healthStatus",
                    ordered("status", it.judgement().health(), "message", it.told()),
                    "inputPath",
                    "testdata/" + it.fileName() + ".yaml"))
        .toList();
  }

  private static Map<String, Object> actionTests() {
    List<Map<String, Object>> discoveries =
        List.of(
            discovery(fromActions(4), Set.of(Action.RESUME)),
            discovery(
                "testdata/suspended.yaml",
                Set.of(Action.RECONCILE, Action.SUSPEND, Action.ROTATE_TOKEN)),
            discovery(fromActions(21), Set.of(Action.RESUME, Action.ROTATE_TOKEN)),
            discovery(fromActions(23), Set.of(Action.RESUME, Action.ROTATE_TOKEN)));
    List<Map<String, Object>> actions =
        List.of(Action.values()).stream()
            .map(
                it ->
                    ordered(
                        "action",
                        it.word,
                        "inputPath",
                        it.input(),
                        "expectedOutputPath",
                        "testdata/" + it.result + ".yaml"))
            .toList();
    return ordered("discoveryTests", discoveries, "actionTests", actions);
  }

  private static String fromActions(int number) {
    return "../testdata/" + Situations.number(number).fileName() + ".yaml";
  }

  /** Which actions are greyed out. */
  private static Map<String, Object> discovery(String input, Set<Action> disabled) {
    List<Map<String, Object>> result =
        List.of(Action.values()).stream()
            .map(it -> ordered("name", it.word, "disabled", disabled.contains(it)))
            .toList();
    return ordered("inputPath", input, "result", result);
  }

  /** Of pairs of a name and a value. */
  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i].toString(), pairs[i + 1]);
    }
    return map;
  }

  private static String configMap() {
    String definitions =
        List.of(Action.values()).stream()
            .map(it -> "- name: " + it.word + "\n  action.lua: |\n" + script(it.script(), 4))
            .collect(joining());
    return """
    # Entries of ConfigMap argocd-cm that show Projects in Argo CD. Merge them into yours:
    #   kubectl patch configmap argocd-cm -n argocd --patch-file argocd-cm.yaml
    # The scripts are those of the folder beside this file.
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: argocd-cm
      namespace: argocd
      labels:
        app.kubernetes.io/part-of: argocd
    data:
      resource.customizations.health.kyotu.tech_Project: |
    %s  resource.customizations.actions.kyotu.tech_Project: |
        discovery.lua: |
    %s    definitions:
    %s  resource.links: |
    %s\
    """
        .formatted(
            script(HEALTH, 4), script(DISCOVERY, 6), definitions.indent(4), links().indent(4));
  }

  private static String links() {
    Map<String, String> titles =
        new TreeMap<>(
            Map.of(
                "gitlabGroup", "GitLab group",
                "argocd", "Applications",
                "vault", "Secrets",
                "fluxFile", "Rights in the Flux repository",
                "deploymentFolder", "Manifests",
                "console", "Groundwork"));
    return titles.entrySet().stream()
        .map(
            it ->
                """
                - title: %1$s
                  url: '{{.resource.status.links.%2$s}}'
                  if: resource.apiVersion == "kyotu.tech/v1" && resource.status?.links?.%2$s != nil
                """
                    .formatted(it.getValue(), it.getKey()))
        .collect(joining());
  }

  private static String script(Path file, int indent) {
    return text(file).indent(indent).replaceAll("(?m)^ +$", "");
  }

  /** A file's text. */
  static String text(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String yaml(Map<String, Object> content) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(100);
    options.setSplitLines(false);
    return new Yaml(options).dump(content);
  }
}

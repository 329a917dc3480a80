package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Grant;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Who may do what in a Project by the files that stand on the two branches, whoever wrote them
 * there, and since which commit.
 */
public final class RepositoryRights {

  private final Branch flux;
  private final Branch deployment;
  private final GroundworkConfig config;

  /** Rights by these branches. */
  public RepositoryRights(Branch flux, Branch deployment, GroundworkConfig config) {
    this.flux = flux;
    this.deployment = deployment;
    this.config = config;
  }

  /**
   * What the Flux repository gives: roles in the namespace and, in layout shared, in Argo CD.
   *
   * @throws StepException if it cannot be read
   */
  public List<Grant> byFlux(Project project) throws StepException {
    List<Grant> grants = new ArrayList<>();
    String tenant = "projects/" + project.name() + "/tenant.yaml";
    for (Map<?, ?> document : documents(flux, tenant)) {
      if ("RoleBinding".equals(document.get("kind"))) {
        grants.addAll(bindings(document, by(flux, tenant)));
      }
    }
    if (config.git().layout() == GroundworkConfig.Layout.SHARED) {
      grants.addAll(sharedPolicy(project.name()));
    }
    return grants;
  }

  /**
   * What the deployment repository gives: the roles of the AppProject.
   *
   * @throws StepException if it cannot be read
   */
  public List<Grant> byDeployment(Project project) throws StepException {
    List<Grant> grants = new ArrayList<>();
    String path = ArgoFiles.of(project).path();
    for (Map<?, ?> document : documents(deployment, path)) {
      if ("AppProject".equals(document.get("kind"))) {
        for (Map<?, ?> role : maps(map(document, "spec"), "roles")) {
          grants.addAll(appProjectRole(role, by(deployment, path)));
        }
      }
    }
    return grants;
  }

  private static List<Grant> bindings(Map<?, ?> binding, String by) {
    String may =
        "%s in namespace %s"
            .formatted(
                map(binding, "roleRef").get("name"), map(binding, "metadata").get("namespace"));
    return maps(binding, "subjects").stream()
        .map(subject -> new Grant(String.valueOf(subject.get("name")), "Kubernetes", may, by))
        .toList();
  }

  private static List<Grant> appProjectRole(Map<?, ?> role, String by) {
    String may = rights(strings(role, "policies"));
    return strings(role, "groups").stream()
        .map(group -> new Grant(group, "Argo CD", may, by))
        .toList();
  }

  /** Lines of the policy that is shared by all Projects: ours are those of the Project's role. */
  private List<Grant> sharedPolicy(ProjectName name) throws StepException {
    String path = config.shared().argoPolicyFile();
    String role = "role:" + name;
    List<String[]> ours =
        text(flux, path)
            .lines()
            .map(line -> line.strip().split("\\s*,\\s*", -1))
            .filter(fields -> fields.length > 2 && List.of(fields).contains(role))
            .toList();
    String may =
        rights(
            ours.stream()
                .filter(fields -> fields[0].equals("p"))
                .map(fields -> String.join(", ", fields))
                .toList());
    String by = by(flux, path);
    return ours.stream()
        .filter(fields -> fields[0].equals("g"))
        .map(fields -> new Grant(fields[1], "Argo CD", may, by))
        .toList();
  }

  /** {@code p, <role>, applications, get, shop-dev/*, allow} as people say it. */
  private static String rights(List<String> policies) {
    Map<String, TreeSet<String>> actions = new LinkedHashMap<>();
    TreeSet<String> objects = new TreeSet<>();
    for (String policy : policies) {
      String[] fields = policy.split("\\s*,\\s*", -1);
      if (fields.length >= 5) {
        actions
            .computeIfAbsent(fields[2], resource -> new TreeSet<>())
            .add(fields[3].replaceFirst("action/[^/]*/([^/]*)/(.*)", "$2 $1"));
        objects.add(fields[4]);
      }
    }
    List<String> words = new ArrayList<>();
    actions.forEach((resource, verbs) -> words.add(String.join(", ", verbs) + " " + resource));
    return "%s on %s".formatted(String.join("; ", words), String.join(", ", objects));
  }

  private static String by(Branch branch, String path) throws StepException {
    return branch
        .lastTouched(path)
        .map(
            touch ->
                "%s@%s %s"
                    .formatted(
                        branch.settings().repository(), touch.commit().substring(0, 7), path))
        .orElse(branch.settings().repository() + " " + path);
  }

  private static String text(Branch branch, String path) throws StepException {
    return branch
        .newestFiles()
        .file(path)
        .map(content -> new String(content, StandardCharsets.UTF_8))
        .orElse("");
  }

  private static List<Map<?, ?>> documents(Branch branch, String path) throws StepException {
    List<Map<?, ?>> documents = new ArrayList<>();
    try {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      for (Object document : yaml.loadAll(text(branch, path))) {
        if (document instanceof Map<?, ?> map) {
          documents.add(map);
        }
      }
    } catch (YAMLException unreadable) {
      throw new RetryableException(
          Reason.UNREADABLE_FILE,
          "%s in the %s is no YAML. Repair it.".formatted(path, branch.settings().title()));
    }
    return documents;
  }

  private static Map<?, ?> map(Map<?, ?> parent, String key) {
    return parent.get(key) instanceof Map<?, ?> child ? child : Map.of();
  }

  private static List<Map<?, ?>> maps(Map<?, ?> parent, String key) {
    List<Map<?, ?>> all = new ArrayList<>();
    if (parent.get(key) instanceof List<?> list) {
      for (Object entry : list) {
        if (entry instanceof Map<?, ?> map) {
          all.add(map);
        }
      }
    }
    return all;
  }

  private static List<String> strings(Map<?, ?> parent, String key) {
    return parent.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}

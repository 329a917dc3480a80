package tech.kyotu.groundwork.realservers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What Argo CD makes of an AppProject's roles when somebody asks for an object of it, line by line
 * as {@code AppProject.ProjectPoliciesString} of version 3.2.6: each role may see its project, then
 * come the role's own policies, then its groups. Its command to judge policies does not do that by
 * itself: it knows only the policy of all projects.
 */
final class AppProjectPolicies {
  private AppProjectPolicies() {}

  /** The lines for the AppProject in a file of several documents. */
  static String of(String yaml) {
    Map<?, ?> project =
        StreamSupport.stream(
                new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml).spliterator(),
                false)
            .map(Map.class::cast)
            .filter(it -> "AppProject".equals(it.get("kind")))
            .findFirst()
            .orElseThrow();
    Object name = ((Map<?, ?>) project.get("metadata")).get("name");
    List<String> lines = new ArrayList<>();
    for (Object each : list((Map<?, ?>) project.get("spec"), "roles")) {
      Map<?, ?> role = (Map<?, ?>) each;
      String subject = "proj:" + name + ":" + role.get("name");
      lines.add("p, " + subject + ", projects, get, " + name + ", allow");
      list(role, "policies").forEach(policy -> lines.add(policy.toString()));
      list(role, "groups").forEach(group -> lines.add("g, " + group + ", " + subject));
    }
    return String.join("\n", lines);
  }

  private static List<?> list(Map<?, ?> object, String field) {
    return object.get(field) instanceof List<?> list ? list : List.of();
  }
}

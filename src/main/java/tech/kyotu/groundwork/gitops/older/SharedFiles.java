package tech.kyotu.groundwork.gitops.older;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the two files in which the older operator gives rights. */
final class SharedFiles {

  static final String VAULT = "namespaces/vault/vault/rbac_values.yaml";
  static final String ARGO = "namespaces/argocd/argocd-operator/rbac.yaml";

  private static final Pattern PATH = Pattern.compile("path\\s+\"([^\"/]+)/(data/)?([^\"]+)/\\*\"");

  private SharedFiles() {}

  /**
   * How Vault's paths are written in a policy.
   *
   * @param mount of the key/value engine
   * @param version of the engine, 1 or 2
   * @param hasUnderscores whether the folder has {@code _} where the Project's name has a dash
   */
  record Paths(String mount, int version, boolean hasUnderscores) {}

  /** Roles and their groups; a role is named {@code role:<name>}. */
  static Grants argo(String text) {
    Grants grants = Grants.none(ARGO);
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      List<String> fields = Stream.of(lines.get(i).split(",", -1)).map(String::strip).toList();
      if (fields.size() == 6 && fields.get(0).equals("p")) {
        grants.define(fields.get(1), i + 1);
      } else if (fields.size() == 3 && fields.get(0).equals("g")) {
        grants.give(fields.get(2), fields.get(1), i + 1);
      }
    }
    return grants;
  }

  /** Policies and the groups that have them. */
  static Grants vault(String text) {
    Grants grants = Grants.none(VAULT);
    for (Node policy : items(text, "policies")) {
      scalar(policy, "name").ifPresent(name -> grants.define(name, line(policy)));
    }
    for (Node group : items(text, "groups")) {
      for (Node policy : list(field(group, "policies"))) {
        if (policy instanceof ScalarNode given) {
          scalar(group, "name")
              .ifPresent(name -> grants.give(given.getValue(), name, line(policy)));
        }
      }
    }
    return grants;
  }

  /** How the policies of these names write their paths; empty if none of them has one. */
  static Optional<Paths> paths(String text, List<String> policies) {
    return items(text, "policies").stream()
        .filter(policy -> policies.contains(scalar(policy, "name").orElse("")))
        .map(policy -> PATH.matcher(scalar(policy, "rules").orElse("")))
        .filter(Matcher::find)
        .map(
            path ->
                new Paths(
                    path.group(1), path.group(2) == null ? 1 : 2, path.group(3).contains("_")))
        .findFirst();
  }

  /** Where people log in, by the aliases of the groups; several are told in order. */
  static List<String> mounts(String text) {
    return List.copyOf(
        new TreeSet<>(
            items(text, "group-aliases").stream()
                .flatMap(alias -> scalar(alias, "mountpath").stream())
                .toList()));
  }

  private static List<Node> items(String text, String name) {
    try {
      Node root = new Yaml().compose(new StringReader(text));
      return list(
          field(Optional.ofNullable(root), "vault")
              .flatMap(it -> field(Optional.of(it), "externalConfig"))
              .flatMap(it -> field(Optional.of(it), name)));
    } catch (YAMLException unreadable) {
      return List.of();
    }
  }

  private static List<Node> list(Optional<Node> node) {
    return node.isPresent() && node.get() instanceof SequenceNode found
        ? found.getValue()
        : List.of();
  }

  private static Optional<Node> field(Node of, String name) {
    return field(Optional.of(of), name);
  }

  private static Optional<Node> field(Optional<Node> of, String name) {
    return of.isPresent() && of.get() instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(it -> it.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name))
            .map(it -> it.getValueNode())
            .findFirst()
        : Optional.empty();
  }

  private static Optional<String> scalar(Node of, String name) {
    return field(of, name)
        .filter(ScalarNode.class::isInstance)
        .map(value -> ((ScalarNode) value).getValue());
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}

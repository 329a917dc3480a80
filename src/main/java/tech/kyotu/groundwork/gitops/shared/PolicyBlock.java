package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The block of text in a YAML file that holds a policy.
 *
 * @param lines its lines that give a role something or give it to somebody, by role
 * @param indent how far they are moved to the right
 * @param last a position on the line behind which more lines may come
 */
record PolicyBlock(Map<String, List<Line>> lines, int indent, int last) {

  /**
   * One line.
   *
   * @param span with its line end
   * @param content without indentation and line end
   */
  record Line(Span span, String content) {}

  /** Where the policy stands in a ConfigMap of Argo CD and in a resource of its operator. */
  private static final List<String> POINTERS = List.of("/data/policy.csv", "/spec/rbac/policy");

  /** The lines of a role, in order. */
  List<Line> linesOf(String role) {
    return lines.getOrDefault(role, List.of());
  }

  private record Candidate(Node parent, Node value) {}

  /**
   * Finds the block.
   *
   * @param pointer where it stands, as a JSON pointer; empty: it is searched
   * @throws RejectedException {@code UnreadableFile} if there is none, or more than one
   */
  static PolicyBlock find(YamlText text, Optional<String> pointer) throws RejectedException {
    List<Candidate> candidates = candidates(text, pointer);
    if (candidates.size() != 1) {
      throw text.unreadable(
          0,
          candidates.isEmpty()
              ? "it holds no policy of Argo CD"
              : "%d of its texts may be the policy of Argo CD; set shared.argo-policy-node"
                  .formatted(candidates.size()));
    }
    Candidate found = candidates.get(0);
    if (!(found.value() instanceof ScalarNode block)
        || block.getScalarStyle() != ScalarStyle.LITERAL) {
      throw text.unreadable(found.value(), "the policy of Argo CD is no block of text (|)");
    }
    text.refuseSharing(block);
    text.refuseExtras(block);
    return of(text, block, found.parent().getStartMark().getColumn() + 2);
  }

  private static List<Candidate> candidates(YamlText text, Optional<String> pointer) {
    if (pointer.isPresent()) {
      return pointed(text, pointer.get());
    }
    for (String usual : POINTERS) {
      List<Candidate> found = pointed(text, usual);
      if (!found.isEmpty()) {
        return found;
      }
    }
    List<Candidate> patched =
        fields(text, field -> isPatch(field.parent()) && field.key().equals("value"));
    return patched.isEmpty() ? lastBlock(text) : patched;
  }

  private static boolean isPatch(Node mapping) {
    String path = YamlGraph.text(mapping, "path").orElse("");
    return POINTERS.stream().anyMatch(path::endsWith);
  }

  private static List<Candidate> lastBlock(YamlText text) {
    return fields(text, field -> true).stream()
        .filter(field -> field.value() instanceof ScalarNode)
        .max(Comparator.comparing(field -> YamlText.start(field.value())))
        .filter(
            field ->
                field.value() instanceof ScalarNode scalar
                    && scalar.getScalarStyle() == ScalarStyle.LITERAL)
        .stream()
        .toList();
  }

  private record Field(Node parent, String key, Node value) {}

  private static List<Candidate> fields(YamlText text, Predicate<Field> wanted) {
    List<Candidate> found = new ArrayList<>();
    for (Node document : text.documents()) {
      for (Node node : YamlGraph.below(document)) {
        for (NodeTuple field : YamlGraph.fields(node)) {
          String key = YamlGraph.text(field.getKeyNode()).orElse("");
          if (wanted.test(new Field(node, key, field.getValueNode()))) {
            found.add(new Candidate(node, field.getValueNode()));
          }
        }
      }
    }
    return found;
  }

  private static List<Candidate> pointed(YamlText text, String pointer) {
    List<Candidate> found = new ArrayList<>();
    for (Node document : text.documents()) {
      Optional<Node> parent = Optional.of(document);
      Optional<Node> at = parent;
      for (String part : pointer.substring(1).split("/", -1)) {
        String name = part.replace("~1", "/").replace("~0", "~");
        parent = at;
        at = at.flatMap(node -> step(node, name));
      }
      if (parent.isPresent() && at.isPresent()) {
        found.add(new Candidate(parent.get(), at.get()));
      }
    }
    return found;
  }

  private static Optional<Node> step(Node node, String name) {
    if (!name.matches("[0-9]{1,4}") || !YamlGraph.fields(node).isEmpty()) {
      return YamlGraph.value(node, name);
    }
    return YamlGraph.children(node).stream().skip(Integer.parseInt(name)).findFirst();
  }

  /** The indentation is read from the block; only an empty one leaves the choice. */
  private static PolicyBlock of(YamlText text, ScalarNode block, int usual)
      throws RejectedException {
    Map<String, List<Line>> lines = new HashMap<>();
    int last = YamlText.start(block);
    int indent = usual;
    int at = text.nextLine(last);
    for (String content : block.getValue().replaceAll("\\n+\\z", "").lines().toList()) {
      int next = text.nextLine(at);
      if (!content.isBlank()) {
        indent = leading(text.slice(at, next)) - leading(content);
      }
      Optional<List<String>> fields = PolicyLine.fields(content);
      if (fields.isEmpty()) {
        throw text.unreadable(at, "Argo CD cannot read this line of its policy");
      }
      lines
          .computeIfAbsent(PolicyLine.role(fields.get()), role -> new ArrayList<>())
          .add(new Line(new Span(at, next), content));
      last = at;
      at = next;
    }
    return new PolicyBlock(lines, indent, last);
  }

  private static int leading(String line) {
    return line.length() - line.stripLeading().length();
  }
}

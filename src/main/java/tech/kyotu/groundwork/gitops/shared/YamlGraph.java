package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What the nodes of a file say. An alias is its anchor's very node, so a walk goes into each node
 * once: a few aliases could stand for millions of nodes.
 */
final class YamlGraph {

  private final YamlText text;

  /** Where our spans begin, and where each ends. */
  private final TreeMap<Integer, Integer> ours = new TreeMap<>();

  private final Set<Node> told = new HashSet<>();
  private final List<String> words = new ArrayList<>();

  private YamlGraph(YamlText text, List<Span> ours) {
    this.text = text;
    for (Span span : ours) {
      if (span.from() < span.to()) {
        this.ours.put(span.from(), span.to());
      }
    }
  }

  /** All that a file says outside some spans, in order, for a comparison. */
  static List<String> outside(YamlText text, List<Span> ours) {
    YamlGraph graph = new YamlGraph(text, ours);
    text.documents().forEach(graph::tell);
    return graph.words;
  }

  private void tell(Node node) {
    if (!told.add(node)) {
      words.add("*" + node.getAnchor());
      return;
    }
    if (isNothing(node)) {
      words.add("nothing");
      return;
    }
    words.add("&" + node.getAnchor() + " " + node.getTag());
    if (node instanceof ScalarNode scalar) {
      tellScalar(scalar);
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().stream().filter(this::isForeign).forEach(this::tell);
    } else {
      for (NodeTuple field : fields(node)) {
        if (isForeign(field.getKeyNode())) {
          tell(field.getKeyNode());
          tell(field.getValueNode());
        }
      }
    }
    words.add("end");
  }

  /** A key without a value may get a list of ours, and may be left with an empty one. */
  private boolean isNothing(Node node) {
    boolean isEmpty =
        node instanceof SequenceNode list
            ? list.getValue().stream().noneMatch(this::isForeign)
            : node instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().isEmpty();
    return isEmpty && node.getAnchor() == null;
  }

  private boolean isForeign(Node node) {
    return !isOurs(YamlText.start(node), YamlText.start(node) + 1);
  }

  /** Whether a part of the text meets one of our spans; they do not overlap. */
  private boolean isOurs(int from, int to) {
    Map.Entry<Integer, Integer> last = ours.lowerEntry(to);
    return last != null && last.getValue() > from;
  }

  private void tellScalar(ScalarNode scalar) {
    if (scalar.getScalarStyle() != ScalarStyle.LITERAL) {
      words.add(scalar.getValue());
      return;
    }
    List<String> foreign = new ArrayList<>();
    int at = text.nextLine(YamlText.start(scalar));
    for (String line : scalar.getValue().lines().toList()) {
      if (!isOurs(at, at + 1)) {
        foreign.add(line);
      }
      at = text.nextLine(at);
    }
    // An empty line between theirs and ours is the text's end once ours are gone, and no content.
    while (!foreign.isEmpty() && foreign.get(foreign.size() - 1).isBlank()) {
      foreign.remove(foreign.size() - 1);
    }
    words.addAll(foreign);
  }

  /** A node and all below it, each once. */
  static Set<Node> below(Node node) {
    Set<Node> found = new LinkedHashSet<>();
    collect(node, found);
    return found;
  }

  private static void collect(Node node, Set<Node> found) {
    if (found.add(node)) {
      children(node).forEach(child -> collect(child, found));
    }
  }

  static List<Node> children(Node node) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    List<Node> children = new ArrayList<>();
    for (NodeTuple field : fields(node)) {
      children.add(field.getKeyNode());
      children.add(field.getValueNode());
    }
    return children;
  }

  /** The fields of a mapping; none of anything else. */
  static List<NodeTuple> fields(Node node) {
    return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
  }

  /** The field of this name, if the node is a mapping that has it itself. */
  static Optional<NodeTuple> field(Node node, String name) {
    for (NodeTuple field : fields(node)) {
      if (field.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  /** The value of the field of this name. */
  static Optional<Node> value(Node node, String name) {
    return field(node, name).map(NodeTuple::getValueNode);
  }

  /** What stands at the end of a way through mappings. */
  static Optional<Node> at(Node node, String... names) {
    Optional<Node> at = Optional.of(node);
    for (String name : names) {
      at = at.flatMap(found -> value(found, name));
    }
    return at;
  }

  /** The text of a node, if it is one. */
  static Optional<String> text(Node node) {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** The text of the field of this name. */
  static Optional<String> text(Node node, String name) {
    return value(node, name).flatMap(YamlGraph::text);
  }

  static boolean merges(Node node) {
    return fields(node).stream().anyMatch(field -> field.getKeyNode().getTag().equals(Tag.MERGE));
  }
}

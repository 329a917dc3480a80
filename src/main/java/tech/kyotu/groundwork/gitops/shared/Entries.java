package tech.kyotu.groundwork.gitops.shared;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Entries as we write them: by the library's emitter, every value a quoted text or a block. */
final class Entries {

  private Entries() {}

  static Node quoted(String text) {
    return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.SINGLE_QUOTED);
  }

  static Node block(String text) {
    return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.LITERAL);
  }

  static Node list(Node... items) {
    return new SequenceNode(Tag.SEQ, new ArrayList<>(List.of(items)), FlowStyle.BLOCK);
  }

  /** A mapping of these fields, given as key, value, key, value. */
  static Node mapping(Object... fields) {
    List<NodeTuple> tuples = new ArrayList<>();
    for (int i = 0; i < fields.length; i += 2) {
      Node key = new ScalarNode(Tag.STR, (String) fields[i], null, null, ScalarStyle.PLAIN);
      tuples.add(new NodeTuple(key, (Node) fields[i + 1]));
    }
    return new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK);
  }

  /** Whether a node is a mapping of exactly these fields with exactly these texts. */
  static boolean says(Node node, Map<String, String> fields) {
    return YamlGraph.fields(node).size() == fields.size()
        && fields.entrySet().stream()
            .allMatch(
                field ->
                    YamlGraph.text(node, field.getKey()).equals(Optional.of(field.getValue())));
  }

  /** A node as YAML, in lines. */
  static List<String> lines(Node node) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    options.setSplitLines(false);
    StringWriter text = new StringWriter();
    new Yaml(options).serialize(node, text);
    return text.toString().lines().toList();
  }

  /** Nodes as items of a list, in lines. */
  static List<String> items(List<Node> nodes) {
    List<String> items = new ArrayList<>();
    for (Node node : nodes) {
      String lead = "- ";
      for (String line : lines(node)) {
        items.add(line.isEmpty() ? line : lead + line);
        lead = "  ";
      }
    }
    return items;
  }
}

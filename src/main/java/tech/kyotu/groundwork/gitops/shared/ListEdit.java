package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tech.kyotu.groundwork.step.RejectedException;

/** What is to be taken out of one list of a mapping, replaced in it and added to its end. */
final class ListEdit {

  private final YamlText text;
  private final Node mapping;
  private final String name;
  private final Optional<NodeTuple> field;

  /** Empty: taken out. */
  private final Map<Node, Optional<Node>> changed = new HashMap<>();

  private final List<Node> added = new ArrayList<>();

  /** The list of this name, which may be absent. */
  ListEdit(YamlText text, Node mapping, String name) {
    this.text = text;
    this.mapping = mapping;
    this.name = name;
    this.field = YamlGraph.field(mapping, name);
  }

  boolean isAbsent() {
    return field.isEmpty();
  }

  List<Node> items() {
    return value() instanceof SequenceNode list ? list.getValue() : List.of();
  }

  private Node value() {
    return field.map(NodeTuple::getValueNode).orElse(mapping);
  }

  void remove(Node item) {
    changed.put(item, Optional.empty());
  }

  void replace(Node item, Node by) {
    changed.put(item, Optional.of(by));
  }

  void add(Node item) {
    added.add(item);
  }

  /**
   * The edit as splices of the text; empty if nothing is to be done.
   *
   * @throws RejectedException {@code UnreadableFile} if the list cannot be edited by lines
   */
  List<Splice> splices() throws RejectedException {
    if (changed.isEmpty() && added.isEmpty()) {
      return List.of();
    }
    text.refuseSharing(value());
    for (Node item : changed.keySet()) {
      text.refuseExtras(item);
    }
    if (field.isEmpty()) {
      return absent();
    }
    if (value() instanceof ScalarNode scalar && scalar.getValue().isEmpty() && scalar.isPlain()) {
      return List.of(rows(YamlText.start(key()), column(mapping) + 2));
    }
    if (!(value() instanceof SequenceNode list)) {
      throw text.unreadable(value(), "\"%s\" is no list".formatted(name));
    }
    if (!YamlText.isFlow(list)) {
      return rows(list);
    }
    return list.getValue().isEmpty() && !YamlText.isFlow(mapping) ? opened(list) : flow(list);
  }

  private Node key() {
    return field.orElseThrow().getKeyNode();
  }

  private static int column(Node node) {
    return node.getStartMark().getColumn();
  }

  private List<Splice> absent() throws RejectedException {
    if (YamlText.isFlow(mapping) || YamlGraph.merges(mapping)) {
      throw text.unreadable(mapping, "\"%s\" cannot be added here".formatted(name));
    }
    List<String> lines = new ArrayList<>(List.of(name + ":"));
    addedLines().forEach(line -> lines.add("  " + line));
    return List.of(text.linesAfter(text.end(mapping), text.block(column(mapping), lines)));
  }

  /** {@code []} becomes a list in blocks; a comment behind it stays. */
  private List<Splice> opened(SequenceNode list) throws RejectedException {
    if (list.getStartMark().getLine() != key().getStartMark().getLine()) {
      throw text.unreadable(list, "\"%s\" and its [] are on two lines".formatted(name));
    }
    int colon = text.colon(key().getEndMark().getIndex());
    return List.of(
        Splice.cut(colon + 1, list.getEndMark().getIndex()), rows(colon, column(mapping) + 2));
  }

  private List<Splice> rows(SequenceNode list) throws RejectedException {
    List<Splice> splices = new ArrayList<>();
    for (Node item : list.getValue()) {
      Optional<Node> by = changed.get(item);
      if (by != null) {
        String lines =
            by.map(entry -> text.block(column(list), Entries.items(List.of(entry)))).orElse("");
        splices.add(Splice.of(dash(list, item), text.nextLine(text.end(item)), lines));
      }
    }
    boolean isEmptied =
        added.isEmpty()
            && list.getValue().stream()
                .allMatch(item -> changed.containsKey(item) && changed.get(item).isEmpty());
    if (isEmptied) {
      int colon = text.colon(key().getEndMark().getIndex());
      splices.add(Splice.of(colon + 1, colon + 1, " []"));
    }
    if (!added.isEmpty()) {
      splices.add(rows(text.end(list), column(list)));
    }
    return splices;
  }

  private Splice rows(int behind, int column) {
    return text.linesAfter(behind, text.block(column, addedLines()));
  }

  private List<String> addedLines() {
    return Entries.items(added);
  }

  /** Where the line of an item's dash begins: the item itself may stand further down. */
  private int dash(SequenceNode list, Node item) throws RejectedException {
    int column = column(list);
    for (int line = text.lineStart(YamlText.start(item));
        line >= 0;
        line = line == 0 ? -1 : text.lineStart(line - 1)) {
      int end = Math.min(line + column + 1, text.length());
      if (text.slice(line, end).equals(" ".repeat(column) + "-")) {
        return line;
      }
    }
    throw text.unreadable(item, "the entry does not begin on a line of its own");
  }

  /** A list in brackets on one line, of texts alone. */
  private List<Splice> flow(SequenceNode list) throws RejectedException {
    List<Node> items = list.getValue();
    boolean isPlain =
        list.getStartMark().getLine() == list.getEndMark().getLine()
            && items.stream().allMatch(item -> item instanceof ScalarNode)
            && added.stream().allMatch(item -> item instanceof ScalarNode);
    if (!isPlain) {
      throw text.unreadable(list, "\"%s\" is a list in brackets".formatted(name));
    }
    List<Node> kept = items.stream().filter(item -> !changed.containsKey(item)).toList();
    String texts = String.join(", ", added.stream().map(ListEdit::word).toList());
    if (kept.isEmpty()) {
      return List.of(Splice.of(YamlText.start(list) + 1, list.getEndMark().getIndex() - 1, texts));
    }
    List<Splice> splices = new ArrayList<>();
    int first = items.indexOf(kept.get(0));
    splices.add(Splice.cut(YamlText.start(items.get(0)), YamlText.start(items.get(first))));
    for (int i = first + 1; i < items.size(); i++) {
      if (changed.containsKey(items.get(i))) {
        splices.add(Splice.cut(text.end(items.get(i - 1)), text.end(items.get(i))));
      }
    }
    int last = text.end(items.get(items.size() - 1));
    splices.add(Splice.of(last, last, texts.isEmpty() ? "" : ", " + texts));
    return splices;
  }

  private static String word(Node scalar) {
    return Entries.lines(scalar).get(0);
  }
}

package tech.kyotu.groundwork.gitops;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * One YAML file with places for values, such as {@code <name>}. Values go into the parsed tree as
 * data and come out as quoted strings, so no value can add a line, a field or a document.
 *
 * <p>Our values hold neither {@code $} nor double braces, which Flux and Argo CD would read as
 * theirs; what the template itself holds of them stays.
 */
final class Template {

  private static final Pattern PLACE = Pattern.compile("<([a-z]+(?:-[a-z]+)*)>");
  private static final Pattern FORBIDDEN = Pattern.compile("[$\\p{Cntrl}\\u2028\\u2029]|\\{\\{|}}");

  private final String file;
  private final List<Node> documents;

  private Template(String file, List<Node> documents) {
    this.file = file;
    this.documents = documents;
  }

  /**
   * Reads a template.
   *
   * @param root folder that holds the template folders
   * @param file path below it
   * @throws RejectedException {@code TemplateInvalid} if it is absent or no YAML
   */
  static Template read(Path root, String file) throws RejectedException {
    try {
      List<Node> documents = new ArrayList<>();
      yaml()
          .composeAll(new StringReader(Files.readString(root.resolve(file))))
          .forEach(documents::add);
      return new Template(file, documents);
    } catch (IOException e) {
      throw invalid(file, "cannot be read");
    } catch (YAMLException e) {
      throw invalid(file, "is no YAML");
    }
  }

  /** The same without this field of a mapping at the top. */
  Template without(String parent, String name) {
    List<Node> rest = new ArrayList<>();
    for (Node document : documents) {
      List<NodeTuple> fields = new ArrayList<>();
      for (NodeTuple field : fields(document)) {
        fields.add(
            isNamed(field, parent) && field.getValueNode() instanceof MappingNode mapping
                ? new NodeTuple(field.getKeyNode(), without(mapping, name))
                : field);
      }
      rest.add(new MappingNode(document.getTag(), fields, DumperOptions.FlowStyle.BLOCK));
    }
    return new Template(file, rest);
  }

  private static Node without(MappingNode mapping, String name) {
    List<NodeTuple> fields = new ArrayList<>(mapping.getValue());
    fields.removeIf(field -> isNamed(field, name));
    return new MappingNode(mapping.getTag(), fields, mapping.getFlowStyle());
  }

  private static List<NodeTuple> fields(Node node) {
    return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
  }

  private static boolean isNamed(NodeTuple field, String name) {
    return field.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
  }

  /**
   * Puts the values in.
   *
   * @param values by the word in the brackets: text, a Boolean, a mapping of texts, or a list of
   *     these, which takes the place of one item of a list. An empty {@code Optional} takes the
   *     field away whose whole value it would be
   * @return the documents as YAML, each preceded by {@code ---}
   * @throws RejectedException {@code TemplateInvalid}, naming file and line, if a value is missing
   *     or not allowed
   */
  String render(Map<String, Object> values) throws RejectedException {
    StringWriter text = new StringWriter();
    for (Node document : documents) {
      text.append("---\n");
      yaml().serialize(filled(document, values), text);
    }
    return text.toString();
  }

  /** What a rendered text says, for checks. */
  static List<Object> parsed(String text, String file) throws RejectedException {
    try {
      List<Object> documents = new ArrayList<>();
      yaml().loadAll(text).forEach(documents::add);
      return documents;
    } catch (YAMLException e) {
      throw invalid(file, "renders to something that is no YAML");
    }
  }

  /**
   * Passes if neither Flux nor Argo CD would read a rendered text otherwise than it stands there.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  static String literal(String file, String text) throws RejectedException {
    if (text.contains("$") || text.contains("{{")) {
      throw invalid(file, "holds a dollar sign or double braces");
    }
    return text;
  }

  static RejectedException invalid(String file, String why) {
    return new RejectedException(
        Reason.TEMPLATE_INVALID, "%s %s. Fix the template, restart.".formatted(file, why));
  }

  private static Yaml yaml() {
    LoaderOptions loading = new LoaderOptions();
    loading.setAllowDuplicateKeys(false);
    loading.setMaxAliasesForCollections(0);
    DumperOptions dumping = new DumperOptions();
    dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    dumping.setIndicatorIndent(2);
    dumping.setIndentWithIndicator(true);
    dumping.setSplitLines(false);
    return new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading);
  }

  private Node filled(Node node, Map<String, Object> values) throws RejectedException {
    if (node instanceof ScalarNode scalar) {
      return filled(scalar, values);
    }
    if (node instanceof SequenceNode sequence) {
      List<Node> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.addAll(filledItem(item, values));
      }
      return new SequenceNode(sequence.getTag(), items, sequence.getFlowStyle());
    }
    MappingNode mapping = (MappingNode) node;
    List<NodeTuple> fields = new ArrayList<>();
    for (NodeTuple field : mapping.getValue()) {
      Node value = field.getValueNode();
      if (!Optional.empty().equals(whole(value, values))) {
        fields.add(new NodeTuple(field.getKeyNode(), filled(value, values)));
      }
    }
    return new MappingNode(mapping.getTag(), fields, mapping.getFlowStyle());
  }

  private List<Node> filledItem(Node item, Map<String, Object> values) throws RejectedException {
    if (whole(item, values) instanceof List<?> list) {
      List<Node> items = new ArrayList<>();
      for (Object element : list) {
        items.add(
            element instanceof Map<?, ?> texts ? mapping(texts, item) : quoted(element, item));
      }
      return items;
    }
    return List.of(filled(item, values));
  }

  /** Keys and texts in the order of the keys. */
  private Node mapping(Map<?, ?> texts, Node place) throws RejectedException {
    List<NodeTuple> fields = new ArrayList<>();
    for (Map.Entry<?, ?> text : new TreeMap<>(texts).entrySet()) {
      fields.add(new NodeTuple(quoted(text.getKey(), place), quoted(text.getValue(), place)));
    }
    return new MappingNode(Tag.MAP, fields, DumperOptions.FlowStyle.BLOCK);
  }

  private Node quoted(Object text, Node place) throws RejectedException {
    return quoted(allowed(wholePlace(place).orElse(""), String.valueOf(text), place));
  }

  private Node filled(ScalarNode scalar, Map<String, Object> values) throws RejectedException {
    Object whole = whole(scalar, values);
    if (whole instanceof Boolean flag) {
      return new ScalarNode(Tag.BOOL, flag.toString(), null, null, DumperOptions.ScalarStyle.PLAIN);
    }
    if (whole instanceof Map<?, ?> texts) {
      return mapping(texts, scalar);
    }
    if (whole instanceof String text) {
      return quoted(text, scalar);
    }
    Matcher places = PLACE.matcher(scalar.getValue());
    StringBuilder text = new StringBuilder();
    boolean isFilled = false;
    while (places.find()) {
      Object value = values.get(places.group(1));
      if (!(value instanceof String string)) {
        throw at(scalar, "no value \"%s\"".formatted(places.group(1)));
      }
      String safe = allowed(places.group(1), string, scalar);
      places.appendReplacement(text, Matcher.quoteReplacement(safe));
      isFilled = true;
    }
    return isFilled ? quoted(places.appendTail(text).toString()) : scalar;
  }

  /** The value that a node is the place of; null if it is none, or there is no such value. */
  private static @Nullable Object whole(Node node, Map<String, Object> values) {
    Object value = wholePlace(node).map(values::get).orElse(null);
    return value instanceof Optional<?> given && given.isPresent() ? given.get() : value;
  }

  private static Optional<String> wholePlace(Node node) {
    if (node instanceof ScalarNode scalar) {
      Matcher place = PLACE.matcher(scalar.getValue());
      return place.matches() ? Optional.of(place.group(1)) : Optional.empty();
    }
    return Optional.empty();
  }

  private static ScalarNode quoted(String text) {
    return new ScalarNode(Tag.STR, text, null, null, DumperOptions.ScalarStyle.SINGLE_QUOTED);
  }

  private String allowed(String place, String value, Node node) throws RejectedException {
    if (FORBIDDEN.matcher(value).find()) {
      throw at(node, "the value \"%s\" holds a character that is not allowed".formatted(place));
    }
    return value;
  }

  private RejectedException at(Node node, String why) {
    int line = node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    return new RejectedException(
        Reason.TEMPLATE_INVALID,
        "%s line %d: %s. Fix the template, restart.".formatted(file, line, why));
  }
}

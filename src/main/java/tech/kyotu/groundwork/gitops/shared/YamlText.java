package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.reader.ReaderException;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * A YAML file as text and as nodes at once. Nodes are composed, never constructed. All positions
 * are code points, because the parser's marks are.
 */
final class YamlText {

  /** The largest file that is read or written, in bytes. */
  private static final int LARGEST = 1 << 20;

  private static final int MOST_ALIASES = 50;
  private static final int DEEPEST = 50;

  /** What an edit by lines cannot be sure of. */
  private static final Map<Pattern, String> REFUSED =
      Map.of(
          Pattern.compile("\\A\uFEFF"), "a byte order mark",
          Pattern.compile("(?md)^ *\t"), "a tab in the indentation",
          Pattern.compile("(?md)^(?:<{7}|={7}|>{7}|[|]{7})(?=[ \r]|$)"),
              "the mark of an unfinished merge",
          Pattern.compile("\r(?!\n)"), "a carriage return alone",
          Pattern.compile("[\u0085\u2028\u2029]"), "a line end that only YAML knows");

  private static final Pattern BARE_LINE_FEED = Pattern.compile("(?<!\r)\n");

  private final String file;
  private final int[] codes;
  private final String lineEnd;
  private final List<Node> documents = new ArrayList<>();

  private YamlText(String file, String text) {
    this.file = file;
    this.codes = text.codePoints().toArray();
    this.lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /**
   * Reads a file.
   *
   * @param file its path, for messages
   * @throws RejectedException {@code UnreadableFile} if it is not safe to edit
   */
  static YamlText read(String file, byte[] content) throws RejectedException {
    String text = decoded(file, content);
    YamlText read = new YamlText(file, text);
    for (Map.Entry<Pattern, String> refused : REFUSED.entrySet()) {
      read.refuse(text, refused.getKey(), refused.getValue());
    }
    if (read.lineEnd.equals("\r\n")) {
      read.refuse(text, BARE_LINE_FEED, "another kind of line end than before");
    }
    read.compose(text);
    read.refuseDuplicateKeys();
    return read;
  }

  private static String decoded(String file, byte[] content) throws RejectedException {
    if (content.length > LARGEST) {
      throw unreadable(file, "", "it is larger than 1 MiB");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content);
    CharBuffer text = CharBuffer.allocate(content.length);
    if (UTF_8.newDecoder().decode(bytes, text, true).isError()) {
      String before = new String(content, 0, bytes.position(), UTF_8);
      throw unreadable(file, " line " + lineOf(before, before.length()), "it is no UTF-8");
    }
    return text.flip().toString();
  }

  private void refuse(String text, Pattern pattern, String why) throws RejectedException {
    Matcher matcher = pattern.matcher(text);
    if (matcher.find()) {
      throw unreadable(file, " line " + lineOf(text, matcher.start()), why);
    }
  }

  private static int lineOf(String text, int at) {
    return 1 + (int) text.substring(0, at).chars().filter(each -> each == '\n').count();
  }

  private void compose(String text) throws RejectedException {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setNestingDepthLimit(DEEPEST);
    try {
      new Yaml(options).composeAll(new StringReader(text)).forEach(documents::add);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      String line = mark == null ? "" : " line " + (mark.getLine() + 1);
      throw unreadable(file, line, String.valueOf(e.getProblem()));
    } catch (ReaderException e) {
      int at = Math.min(e.getPosition(), text.length());
      throw unreadable(file, " line " + lineOf(text, at), "a character that YAML forbids");
    } catch (YAMLException e) {
      throw unreadable(file, "", "it has too many aliases or levels");
    }
  }

  private void refuseDuplicateKeys() throws RejectedException {
    for (Node document : documents) {
      for (Node node : YamlGraph.below(document)) {
        Set<String> keys = new HashSet<>();
        for (NodeTuple field : YamlGraph.fields(node)) {
          if (field.getKeyNode() instanceof ScalarNode key && !keys.add(key.getValue())) {
            throw unreadable(key, "duplicate key \"" + key.getValue() + "\"");
          }
        }
      }
    }
  }

  /** A refusal that names the line of a node. */
  RejectedException unreadable(Node where, String why) {
    return unreadable(start(where), why);
  }

  /** A refusal that names the line of a position. */
  RejectedException unreadable(int at, String why) {
    long line = 1 + Arrays.stream(codes, 0, at).filter(each -> each == '\n').count();
    return unreadable(file, " line " + line, why);
  }

  private static RejectedException unreadable(String file, String line, String why) {
    return new RejectedException(
        Reason.UNREADABLE_FILE,
        "%s%s in the Flux repository: %s. Repair the file; the operator does not touch it before."
            .formatted(file.substring(file.lastIndexOf('/') + 1), line, why));
  }

  /**
   * Refuses to edit what stands in the text more than once: below an anchor.
   *
   * @param target what is to be edited
   */
  void refuseSharing(Node target) throws RejectedException {
    for (Node document : documents) {
      for (Node node : YamlGraph.below(document)) {
        if (node.getAnchor() != null && YamlGraph.below(node).contains(target)) {
          throw unreadable(node, "an anchor or alias on what the operator edits");
        }
      }
    }
  }

  /** Refuses an entry of ours that holds an anchor, an alias, a merge key or a tag of its own. */
  void refuseExtras(Node entry) throws RejectedException {
    for (Node node : YamlGraph.below(entry)) {
      boolean isPlain =
          node.getAnchor() == null
              && node.getTag().getValue().startsWith("tag:yaml.org,2002:")
              && !YamlGraph.merges(node);
      if (!isPlain) {
        throw unreadable(node, "an anchor, alias, merge key or tag on an entry of the operator");
      }
    }
  }

  String file() {
    return file;
  }

  List<Node> documents() {
    return documents;
  }

  int length() {
    return codes.length;
  }

  String slice(int from, int to) {
    return new String(codes, from, to - from);
  }

  /** Where a node begins. */
  static int start(Node node) {
    return node.getStartMark().getIndex();
  }

  static boolean isFlow(Node node) {
    return node instanceof CollectionNode<?> collection
        && collection.getFlowStyle() == FlowStyle.FLOW;
  }

  /**
   * Behind the last thing that a node holds. The mark of a collection in blocks lies too far, at
   * what comes next, and so does that of a block of text.
   */
  int end(Node node) {
    if (node instanceof ScalarNode scalar) {
      return end(scalar);
    }
    if (isFlow(node)) {
      return node.getEndMark().getIndex();
    }
    List<Node> children = YamlGraph.children(node);
    return children.stream().mapToInt(this::end).max().orElse(start(node));
  }

  private int end(ScalarNode scalar) {
    int end = scalar.getEndMark().getIndex();
    return switch (scalar.getScalarStyle()) {
      case PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, JSON_SCALAR_STYLE -> end;
      case LITERAL, FOLDED -> {
        if (scalar.getValue().endsWith("\n\n")) {
          yield end - 1;
        }
        while (end > start(scalar) && Character.isWhitespace(codes[end - 1])) {
          end--;
        }
        yield end;
      }
    };
  }

  /** Where the line of a position begins. */
  int lineStart(int at) {
    int start = at;
    while (start > 0 && codes[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  /** Where the line after that of a position begins; the end of the text if there is none. */
  int nextLine(int at) {
    int next = at;
    while (next < codes.length && codes[next] != '\n') {
      next++;
    }
    return Math.min(next + 1, codes.length);
  }

  /** The next colon from a position on. */
  int colon(int from) {
    int at = from;
    while (at < codes.length && codes[at] != ':') {
      at++;
    }
    return at;
  }

  /** New lines behind the line of a position, which may be the last one and open. */
  Splice linesAfter(int position, String lines) {
    int at = nextLine(position);
    boolean isOpen = at == 0 || codes[at - 1] != '\n';
    return isOpen
        ? Splice.of(at, at, lineEnd + lines.substring(0, lines.length() - lineEnd.length()))
        : Splice.of(at, at, lines);
  }

  /** These lines as they stand in this file, each moved to the right. */
  String block(int column, List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line.isEmpty() ? "" : " ".repeat(column)).append(line).append(lineEnd);
    }
    return text.toString();
  }
}

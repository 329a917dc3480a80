package tech.kyotu.groundwork.cli;

import java.util.List;
import tech.kyotu.groundwork.view.TraceView;
import tech.kyotu.groundwork.view.TraceView.Part;
import tech.kyotu.groundwork.view.TraceView.State;

/** The tree as a graph for Graphviz and Mermaid. The state is a word in each node. */
final class TraceGraph {

  private TraceGraph() {}

  static String dot(TraceView view) {
    StringBuilder text = new StringBuilder("digraph project {\n  node [shape=box];\n");
    text.append("  n [label=\"%s\\n%s\"];%n".formatted(dotted(view.name()), ready(view)));
    dot(view.parts(), "n", text);
    return text.append("}").toString();
  }

  private static void dot(List<Part> parts, String parent, StringBuilder text) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      String id = parent + "_" + i;
      text.append(
          "  %s [label=\"%s\\n%s: %s\"];%n"
              .formatted(id, dotted(part.name()), word(part.state()), dotted(part.text())));
      text.append("  %s -> %s;%n".formatted(parent, id));
      dot(part.parts(), id, text);
    }
  }

  private static String dotted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  static String mermaid(TraceView view) {
    StringBuilder text = new StringBuilder("flowchart LR\n");
    text.append("  n[\"%s: %s\"]%n".formatted(escaped(view.name()), ready(view)));
    mermaid(view.parts(), "n", text);
    return text.toString().stripTrailing();
  }

  private static void mermaid(List<Part> parts, String parent, StringBuilder text) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      String id = parent + "_" + i;
      text.append(
          "  %s --> %s[\"%s<br/>%s: %s\"]%n"
              .formatted(
                  parent, id, escaped(part.name()), word(part.state()), escaped(part.text())));
      mermaid(part.parts(), id, text);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
  }

  private static String ready(TraceView view) {
    return view.reason().isEmpty()
        ? "Ready " + view.ready()
        : "Ready %s, %s".formatted(view.ready(), view.reason());
  }

  private static String word(State state) {
    return switch (state) {
      case OK -> "ok";
      case WAITING -> "waits";
      case FAILED -> "failed";
      case UNREAD -> "not known";
      case ABSENT -> "not there";
    };
  }
}

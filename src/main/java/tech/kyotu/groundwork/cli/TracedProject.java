package tech.kyotu.groundwork.cli;

import java.time.Clock;
import java.util.List;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.ProjectTree;
import tech.kyotu.groundwork.view.TraceView;
import tech.kyotu.groundwork.view.TraceView.Part;

/** The tree of a Project, drawn. */
final class TracedProject {

  private static final int NAMES = 24;

  private final Session session;
  private final String argoNamespace;
  private final Screen screen;
  private final Form form;

  TracedProject(Session session, String argoNamespace) {
    this.session = session;
    this.argoNamespace = argoNamespace;
    this.screen = session.screen();
    this.form = session.flags().form.of("trace", Form.DOT, Form.MERMAID);
  }

  /** Shows it; not Ready is told by the exit code too. */
  ExitCode show(ProjectRef ref) {
    Project project = session.cluster().project(ref);
    FollowersSeen seen = new FollowersSeen(session.cluster(), argoNamespace);
    TraceView view = ProjectTree.of(project, seen.flux(project), seen.argo(project));
    switch (form) {
      case JSON, YAML -> screen.data(form, view);
      case NAME -> screen.line("project.kyotu.tech/" + ref.name());
      case DOT -> screen.line(TraceGraph.dot(view));
      case MERMAID -> screen.line(TraceGraph.mermaid(view));
      case TABLE, WIDE, MARKDOWN, DIFF -> tree(view);
    }
    return ProjectScreen.isReady(project) ? ExitCode.FINE : ExitCode.DIFFERENT;
  }

  /** The first line about a Project. */
  static String headline(TraceView view, Clock clock) {
    String since = ProjectTable.age(view.since(), clock);
    return "Project %s   Ready %s%s%s"
        .formatted(
            view.name(),
            view.ready(),
            view.reason().isEmpty() ? "" : "   " + view.reason(),
            since.isEmpty() ? "" : "   since " + since);
  }

  private void tree(TraceView view) {
    screen.line(headline(view, session.clock()));
    if (view.parts().isEmpty()) {
      screen.line(view.message());
    }
    draw(view.parts(), "", NAMES);
    if (!view.next().isEmpty()) {
      screen.line("Next: " + view.next());
    }
  }

  private void draw(List<Part> parts, String indent, int width) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean isLast = i == parts.size() - 1;
      screen.line(
          "%s%s- %s %s%s"
              .formatted(
                  indent,
                  isLast ? "`" : "|",
                  screen.mark(part.state()),
                  Table.padded(part.name(), width),
                  part.text()));
      int names = part.parts().stream().mapToInt(it -> it.name().length() + 2).max().orElse(0);
      draw(part.parts(), indent + (isLast ? "   " : "|  "), names);
    }
  }
}

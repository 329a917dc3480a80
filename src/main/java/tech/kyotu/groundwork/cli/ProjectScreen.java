package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.view.ProjectTree;
import tech.kyotu.groundwork.view.TraceView;

/** One Project on one screen: conditions, holdings, links, and what to do. */
final class ProjectScreen {

  private final Session session;
  private final Screen screen;
  private final Form form;

  ProjectScreen(Session session) {
    this.session = session;
    this.screen = session.screen();
    this.form = session.flags().form.of("get");
  }

  /** Shows it; not Ready is told by the exit code too. */
  ExitCode show(ProjectRef ref) {
    JsonNode stored = session.cluster().stored(ref);
    Project project = Json.as(stored, Project.class);
    switch (form) {
      case JSON, YAML -> screen.data(form, stored);
      case NAME -> screen.line("project.kyotu.tech/" + ref.name());
      default -> screen(project);
    }
    return isReady(project) ? ExitCode.FINE : ExitCode.DIFFERENT;
  }

  /** Whether it is Ready, and for the newest generation. */
  static boolean isReady(Project project) {
    return project.statusOrUnseen().observedGeneration() >= project.generation()
        && ProjectTable.ready(project).filter(it -> "True".equals(it.getStatus())).isPresent();
  }

  private void screen(Project project) {
    TraceView view = ProjectTree.of(project, List.of(), List.of());
    screen.line(TracedProject.headline(view, session.clock()));
    screen.line(view.message());
    ProjectStatus status = project.statusOrUnseen();
    conditions(status);
    holdings(status);
    links(status);
    if (!view.next().isEmpty()) {
      screen.line("");
      screen.line("Next: " + view.next());
    }
  }

  private void conditions(ProjectStatus status) {
    if (status.conditions().isEmpty()) {
      return;
    }
    screen.line("");
    Table table = new Table("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE");
    for (Condition it : status.conditions()) {
      table.row(
          it.getType(),
          it.getStatus(),
          it.getReason(),
          ProjectTable.age(it.getLastTransitionTime(), session.clock()),
          // These two repeat what Ready says.
          List.of("Reconciling", "Stalled").contains(it.getType()) ? "" : it.getMessage());
    }
    table.print(screen);
  }

  private void holdings(ProjectStatus status) {
    if (status.holdings().isEmpty()) {
      return;
    }
    screen.line("");
    Table table = new Table("HOLDING", "KIND", "ORIGIN", "REFERENCE");
    for (Holding it : status.holdings()) {
      table.row(
          it.id(),
          it.kind(),
          it.origin().word() + (Boolean.TRUE.equals(it.shared()) ? ", shared" : ""),
          it.reference());
    }
    table.print(screen);
  }

  private void links(ProjectStatus status) {
    Map<String, String> links = new LinkedHashMap<>();
    Json.tree(status)
        .path("links")
        .properties()
        .forEach(link -> links.put(link.getKey(), link.getValue().asText()));
    List<String> lines = new ArrayList<>();
    links.forEach((name, url) -> lines.add(Table.padded(name, 17) + url));
    status.commits().stream()
        .filter(commit -> commit.url() != null)
        .forEach(commit -> lines.add(Table.padded(commit.repository(), 17) + commit.url()));
    if (!lines.isEmpty()) {
      screen.line("");
      lines.forEach(screen::line);
    }
  }
}

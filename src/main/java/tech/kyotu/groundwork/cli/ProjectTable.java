package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.api.ProjectStatus;

/** Projects in a table, with the columns of the CRD. */
final class ProjectTable {

  private static final List<String> COLUMNS =
      List.of("NAME", "PROJECT", "ENV", "READY", "STATUS", "DONE", "TOKEN-EXPIRES", "AGE");
  private static final List<String> WIDE =
      List.of("TARGET", "GROUP", "MODE", "SUSPENDED", "MESSAGE");

  private final Session session;
  private final Form form;

  ProjectTable(Session session) {
    this.session = session;
    this.form = session.flags().form.of("get");
  }

  /** The Projects of the caller's namespace, or of all. */
  ExitCode show(boolean everywhere) {
    Screen screen = session.screen();
    JsonNode list =
        session
            .cluster()
            .read(everywhere ? Cluster.PROJECTS : Cluster.projectsIn(session.namespace()));
    List<Project> projects =
        StreamSupport.stream(list.path("items").spliterator(), false)
            .map(item -> Json.as(item, Project.class))
            .toList();
    switch (form) {
      case JSON, YAML -> screen.data(form, list);
      case NAME -> projects.forEach(it -> screen.line("project.kyotu.tech/" + it.ref().name()));
      default -> table(projects, everywhere, screen);
    }
    return ExitCode.FINE;
  }

  private void table(List<Project> projects, boolean everywhere, Screen screen) {
    if (projects.isEmpty()) {
      screen.remark(
          everywhere
              ? "There are no Projects. kubectl project new writes one."
              : "There are no Projects in namespace %s. Use -A for all namespaces."
                  .formatted(session.namespace()));
      return;
    }
    List<String> headings = new ArrayList<>(COLUMNS);
    if (everywhere) {
      headings.add(0, "NAMESPACE");
    }
    if (form == Form.WIDE) {
      headings.addAll(WIDE);
    }
    Table table = new Table(headings);
    for (Project project : projects) {
      List<String> row = row(project);
      if (everywhere) {
        row.add(0, project.ref().namespace());
      }
      table.row(row);
    }
    table.print(screen);
  }

  private List<String> row(Project project) {
    ProjectStatus status = project.statusOrUnseen();
    @Nullable ProjectSpec spec = project.getSpec();
    Optional<Condition> ready = ready(project);
    List<String> row =
        new ArrayList<>(
            List.of(
                project.ref().name(),
                spec == null ? "" : text(spec.projectId()),
                spec == null || spec.environmentType() == null ? "" : spec.environmentType().word(),
                ready.map(Condition::getStatus).orElse(""),
                ready.map(Condition::getReason).orElse(""),
                text(status.summary()),
                status.registryToken() == null ? "" : text(status.registryToken().expiresAt()),
                age(project.getMetadata().getCreationTimestamp(), session.clock())));
    if (form == Form.WIDE) {
      row.add(text(status.projectName()));
      row.add(spec == null ? "" : text(spec.googleGroup()));
      row.add(project.isPlanOnly() ? "Plan" : "Apply");
      row.add(String.valueOf(project.isSuspended()));
      row.add(ready.map(Condition::getMessage).orElse(""));
    }
    return row;
  }

  static Optional<Condition> ready(Project project) {
    return condition(project, "Ready");
  }

  static Optional<Condition> condition(Project project, String type) {
    return project.statusOrUnseen().conditions().stream()
        .filter(it -> type.equals(it.getType()))
        .findFirst();
  }

  static String age(@Nullable String since, Clock clock) {
    try {
      return since == null
          ? ""
          : Amount.brief(Duration.between(Instant.parse(since), clock.instant()));
    } catch (DateTimeParseException unreadable) {
      return "";
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}

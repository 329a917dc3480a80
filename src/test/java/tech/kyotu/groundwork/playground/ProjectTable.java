package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.api.model.Condition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;

/**
 * The Projects as a table: on a terminal redrawn in place, elsewhere one line per change. Not for
 * several threads.
 */
final class ProjectTable {
  private static final String FORM = "  %-18s %-14s %-5s %-8s %-20s %-12s %s";

  private final PrintStream out;
  private final int columns;
  private final Map<String, String> shown = new HashMap<>();
  private int linesDrawn;
  private boolean headed;

  /** With the width of a terminal, or 0 for an output that cannot be redrawn. */
  ProjectTable(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Shows the Projects as they are now; one that is no longer among them is gone. */
  void show(List<Project> projects) {
    Map<String, String> rows = new TreeMap<>();
    projects.forEach(project -> rows.put(project.ref().toString(), row(project)));
    if (rows.equals(shown)) {
      return;
    }
    if (columns > 0) {
      redraw(new ArrayList<>(rows.values()));
    } else {
      printChanges(rows);
    }
    shown.clear();
    shown.putAll(rows);
    out.flush();
  }

  /** Leaves the table as it stands; the next one is drawn below. */
  void leave() {
    linesDrawn = 0;
    headed = false;
  }

  static Optional<Condition> ready(Project project) {
    return project.statusOrUnseen().conditions().stream()
        .filter(condition -> "Ready".equals(condition.getType()))
        .findFirst();
  }

  private void redraw(List<String> rows) {
    if (linesDrawn > 0) {
      out.print("\033[" + linesDrawn + "A");
    }
    out.print("\033[J");
    out.println(cut(head()));
    rows.forEach(row -> out.println(cut(row)));
    linesDrawn = rows.size() + 1;
  }

  private void printChanges(Map<String, String> rows) {
    if (!headed) {
      out.println(head());
      headed = true;
    }
    rows.forEach(
        (name, row) -> {
          if (!row.equals(shown.get(name))) {
            out.println(row);
          }
        });
    shown.keySet().stream()
        .filter(name -> !rows.containsKey(name))
        .sorted()
        .forEach(name -> out.println("  " + name + " is gone"));
  }

  private static String head() {
    return FORM.formatted("NAME", "PROJECT", "ENV", "READY", "STATUS", "DONE", "MESSAGE");
  }

  private static String row(Project project) {
    ProjectSpec spec = project.getSpec();
    Optional<Condition> ready = ready(project);
    return FORM.formatted(
            project.getMetadata().getName(),
            spec == null ? "" : text(spec.projectId()),
            spec == null || spec.environmentType() == null ? "" : spec.environmentType().word(),
            text(ready.map(Condition::getStatus).orElse("")),
            text(ready.map(Condition::getReason).orElse("")),
            text(project.statusOrUnseen().summary()),
            text(ready.map(Condition::getMessage).orElse("")))
        .stripTrailing();
  }

  /** A line that wraps would count as two when the cursor goes back up. */
  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, columns - 1);
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}

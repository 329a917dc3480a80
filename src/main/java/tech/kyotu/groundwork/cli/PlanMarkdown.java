package tech.kyotu.groundwork.cli;

import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfFile;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;

/** A plan as the note of a merge request: a table for each Project, differences folded. */
final class PlanMarkdown {

  private PlanMarkdown() {}

  static List<String> of(PlanView plan) {
    List<String> lines = new ArrayList<>();
    plan.projects().forEach(project -> add(project, lines));
    return lines;
  }

  private static void add(OfProject project, List<String> lines) {
    lines.add("### " + escaped(PlanWords.headline(project)));
    lines.add("");
    if (!project.guard().isEmpty()) {
      lines.add(escaped(project.guard()));
      lines.add("");
      return;
    }
    List<String> rows = new ArrayList<>();
    project.steps().forEach(step -> addRows(step, rows));
    if (!rows.isEmpty()) {
      lines.add("| Step | | What | Why |");
      lines.add("|---|---|---|---|");
      lines.addAll(rows);
      lines.add("");
    }
    PlanWords.leftOut(project)
        .ifPresent(
            names -> {
              lines.add("Not read: %s.".formatted(names));
              lines.add("");
            });
    project.steps().stream()
        .flatMap(step -> step.changes().stream())
        .flatMap(change -> change.files().stream())
        .forEach(file -> add(file, lines));
  }

  private static void addRows(OfStep step, List<String> rows) {
    for (OfChange change : step.changes()) {
      rows.add(
          "| %s | %s | %s | %s |"
              .formatted(
                  step.step(), change.word(), escaped(change.subject()), escaped(change.reason())));
    }
    if ((step.isUnread() && !step.isLeftOut()) || step.state().equals("REJECTED")) {
      rows.add(
          "| %s | **%s** | %s | %s |"
              .formatted(
                  step.step(),
                  step.isUnread() ? "not read" : "stuck",
                  step.reason(),
                  escaped(step.message())));
    }
  }

  private static void add(OfFile file, List<String> lines) {
    lines.add(
        "<details><summary><code>%s:%s</code>, %d lines</summary>"
            .formatted(file.repository(), html(file.path()), file.lines()));
    lines.add("");
    String fence = fence(file.diff());
    lines.add(fence + "diff");
    lines.add(file.diff().isEmpty() ? "(not shown)" : file.diff().stripTrailing());
    lines.add(fence);
    lines.add("");
    lines.add("</details>");
    lines.add("");
  }

  /** Longer than any that the text holds, so that no file can end it. */
  private static String fence(String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence;
  }

  /** What Markdown or HTML would take for its own. */
  private static String escaped(String text) {
    return html(text).replaceAll("([\\\\|*_`\\[\\]#@!])", "\\\\$1");
  }

  private static String html(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

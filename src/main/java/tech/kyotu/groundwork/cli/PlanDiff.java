package tech.kyotu.groundwork.cli;

import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfFile;

/** A plan as the differences of its files. */
final class PlanDiff {

  private PlanDiff() {}

  /** The differences, each after a line that tells whose it is. */
  static List<String> of(PlanView plan) {
    List<String> lines = new ArrayList<>();
    for (PlanView.OfProject project : plan.projects()) {
      lines.add("# " + PlanWords.headline(project));
      project.steps().stream()
          .flatMap(step -> step.changes().stream())
          .flatMap(change -> change.files().stream())
          .forEach(file -> lines.addAll(of(file)));
    }
    return lines;
  }

  private static List<String> of(OfFile file) {
    String head = "# %s:%s, %d lines".formatted(file.repository(), file.path(), file.lines());
    return file.diff().isEmpty()
        ? List.of(head + ", not shown")
        : List.of(head, file.diff().stripTrailing());
  }
}

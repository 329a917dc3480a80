package tech.kyotu.groundwork.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;

/** How plans are spoken of, in every form. */
final class PlanWords {

  private PlanWords() {}

  /** {@code Project shop-dev (new): 9 to create, 1 to adopt}. */
  static String headline(OfProject project) {
    String what = project.deletion() ? " (deletion)" : project.isNew() ? " (new)" : "";
    return "Project %s%s: %s".formatted(project.name(), what, counts(project));
  }

  private static String counts(OfProject project) {
    if (!project.guard().isEmpty()) {
      return "held back";
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String word : List.of("create", "update", "rotate", "adopt", "delete", "retain")) {
      counts.put(word, 0);
    }
    project.steps().stream()
        .flatMap(step -> step.changes().stream())
        .forEach(change -> counts.merge(change.word(), 1, Integer::sum));
    List<String> told = new ArrayList<>();
    counts.forEach(
        (word, count) -> {
          if (count > 0) {
            told.add("%d to %s".formatted(count, word.equals("retain") ? "keep" : word));
          }
        });
    boolean isStuck = project.steps().stream().anyMatch(it -> it.state().equals("REJECTED"));
    if (told.isEmpty()) {
      return isStuck ? "cannot go on" : project.isIncomplete() ? "not read in full" : "no changes";
    }
    return String.join(", ", told) + (project.isIncomplete() ? ", not read in full" : "");
  }

  /** The parts that an offline plan does not read; empty if it is no such plan. */
  static Optional<String> leftOut(OfProject project) {
    String names =
        project.steps().stream()
            .filter(OfStep::isLeftOut)
            .map(OfStep::step)
            .collect(Collectors.joining(", "));
    return Optional.of(names).filter(it -> !it.isEmpty());
  }

  /** The change of a file is counted; {@code -o diff} shows it. */
  static String subject(OfChange change) {
    int lines = change.files().stream().mapToInt(it -> it.lines()).sum();
    return lines == 0
        ? change.subject()
        : "%s (%d lines, -o diff shows them)".formatted(change.subject(), lines);
  }

  static String mark(OfChange change) {
    return switch (change.verb()) {
      case "CREATE" -> "+";
      case "DELETE" -> "-";
      case "RETAIN" -> "=";
      default -> "~";
    };
  }
}

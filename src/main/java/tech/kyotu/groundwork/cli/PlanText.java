package tech.kyotu.groundwork.cli;

import tech.kyotu.groundwork.cli.Screen.Colour;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;

/** A plan on a screen: a line for each change, by step. */
final class PlanText {

  private static final int STEPS = 23;

  private final Screen screen;
  private final boolean wide;

  PlanText(Screen screen, boolean wide) {
    this.screen = screen;
    this.wide = wide;
  }

  void show(PlanView plan) {
    boolean first = true;
    for (OfProject project : plan.projects()) {
      if (!first) {
        screen.line("");
      }
      first = false;
      screen.line(PlanWords.headline(project));
      if (!project.guard().isEmpty()) {
        screen.line("  " + project.guard());
      }
      project.steps().forEach(this::show);
      PlanWords.leftOut(project).ifPresent(names -> screen.line("  not read: " + names));
    }
  }

  private void show(OfStep step) {
    String name = step.step();
    for (OfChange change : step.changes()) {
      screen.line("  " + Table.padded(name, STEPS) + line(change));
      name = "";
    }
    if (step.isLeftOut()) {
      return; // told of together, below
    }
    if (step.isUnread()) {
      trouble(name, "? not read", step, Colour.YELLOW);
    } else if (step.state().equals("REJECTED")) {
      trouble(name, "! stuck", step, Colour.RED);
    }
  }

  private String line(OfChange change) {
    String text =
        "%s %s %s"
            .formatted(
                PlanWords.mark(change), Table.padded(change.word(), 7), PlanWords.subject(change));
    boolean speaksForItself = change.verb().equals("CREATE") || change.verb().equals("DELETE");
    boolean why = (wide || !speaksForItself) && !change.reason().isEmpty();
    return screen.coloured(colour(change), text) + (why ? " (" + change.reason() + ")" : "");
  }

  private static Colour colour(OfChange change) {
    return switch (change.verb()) {
      case "CREATE" -> Colour.GREEN;
      case "DELETE" -> Colour.RED;
      case "RETAIN" -> Colour.PLAIN;
      default -> Colour.YELLOW;
    };
  }

  private void trouble(String name, String what, OfStep step, Colour colour) {
    screen.line(
        "  %s%s  %s: %s"
            .formatted(
                Table.padded(name, STEPS),
                screen.coloured(colour, what),
                step.reason(),
                step.message()));
  }
}

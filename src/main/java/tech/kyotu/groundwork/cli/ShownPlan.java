package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import tech.kyotu.groundwork.view.PlanView;

/**
 * A plan in the form that was asked for, and what the shell is told of it.
 *
 * @param screen where it is shown
 * @param form one that a plan has
 */
record ShownPlan(Screen screen, Form form) {

  /** Shown as the flags say. */
  static ShownPlan on(Screen screen, Flags flags) {
    return new ShownPlan(screen, flags.form.of("plan", Form.MARKDOWN, Form.DIFF));
  }

  /**
   * Shows a plan.
   *
   * @param answer a {@link PlanView} as JSON; programs get all of it, also what a newer operator
   *     added
   */
  ExitCode show(JsonNode answer) {
    PlanView plan = Json.as(answer, PlanView.class);
    switch (form) {
      case JSON, YAML -> screen.data(form, answer);
      case NAME ->
          plan.projects().stream()
              .filter(PlanView.OfProject::hasChanges)
              .forEach(it -> screen.line("project.kyotu.tech/" + it.name()));
      case MARKDOWN -> PlanMarkdown.of(plan).forEach(screen::line);
      case DIFF -> PlanDiff.of(plan).forEach(screen::line);
      case TABLE, WIDE, DOT, MERMAID -> new PlanText(screen, form == Form.WIDE).show(plan);
    }
    return code(plan);
  }

  /**
   * What an offline plan leaves out was not asked for, so it makes no plan incomplete: a pipeline
   * needs to tell "nothing changes" from "something does", and would learn neither from a 5.
   */
  private ExitCode code(PlanView plan) {
    if (plan.projects().stream().anyMatch(PlanView.OfProject::isIncomplete)) {
      screen.remark("Not read in full; ask again in a moment.");
      return ExitCode.UNREACHABLE;
    }
    boolean isNothing = plan.projects().stream().allMatch(ShownPlan::isNothing);
    return isNothing ? ExitCode.FINE : ExitCode.DIFFERENT;
  }

  /** What a person must mend first is no "nothing to do". */
  private static boolean isNothing(PlanView.OfProject project) {
    return !project.hasChanges()
        && project.guard().isEmpty()
        && project.steps().stream()
            .allMatch(step -> step.state().equals("DONE") || step.isLeftOut());
  }
}

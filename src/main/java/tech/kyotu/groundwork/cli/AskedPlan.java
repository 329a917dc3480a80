package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.PlanView;

/** The operator's plan, shown. */
final class AskedPlan {

  private final Session session;
  private final Screen screen;
  private final Form form;

  AskedPlan(Session session) {
    this.session = session;
    this.screen = session.screen();
    this.form = session.flags().form.of("plan", Form.MARKDOWN, Form.DIFF);
  }

  /** Of a Project of the cluster, or of its deletion. */
  ExitCode show(ProjectRef ref, boolean deletion) {
    // With the caller's own rights: who may not read the Project is told so, not by the operator.
    session.cluster().stored(ref);
    return show(
        session
            .operator()
            .get(
                "/api/v1/projects/%s/%s/plan%s"
                    .formatted(ref.namespace(), ref.name(), deletion ? "?deletion=true" : "")));
  }

  /** Of manifests, as YAML documents. */
  ExitCode show(String manifests) {
    return show(session.operator().post("/api/v1/plan", manifests));
  }

  private ExitCode show(JsonNode answer) {
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

  private ExitCode code(PlanView plan) {
    if (plan.projects().stream().anyMatch(PlanView.OfProject::isIncomplete)) {
      screen.remark("Not read in full; ask again in a moment.");
      return ExitCode.UNREACHABLE;
    }
    boolean isNothing = plan.projects().stream().allMatch(AskedPlan::isNothing);
    return isNothing ? ExitCode.FINE : ExitCode.DIFFERENT;
  }

  /** What a person must mend first is no "nothing to do". */
  private static boolean isNothing(PlanView.OfProject project) {
    return !project.hasChanges()
        && project.guard().isEmpty()
        && project.steps().stream().allMatch(step -> step.state().equals("DONE"));
  }
}

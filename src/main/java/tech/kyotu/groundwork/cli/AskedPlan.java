package tech.kyotu.groundwork.cli;

import tech.kyotu.groundwork.api.ProjectRef;

/** The operator's plan, shown. */
final class AskedPlan {

  private final Session session;
  private final ShownPlan shown;

  AskedPlan(Session session) {
    this.session = session;
    this.shown = ShownPlan.on(session.screen(), session.flags());
  }

  /** Of a Project of the cluster, or of its deletion. */
  ExitCode show(ProjectRef ref, boolean deletion) {
    // With the caller's own rights: who may not read the Project is told so, not by the operator.
    session.cluster().stored(ref);
    return shown.show(
        session
            .operator()
            .get(
                "/api/v1/projects/%s/%s/plan%s"
                    .formatted(ref.namespace(), ref.name(), deletion ? "?deletion=true" : "")));
  }

  /** Of manifests, as YAML documents. */
  ExitCode show(String manifests) {
    return shown.show(session.operator().post("/api/v1/plan", manifests));
  }
}

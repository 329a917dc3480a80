package tech.kyotu.groundwork.view;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.view.TraceView.Part;
import tech.kyotu.groundwork.view.TraceView.State;

/** Draws the tree of a Project from its status: what {@code trace} and the console show. */
public final class ProjectTree {

  /** What is said of a Project that the operator has not seen. */
  public static final String UNSEEN =
      "Waiting for the Groundwork operator. If this lasts, run: kubectl project check.";

  private static final String READY = "Ready";

  private final Project project;
  private final ProjectStatus status;

  private ProjectTree(Project project) {
    this.project = project;
    this.status = project.statusOrUnseen();
  }

  /**
   * The tree of a Project.
   *
   * @param project with its status
   * @param flux what Flux made of our commits; empty if nobody looked
   * @param argo what Argo CD made of them; empty if nobody looked
   */
  public static TraceView of(Project project, List<Part> flux, List<Part> argo) {
    return new ProjectTree(project).view(flux, argo);
  }

  private TraceView view(List<Part> flux, List<Part> argo) {
    Optional<Condition> ready = condition(READY);
    List<Part> parts = new ArrayList<>();
    for (StepName step : StepName.values()) {
      List<Part> followers =
          switch (step) {
            case FLUX_RBAC -> flux;
            case ARGO_APPLICATIONS -> argo;
            case NAMESPACE, GITLAB_GROUP, REGISTRY_ACCESS, VAULT_ACCESS -> List.of();
          };
      condition(step.conditionType()).ifPresent(it -> parts.add(part(step, it, followers)));
    }
    condition(Applied.TYPE).ifPresent(it -> parts.add(part(it, it.getMessage(), List.of())));
    return new TraceView(
        PlanView.API_VERSION,
        TraceView.KIND,
        project.ref().namespace(),
        project.ref().name(),
        ready.map(Condition::getStatus).orElse("Unknown"),
        ready.map(Condition::getReason).orElse(""),
        ready.map(Condition::getMessage).orElse(UNSEEN),
        ready.map(Condition::getLastTransitionTime).orElse(null),
        parts,
        next(ready));
  }

  private Part part(StepName step, Condition condition, List<Part> followers) {
    boolean isInPlace = "True".equals(condition.getStatus());
    // What a step in place holds, its message says; of a broken one it shows how far it came.
    Stream<Part> things = isInPlace ? Stream.empty() : holdings(step);
    return part(
        condition,
        condition.getMessage() + (isInPlace ? commit(step) : ""),
        Stream.concat(things, followers.stream()).toList());
  }

  private static Part part(Condition condition, String text, List<Part> parts) {
    return new Part(condition.getType(), stateOf(condition), condition.getReason(), text, parts);
  }

  private static State stateOf(Condition condition) {
    if ("True".equals(condition.getStatus())) {
      return State.OK;
    }
    return Reason.of(condition.getReason()).map(ProjectTree::stateOf).orElse(State.UNREAD);
  }

  private static State stateOf(Reason reason) {
    return switch (reason) {
      case REMOVED, RETAINED -> State.OK;
      case APPLY_FAILED -> State.FAILED;
      case FOLLOWER_MISSING -> State.UNREAD;
      default ->
          switch (reason.kind()) {
            case OK -> State.OK;
            case WAIT, DELETION, FOLLOW -> State.WAITING;
            case RETRY, REJECTED -> State.FAILED;
          };
    };
  }

  private Stream<Part> holdings(StepName step) {
    return status.holdings().stream()
        .filter(holding -> stepOf(holding) == step)
        .map(
            holding ->
                Part.leaf(
                    holding.kind() + " " + holding.reference(),
                    State.OK,
                    holding.origin().word()
                        + (Boolean.TRUE.equals(holding.shared()) ? ", shared" : "")));
  }

  private static StepName stepOf(Holding holding) {
    String id = holding.id();
    if (id.equals("namespace")) {
      return StepName.NAMESPACE;
    }
    if (id.equals("gitlab-group")) {
      return StepName.GITLAB_GROUP;
    }
    if (id.equals("registry-token") || id.equals("pull-secret")) {
      return StepName.REGISTRY_ACCESS;
    }
    if (id.startsWith("vault-")) {
      return StepName.VAULT_ACCESS;
    }
    return id.startsWith("flux-") ? StepName.FLUX_RBAC : StepName.ARGO_APPLICATIONS;
  }

  /** {@code " (flux@91bd004)"}, our newest commit. */
  private String commit(StepName step) {
    String repository =
        switch (step) {
          case FLUX_RBAC -> "flux";
          case ARGO_APPLICATIONS -> "deployment";
          case NAMESPACE, GITLAB_GROUP, REGISTRY_ACCESS, VAULT_ACCESS -> "";
        };
    return status.commits().stream()
        .filter(commit -> commit.repository().equals(repository))
        .findFirst()
        .map(commit -> " (%s@%s)".formatted(repository, brief(commit.revision())))
        .orElse("");
  }

  /** A commit as people call it. */
  public static String brief(String revision) {
    String commit = revision.substring(revision.lastIndexOf(':') + 1);
    return commit.substring(0, Math.min(7, commit.length()));
  }

  private String next(Optional<Condition> ready) {
    if (ready.isPresent() && "True".equals(ready.get().getStatus())) {
      return "";
    }
    Optional<Reason> reason = ready.flatMap(it -> Reason.of(it.getReason()));
    return reason
        .map(
            it ->
                switch (it.kind()) {
                  case RETRY -> it.advice() + " To try now: " + reconcile();
                  case REJECTED -> it.advice() + " Then: " + reconcile();
                  case OK, WAIT, DELETION, FOLLOW -> it.advice();
                })
        .orElse("");
  }

  private String reconcile() {
    return "kubectl project reconcile %s -n %s"
        .formatted(project.ref().name(), project.ref().namespace());
  }

  private Optional<Condition> condition(String type) {
    return status.conditions().stream().filter(it -> type.equals(it.getType())).findFirst();
  }
}

package tech.kyotu.groundwork.gitops;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.FollowerViews;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * Whether what a Project needs has come from the branches into the cluster. Contents are compared,
 * not histories, so neither a lost status nor a rewritten branch can make it lie. All of it is in
 * memory.
 */
public final class Delivery {

  private final AppliedByFlux flux;
  private final AppliedByArgoCd argo;

  /**
   * Follows both.
   *
   * @param lane of the Flux repository
   * @param flux knows what is wanted of Flux
   * @param argo knows what is wanted of Argo CD
   * @param followers what they have
   * @param clock the time
   */
  public Delivery(
      GitPublisher lane,
      FluxRbacStep flux,
      ArgoApplicationsStep argo,
      FollowerViews followers,
      Clock clock) {
    this.flux = new AppliedByFlux(lane, flux, followers, clock);
    this.argo = new AppliedByArgoCd(argo, followers);
  }

  /** How far a Project has come. */
  public Applied of(Project project) {
    Optional<Applied> told = toldOfThis(project);
    try {
      Optional<Applied> missing = flux.missing(project, told);
      if (missing.isEmpty()) {
        missing = argo.missing(project);
      }
      return missing.orElseGet(
          () -> new Applied(Reason.APPLIED_TO_CLUSTER, "Flux and Argo CD have applied our files."));
    } catch (StepException toldByTheStep) {
      return told.orElseGet(
          () ->
              new Applied(
                  Reason.AWAITING_FLUX,
                  "What is wanted cannot be told now; see FluxRbacReady and"
                      + " ArgoApplicationsReady."));
    }
  }

  /** The same of Flux alone; empty if it lacks nothing, or that cannot be told. */
  Optional<Applied> missingAtFlux(Project project) {
    try {
      return flux.missing(project, toldOfThis(project));
    } catch (StepException toldByTheStep) {
      return toldOfThis(project);
    }
  }

  /** A Kustomization changed. */
  void fluxMoved() {
    flux.moved();
  }

  /** What the Project's status says. */
  static Optional<Applied> told(Project project) {
    return condition(project).flatMap(Delivery::read);
  }

  /** What its status says of this generation: of an earlier one it tells nothing any more. */
  private static Optional<Applied> toldOfThis(Project project) {
    return condition(project)
        .filter(it -> Objects.equals(it.getObservedGeneration(), project.generation()))
        .flatMap(Delivery::read);
  }

  private static Optional<Condition> condition(Project project) {
    return project.statusOrUnseen().conditions().stream()
        .filter(condition -> Applied.TYPE.equals(condition.getType()))
        .findFirst();
  }

  private static Optional<Applied> read(Condition condition) {
    return Reason.of(condition.getReason())
        .map(reason -> new Applied(reason, condition.getMessage()));
  }

  static Optional<Applied> unseen(String message) {
    return Optional.of(new Applied(Reason.FOLLOWER_MISSING, message));
  }

  /** In the follower's own words. */
  static Optional<Applied> failed(String what, String why) {
    return Optional.of(
        new Applied(
            Reason.APPLY_FAILED,
            "%s: %s. Mend what it names."
                .formatted(what, Sanitizer.foreign(why).replaceFirst("[.]$", ""))));
  }
}

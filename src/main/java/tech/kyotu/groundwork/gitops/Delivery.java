package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.FollowerViews;
import tech.kyotu.groundwork.kubernetes.FollowerViews.AppProjectRights;
import tech.kyotu.groundwork.kubernetes.FollowerViews.ApplicationSetHealth;
import tech.kyotu.groundwork.kubernetes.FollowerViews.KustomizationView;
import tech.kyotu.groundwork.kubernetes.FollowerViews.Progress;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * Whether what a Project needs has come from the branches into the cluster. Contents are compared,
 * not histories: what Flux applied last must hold what is wanted, and so must what Argo CD has. So
 * neither a lost status nor a rewritten branch can make it lie.
 */
public final class Delivery {

  private final GitPublisher lane;
  private final FluxRbacStep flux;
  private final ArgoApplicationsStep argo;
  private final FollowerViews followers;
  private final Clock clock;
  private volatile Instant fluxMovedAt = Instant.MIN;

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
    this.lane = lane;
    this.flux = flux;
    this.argo = argo;
    this.followers = followers;
    this.clock = clock;
  }

  /**
   * How far a Project has come.
   *
   * @return what its status says already if it cannot be told what is wanted: the step that wants
   *     it says why; empty if its status says nothing
   */
  public Optional<Applied> of(Project project) {
    try {
      Optional<Applied> missing = missingAtFlux(project);
      if (missing.isEmpty()) {
        missing = missingAtArgoCd(project);
      }
      return missing.or(
          () ->
              Optional.of(
                  new Applied(
                      Reason.APPLIED_TO_CLUSTER, "Flux and Argo CD have applied our files.")));
    } catch (StepException toldByTheStep) {
      return told(project);
    }
  }

  /** What of a Project Flux has not applied; empty if all is. */
  Optional<Applied> missingAtFlux(Project project) throws StepException {
    String name = flux.pathOfRights().word();
    Optional<KustomizationView> seen = followers.kustomization(name);
    if (seen.isEmpty()) {
      return unseen(
          "The operator sees no Flux Kustomization flux-system/%s. Bootstrap Flux by its template, and"
                  .formatted(name)
              + " let the operator watch kustomizations.");
    }
    KustomizationView now = seen.get();
    if (now.progress() == Progress.FAILED) {
      return Optional.of(
          new Applied(
              Reason.APPLY_FAILED,
              "Flux Kustomization flux-system/%s failed on %s: %s. Mend what it names."
                  .formatted(
                      name,
                      named(now.attemptedRevision()),
                      Sanitizer.foreign(now.message()).replaceFirst("[.]$", ""))));
    }
    Optional<TreeView> applied = filesOf(now);
    if (applied.isEmpty() && !now.appliedRevision().isEmpty()) {
      return unknownCommit(project, now);
    }
    boolean isIn = applied.isPresent() && flux.isIn(project, applied.get());
    return isIn && now.progress() == Progress.READY
        ? Optional.empty()
        : Optional.of(
            new Applied(
                Reason.AWAITING_FLUX,
                "%s; Flux last applied %s. Wait, or run flux reconcile."
                    .formatted(pushed(project), named(now.appliedRevision()))));
  }

  private Optional<TreeView> filesOf(KustomizationView now) throws StepException {
    return now.appliedRevision().isEmpty()
        ? Optional.empty()
        : lane.filesAt(FluxPath.commit(now.appliedRevision()));
  }

  /** Until the lane has looked since Flux moved, the commit may just not be here yet. */
  private Optional<Applied> unknownCommit(Project project, KustomizationView now) {
    boolean hasLooked =
        lane.view().filter(view -> !view.confirmedAt().isBefore(fluxMovedAt)).isPresent();
    if (!hasLooked) {
      return told(project)
          .or(
              () ->
                  Optional.of(
                      new Applied(
                          Reason.AWAITING_FLUX, "Waits for a look at what Flux has applied.")));
    }
    return unseen(
        "Flux applied %s, which is not on branch %s here. Let Flux follow the repository and branch of"
                .formatted(named(now.appliedRevision()), lane.settings().branch())
            + " the operator's settings.");
  }

  private String pushed(Project project) {
    return lane.newestCommit(project.uid())
        .map(commit -> "Commit %s is pushed".formatted(FluxPath.brief(commit.revision())))
        .orElse("Our files are not in the cluster yet");
  }

  private static String named(String revision) {
    return revision.isEmpty() ? "nothing" : FluxPath.brief(FluxPath.commit(revision));
  }

  private Optional<Applied> missingAtArgoCd(Project project) throws StepException {
    if (!followers.seesArgoCd()) {
      return unseen(
          "The operator sees no AppProjects and ApplicationSets. Install Argo CD, and let the"
              + " operator watch them.");
    }
    for (Object document : Template.parsed(new String(argo.wanted(project), UTF_8), "wanted")) {
      Optional<Applied> missing =
          document instanceof Map<?, ?> wanted ? missing(project, wanted) : Optional.empty();
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private Optional<Applied> missing(Project project, Map<?, ?> wanted) {
    if ("AppProject".equals(wanted.get("kind"))) {
      AppProjectRights mine =
          new AppProjectRights(project.uid(), AppProjectRights.of(wanted.get("spec")));
      Optional<AppProjectRights> seen = followers.appProjectRights(project.name());
      return seen.equals(Optional.of(mine))
          ? Optional.empty()
          : awaited("AppProject", project.name());
    }
    String name =
        wanted.get("metadata") instanceof Map<?, ?> meta ? String.valueOf(meta.get("name")) : "";
    Optional<ApplicationSetHealth> set = followers.applicationSet(name);
    if (set.filter(it -> it.projectUid().equals(project.uid())).isEmpty()) {
      return awaited("ApplicationSet", name);
    }
    return set.flatMap(ApplicationSetHealth::error)
        .map(
            error ->
                new Applied(
                    Reason.APPLY_FAILED,
                    "Argo CD's ApplicationSet %s failed: %s. Mend what it names."
                        .formatted(name, Sanitizer.foreign(error).replaceFirst("[.]$", ""))));
  }

  private static Optional<Applied> awaited(String kind, Object name) {
    return Optional.of(
        new Applied(
            Reason.AWAITING_ARGO_CD,
            "Argo CD does not have %s %s as it is on the branch. Wait, or refresh the root Application."
                .formatted(kind, name)));
  }

  private static Optional<Applied> unseen(String message) {
    return Optional.of(new Applied(Reason.FOLLOWER_MISSING, message));
  }

  /** What the Project's status says already. */
  static Optional<Applied> told(Project project) {
    for (Condition condition : project.statusOrUnseen().conditions()) {
      if (Applied.TYPE.equals(condition.getType())) {
        return Reason.of(condition.getReason())
            .map(reason -> new Applied(reason, condition.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** A Kustomization changed. What it applied may be newer than what is known here. */
  void fluxMoved() {
    fluxMovedAt = clock.instant();
    for (FluxPath path : FluxPath.values()) {
      Optional<KustomizationView> seen = followers.kustomization(path.word());
      if (seen.isPresent() && !isHere(seen.get())) {
        lane.lookSoon();
      }
    }
  }

  private boolean isHere(KustomizationView seen) {
    try {
      return seen.appliedRevision().isEmpty() || filesOf(seen).isPresent();
    } catch (StepException damaged) {
      return false; // and the look mends it
    }
  }
}

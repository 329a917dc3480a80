package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.FollowerViews;
import tech.kyotu.groundwork.kubernetes.FollowerViews.KustomizationView;
import tech.kyotu.groundwork.kubernetes.FollowerViews.Progress;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;

/**
 * What Flux still lacks of a Project: the commit that it applied last must hold what is wanted.
 * Flux takes back its verdict at the start of each attempt (kustomize-controller 1.9.4), so until
 * there is a new one the last stands.
 */
final class AppliedByFlux {

  private final GitPublisher lane;
  private final FluxRbacStep step;
  private final FollowerViews followers;
  private final Clock clock;
  private volatile Instant movedAt = Instant.MIN;

  AppliedByFlux(GitPublisher lane, FluxRbacStep step, FollowerViews followers, Clock clock) {
    this.lane = lane;
    this.step = step;
    this.followers = followers;
    this.clock = clock;
  }

  /**
   * What is missing.
   *
   * @param told what the Project's status says
   * @return empty if nothing is
   * @throws StepException if it cannot be told what is wanted
   */
  Optional<Applied> missing(Project project, Optional<Applied> told) throws StepException {
    String name = step.pathOfRights().word();
    Optional<KustomizationView> seen = followers.kustomization(name);
    if (seen.isEmpty()) {
      return Delivery.unseen(
          "The operator sees no Flux Kustomization flux-system/%s. Bootstrap Flux by its template, and"
                  .formatted(name)
              + " let the operator watch kustomizations.");
    }
    KustomizationView now = seen.get();
    if (now.progress() == Progress.FAILED) {
      return Delivery.failed(
          "Flux Kustomization flux-system/%s failed on %s"
              .formatted(name, named(now.attemptedRevision())),
          now.message());
    }
    if (now.progress() == Progress.WORKING
        && told.filter(it -> it.reason() == Reason.APPLY_FAILED).isPresent()) {
      return told;
    }
    Optional<TreeView> applied = filesOf(now);
    if (applied.isEmpty() && !now.appliedRevision().isEmpty()) {
      return unknownCommit(told, now);
    }
    return applied.isPresent() && step.isIn(project, applied.get())
        ? Optional.empty()
        : Optional.of(new Applied(Reason.AWAITING_FLUX, awaited(project, now)));
  }

  private Optional<TreeView> filesOf(KustomizationView now) throws StepException {
    return now.appliedRevision().isEmpty()
        ? Optional.empty()
        : lane.filesAt(FluxPath.commit(now.appliedRevision()));
  }

  /** Until the lane has looked since Flux moved, the commit may just not be here yet. */
  private Optional<Applied> unknownCommit(Optional<Applied> told, KustomizationView now) {
    boolean hasLooked =
        lane.view().filter(view -> !view.confirmedAt().isBefore(movedAt)).isPresent();
    if (!hasLooked) {
      String waits = "Waits for a look at what Flux has applied.";
      return told.or(() -> Optional.of(new Applied(Reason.AWAITING_FLUX, waits)));
    }
    return Delivery.unseen(
        "Flux applied %s, which is not on branch %s here. Let Flux follow the repository and branch of"
                .formatted(named(now.appliedRevision()), lane.settings().branch())
            + " the operator's settings.");
  }

  private String awaited(Project project, KustomizationView now) throws StepException {
    Optional<RepositoryView> tip = lane.view();
    if (tip.isEmpty() || !step.isIn(project, tip.get().files())) {
      return "The push of what is wanted is awaited; see FluxRbacReady.";
    }
    String pushed =
        lane.newestCommit(project.uid())
            .map(commit -> "Commit %s is pushed".formatted(FluxPath.brief(commit.revision())))
            .orElse("What is wanted is on the branch");
    return "%s; Flux last applied %s. Wait, or run flux reconcile."
        .formatted(pushed, named(now.appliedRevision()));
  }

  private static String named(String revision) {
    return revision.isEmpty() ? "nothing" : FluxPath.brief(FluxPath.commit(revision));
  }

  /** A Kustomization changed. What it applied may be newer than what is known here. */
  void moved() {
    movedAt = clock.instant();
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

package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.kubernetes.Cluster.AppProjectView;
import tech.kyotu.groundwork.kubernetes.Cluster.ArgoApplication;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * What Argo CD still has of a Project that goes. Each answer is the plan that waits for it, or
 * empty once Argo CD has followed; where it is not looked at, time stands for that.
 */
final class ArgoLeftovers {

  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  /** How long a deleted AppProject may stand still. */
  private static final Duration QUIET = Duration.ofSeconds(60);

  private static final int MOST_NAMES = 5;

  private final Branch publisher;
  private final Cluster cluster;
  private final GroundworkConfig.Argo settings;
  private final Clock clock;

  ArgoLeftovers(Branch publisher, Cluster cluster, GroundworkConfig.Argo settings, Clock clock) {
    this.publisher = publisher;
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
  }

  /** Row 0 is on the branch: goes on when no Application takes with it what it deployed. */
  Optional<StepPlan> waitsUntilAllSpared(Project project) throws StepException {
    return waitsUntilSpared(project, Reason.WAITING_FOR_REMOVAL, ArgoApplication::cascades);
  }

  /** The same of a Project that lives: those that no set made are not renamed by a set. */
  Optional<StepPlan> waitsUntilSpared(Project project) throws StepException {
    return waitsUntilSpared(
        project, Reason.PROGRESSING, found -> found.cascades() && found.isGenerated());
  }

  private Optional<StepPlan> waitsUntilSpared(
      Project project, Reason reason, Predicate<ArgoApplication> isAwaited) throws StepException {
    if (!settings.follow()) {
      return waitsBlindly(project, reason);
    }
    List<String> cascading =
        cluster.argoApplicationsOf(project.name()).stream()
            .filter(isAwaited)
            .map(ArgoApplication::name)
            .toList();
    return waitsFor(
        cascading,
        reason,
        "Waits until Argo CD spares what %s deployed".formatted(counted(cascading, "Application")));
  }

  /** Row 1 is on the branch: goes on when Argo CD has none of it any more. */
  Optional<StepPlan> waitsForApplications(Project project) throws StepException {
    if (!settings.follow()) {
      return waitsBlindly(project, Reason.WAITING_FOR_REMOVAL);
    }
    List<String> sets = cluster.argoApplicationSetsOf(project.name());
    if (!sets.isEmpty()) {
      return waitsFor(sets, "Waits for " + counted(sets, "Argo CD ApplicationSet"));
    }
    List<String> applications =
        cluster.argoApplicationsOf(project.name()).stream().map(ArgoApplication::name).toList();
    return waitsFor(applications, "Waits for " + counted(applications, "Argo CD Application"));
  }

  private static String counted(List<String> names, String kind) {
    return "%d %s%s".formatted(names.size(), kind, names.size() == 1 ? "" : "s");
  }

  private Optional<StepPlan> waitsFor(List<String> names, String sentence) {
    return waitsFor(names, Reason.WAITING_FOR_REMOVAL, sentence);
  }

  private Optional<StepPlan> waitsFor(List<String> names, Reason reason, String sentence) {
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            waitsUntilNextLook(
                reason,
                "%s: %s. If one hangs, look at its finalizers."
                    .formatted(
                        sentence,
                        String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size()))))));
  }

  private StepPlan waitsUntilNextLook(Reason reason, String sentence) {
    return StepPlan.waits(reason, sentence).lookingAgainAt(clock.instant().plus(NEXT_LOOK));
  }

  /**
   * Until a file has stood on the branch so long that Argo CD is trusted to have followed; empty if
   * it has. Counted from its newest commit, so that a restart does not lengthen it.
   */
  private Optional<StepPlan> waitsBlindly(Project project, Reason reason) throws StepException {
    return publisher
        .lastTouched(ArgoFiles.of(project).path())
        .map(touch -> touch.at().plus(settings.blindWait()))
        .filter(at -> at.isAfter(clock.instant()))
        .map(
            at ->
                StepPlan.waits(
                        reason,
                        "Argo CD is not looked at (argo.follow=false); gives it time until %s."
                            .formatted(at))
                    .lookingAgainAt(at));
  }

  /** Row 2 is on the branch: goes on when the AppProject is gone. No time stands for this. */
  Optional<StepPlan> waitsForAppProject(Project project) throws StepException {
    return settings.follow()
        ? cluster
            .appProject(project.name())
            .map(left -> waitsFor(left, ArgoFiles.of(project).path()))
        : Optional.empty();
  }

  /** It is touched when nothing has happened to it for long: Argo CD may have missed its turn. */
  private StepPlan waitsFor(AppProjectView left, String path) {
    String sentence =
        "%s is gone from branch %s; waits until Argo CD has removed AppProject %s."
            .formatted(path, publisher.settings().branch(), left.name());
    StepPlan waits = waitsUntilNextLook(Reason.WAITING_FOR_REMOVAL, sentence);
    Instant now = clock.instant();
    if (left.quietSince().filter(since -> !since.plus(QUIET).isAfter(now)).isEmpty()) {
      return waits;
    }
    Change touch =
        Change.of(
            Verb.UPDATE,
            "AppProject " + left.name(),
            "Argo CD looks at its finalizer only when it changes",
            held -> {
              cluster.touchAppProject(left, now);
              return new Outcome.ReadBack(waits);
            });
    return StepPlan.of(List.of(touch), sentence);
  }
}

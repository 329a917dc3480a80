package tech.kyotu.groundwork;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.cli.OfflineSteps.WrongInputException;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.console.Plans;
import tech.kyotu.groundwork.gitops.CheckedOutBranch;
import tech.kyotu.groundwork.gitops.LaneSettings;
import tech.kyotu.groundwork.gitops.TemplateFolder;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.DryRun;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;
import tech.kyotu.groundwork.view.RenderView;

/**
 * Two trees of files and some manifests, and nothing else: the same steps as in the operator, in
 * the same dry run. The steps of other systems are taken for in place. Which UID a Project has is
 * what the manifest or the mark of its own files says; without either it is new.
 */
final class OfflineWorld {

  private static final Set<StepName> FILES = Set.of(StepName.FLUX_RBAC, StepName.ARGO_APPLICATIONS);

  private final List<Project> manifests;
  private final CheckedOutBranch flux;
  private final CheckedOutBranch deployment;
  private final DryRun dryRun;
  private final Guards guards = new Guards(project -> true);

  OfflineWorld(
      GroundworkConfig config,
      TreeView flux,
      TreeView deployment,
      List<Project> manifests,
      Clock clock) {
    this.manifests = manifests;
    this.flux = new CheckedOutBranch(LaneSettings.flux(config, ""), flux, clock);
    this.deployment = new CheckedOutBranch(LaneSettings.deployment(config, ""), deployment, clock);
    RepositorySteps files =
        RepositorySteps.on(
            this.flux,
            this.deployment,
            new TemplateFolder(config),
            new OfflineCluster(manifests.stream().map(this::identified).toList()),
            config,
            clock);
    Stream<Step> unread =
        Arrays.stream(StepName.values())
            .filter(step -> !FILES.contains(step))
            .map(step -> new UnreadStep(step, foreseen(step, config)));
    dryRun =
        new DryRun(
            Stream.concat(unread, Stream.<Step>of(files.fluxRbac(), files.argoApplications()))
                .toList(),
            clock);
  }

  /** Entries in the shared files go once Vault's own step gives the same rights. */
  private static UnaryOperator<Holdings> foreseen(StepName step, GroundworkConfig config) {
    Holding group = Holding.of("vault-group", "VaultGroup", Origin.CREATED, "");
    return step == StepName.VAULT_ACCESS && config.vault().address().isPresent()
        ? held -> held.with(group)
        : UnaryOperator.identity();
  }

  private Project identified(Project manifest) {
    return Plans.applied(manifest, known(manifest));
  }

  private Optional<Project> known(Project manifest) {
    return Optional.ofNullable(manifest.uid())
        .or(() -> marked(flux, manifest))
        .or(() -> marked(deployment, manifest))
        .map(uid -> withUid(manifest, uid));
  }

  private static Optional<String> marked(CheckedOutBranch branch, Project manifest) {
    return branch
        .ownerOf(manifest.name())
        .filter(mark -> mark.owner().equals(manifest.ref()))
        .map(OwnerMark::uid);
  }

  private static Project withUid(Project manifest, String uid) {
    Project project = new Project();
    project.setMetadata(manifest.getMetadata().edit().withUid(uid).build());
    project.setSpec(manifest.getSpec());
    project.setStatus(manifest.getStatus());
    return project;
  }

  /** What would change in the files; all else is told as left out. */
  PlanView plan() {
    List<Project> known = manifests.stream().flatMap(it -> known(it).stream()).toList();
    return PlanView.of(
        new Plans(dryRun, Runnable::run, guards, () -> known)
            .of(manifests).projects().stream().map(OfflineWorld::filesOnly).toList());
  }

  private static OfProject filesOnly(OfProject project) {
    return new OfProject(
        project.namespace(),
        project.name(),
        project.isNew(),
        project.deletion(),
        project.guard(),
        project.steps().stream().map(OfflineWorld::filesOnly).toList());
  }

  private static OfStep filesOnly(OfStep step) {
    boolean isRead = StepName.of(step.step()).filter(FILES::contains).isPresent();
    return isRead ? step : OfStep.leftOut(step.step());
  }

  /**
   * The files that the steps write, each Project on top of the one before.
   *
   * @param remark takes what holds a Project back
   * @throws WrongInputException if a step refuses what it was given
   */
  RenderView render(Consumer<String> remark) throws WrongInputException {
    for (Project manifest : manifests) {
      Project project = identified(manifest);
      Optional<Report.Guard> guard = guards.beforeConverge(project);
      if (guard.isPresent()) {
        remark.accept("Nothing of Project %s: %s".formatted(project.ref(), guard.get().message()));
      } else {
        write(project);
      }
    }
    List<RenderView.OfFile> files = new ArrayList<>();
    for (CheckedOutBranch branch : List.of(flux, deployment)) {
      branch
          .written()
          .forEach(
              (path, content) ->
                  files.add(
                      new RenderView.OfFile(
                          branch.settings().repository(), path, new String(content, UTF_8))));
    }
    return RenderView.of(files);
  }

  private void write(Project project) throws WrongInputException {
    Report report = dryRun.converge(project, Holdings.of(project));
    Optional<StepResult> failed =
        report.results().stream().filter(StepResult::isFailure).findFirst();
    if (failed.isPresent()) {
      throw new WrongInputException(
          "Project %s: %s".formatted(project.ref(), failed.get().message()));
    }
    try {
      for (Change change : report.changes().toList()) {
        var unused = change.effect().apply(report.held());
      }
    } catch (StepException refused) {
      throw new WrongInputException(refused.sentence());
    }
    Optional<StepException> trouble = flux.trouble().or(deployment::trouble);
    if (trouble.isPresent()) {
      throw new WrongInputException(
          "Project %s: %s".formatted(project.ref(), trouble.get().sentence()));
    }
  }
}

package tech.kyotu.groundwork;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.FakeGitLab;
import tech.kyotu.groundwork.gitlab.FakeRegistry;
import tech.kyotu.groundwork.gitlab.GitLabGroupStep;
import tech.kyotu.groundwork.gitlab.RegistryAccessStep;
import tech.kyotu.groundwork.gitlab.SharedReads;
import tech.kyotu.groundwork.gitops.Branch;
import tech.kyotu.groundwork.gitops.BranchPreview;
import tech.kyotu.groundwork.gitops.LaneBench;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.TemplateFolder;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.kubernetes.NamespaceStep;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.DryRun;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Provisioner;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.FaultPoints;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.vault.VaultAccessStep;
import tech.kyotu.groundwork.view.PlanView;

/** All six steps on systems in memory; whoever follows the repositories does so at once. */
final class PlanWorld {

  static final String VALUES = "namespaces/vault/vault/rbac_values.yaml";
  static final String POLICY = "namespaces/argocd/argocd-operator/rbac.yaml";

  private static final Map<String, String> SHARED_FILES =
      Map.of(
          VALUES,
          """
          vault:
            externalConfig:
              policies: []
              groups: []
              group-aliases: []
          """,
          POLICY,
          """
          data:
            policy.csv: |
              g, admins@example.com, role:admin
            policy.default: ''
          """);

  private static final List<StepName> FILES =
      List.of(StepName.FLUX_RBAC, StepName.ARGO_APPLICATIONS);

  private static final int MOST_PASSES = 30;
  private static final List<String> WRITES =
      List.of(
          "create", "write", "mark", "unmark", "delete", "attach", "detach", "touch", "issue",
          "revoke", "destroy");

  final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  final FaultPoints faults = new FaultPoints();
  final FakeCluster cluster = new FakeCluster(faults);
  final FakeGitLab gitlab = new FakeGitLab(clock, faults);
  final FakeVault vault = new FakeVault(faults);
  final LaneBench flux = new LaneBench(PathFence.FLUX, SHARED_FILES);
  final LaneBench deployment = new LaneBench(PathFence.DEPLOYMENT, Map.of("README.md", "hello"));
  final Map<String, String> settings = new HashMap<>();
  final Map<String, Holdings> held = new HashMap<>();

  private final FakeRegistry registry = new FakeRegistry(gitlab, faults);
  private ProvisioningSteps steps;
  private ProvisioningSteps previews;

  PlanWorld() {
    settings.put("gitlab.parent", "platform");
    settings.put("registry.host", "registry.example.org");
    settings.put("vault.address", "http://127.0.0.1:8200");
    settings.put("flux.follow", "false");
    settings.put("argo.follow", "false");
    settings.put("argo.blind-wait", "PT0S");
    gitlab.addGroup("platform");
    flux.look();
    deployment.look();
    restart();
  }

  /** A new process: with the settings as they are now, and nothing remembered but the status. */
  void restart() {
    GroundworkConfig config = Settings.of(settings);
    SharedReads reads = new SharedReads(gitlab, clock);
    RepositorySteps files = onBranches(config, flux.lane(), deployment.lane());
    steps =
        new ProvisioningSteps(
            new NamespaceStep(cluster, config),
            new GitLabGroupStep(gitlab, reads, cluster, config, Lane.INLINE, clock),
            new RegistryAccessStep(
                gitlab, reads, registry, cluster, config, Lane.INLINE, clock, WriteLease.ALONE),
            new VaultAccessStep(Optional.of(vault), cluster, config.vault(), Lane.INLINE, clock),
            files.fluxRbac(),
            files.argoApplications());
    RepositorySteps seen =
        onBranches(config, new BranchPreview(flux.lane()), new BranchPreview(deployment.lane()));
    previews =
        new ProvisioningSteps(
            steps.namespace(),
            steps.gitLabGroup(),
            steps.registryAccess(),
            steps.vaultAccess(),
            seen.fluxRbac(),
            seen.argoApplications());
  }

  private RepositorySteps onBranches(GroundworkConfig config, Branch flux, Branch deployment) {
    return RepositorySteps.on(flux, deployment, new TemplateFolder(config), cluster, config, clock);
  }

  /** What was, or would be, done in each step, and how it ended. */
  record Told(Map<StepName, List<String>> changes, Map<StepName, String> ends) {

    static Told of(Report report) {
      Map<StepName, List<String>> changes = new TreeMap<>();
      report.results().forEach(result -> changes.put(result.step(), lines(result)));
      return new Told(changes, ends(report));
    }

    private static List<String> lines(StepResult result) {
      return result.changes().stream()
          .map(change -> change.verb() + " " + change.subject() + ": " + change.reason())
          .toList();
    }

    /** Whether it is there is all the same to a plan; who stops it, and why, is not. */
    private static Map<StepName, String> ends(Report report) {
      return report.results().stream()
          .filter(result -> !isDone(result))
          .collect(
              Collectors.toMap(
                  StepResult::step,
                  result -> result.reason().word(),
                  (one, other) -> one,
                  TreeMap::new));
    }

    private static boolean isDone(StepResult result) {
      return result.state() == StepResult.State.DONE || result.state() == StepResult.State.PLANNED;
    }
  }

  /** What a dry run tells; fails if it has written anything anywhere. */
  Told plan(Project project, boolean deletion) {
    faults.forgetCalls();
    String before = flux.tip() + deployment.tip();
    DryRun dryRun = new DryRun(previews.inOrder(), clock);
    Report report =
        deletion
            ? dryRun.release(project, heldOf(project))
            : dryRun.converge(project, heldOf(project));
    report.changes().flatMap(PlanWorld::look).forEach(seen -> {});
    List<String> writes = faults.calls().stream().filter(PlanWorld::isWrite).toList();
    if (!writes.isEmpty()
        || !before.equals(flux.tip() + deployment.tip())
        || flux.lane().queued() + deployment.lane().queued() > 0) {
      throw new AssertionError("the plan wrote: " + writes);
    }
    return Told.of(report);
  }

  /** How a step of the repositories ends, and what it would make of files. */
  record Files(StepName step, String end, List<String> diffs) {}

  /**
   * What a dry run tells of the repositories; a step that others keep from planning is left out.
   */
  List<Files> files(Project project) {
    Report report = new DryRun(previews.inOrder(), clock).converge(project, heldOf(project));
    return report.results().stream()
        .filter(result -> FILES.contains(result.step()))
        .filter(result -> result.state() != StepResult.State.WAITING)
        .map(
            result ->
                new Files(
                    result.step(),
                    Told.isDone(result) ? "" : result.reason().word(),
                    result.changes().stream().flatMap(PlanWorld::look).toList()))
        .toList();
  }

  /** The same, of a plan that has the files and the manifest and nothing else. */
  List<Files> filesOffline(Project manifest) {
    return new OfflineWorld(
            Settings.of(settings), tree(flux), tree(deployment), List.of(manifest), clock)
        .plan().projects().get(0).steps().stream()
            .filter(step -> !step.isLeftOut())
            .map(PlanWorld::files)
            .toList();
  }

  private static Files files(PlanView.OfStep step) {
    boolean isDone = step.state().equals("DONE") || step.state().equals("PLANNED");
    return new Files(
        StepName.of(step.step()).orElseThrow(),
        isDone ? "" : step.reason(),
        step.changes().stream()
            .flatMap(change -> change.files().stream())
            .map(file -> file.repository() + ":" + file.path() + "\n" + file.diff())
            .toList());
  }

  private static TreeView tree(LaneBench bench) {
    return bench.lane().view().orElseThrow().files();
  }

  private static Stream<String> look(Change change) {
    try {
      return change.preview().files().stream()
          .map(file -> file.repository() + ":" + file.path() + "\n" + file.diff());
    } catch (StepException unreadable) {
      throw new AssertionError("no preview of " + change.subject(), unreadable);
    }
  }

  private static boolean isWrite(String call) {
    String what = call.substring(call.indexOf('.') + 1);
    return WRITES.stream().anyMatch(what::startsWith);
  }

  private Holdings heldOf(Project project) {
    return held.getOrDefault(project.uid(), Holdings.NONE);
  }

  /** Carries it out until nothing moves any more. */
  Told apply(Project project, boolean deletion) {
    Provisioner provisioner =
        new Provisioner(
            steps.inOrder(),
            new Backoff(Duration.ZERO, Duration.ZERO, clock, new Random(1)),
            clock,
            WriteLease.ALONE);
    Map<StepName, List<String>> made = new LinkedHashMap<>();
    Arrays.stream(StepName.values()).forEach(step -> made.put(step, new ArrayList<>()));
    Map<StepName, String> ends = Map.of();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      Report report =
          deletion
              ? provisioner.release(project, heldOf(project))
              : provisioner.converge(project, heldOf(project));
      held.put(project.uid(), report.held());
      Told told = Told.of(report);
      told.changes().forEach((step, lines) -> note(lines, made.get(step)));
      boolean moved =
          !told.ends().equals(ends)
              || told.changes().values().stream().anyMatch(it -> !it.isEmpty());
      ends = told.ends();
      boolean queued = flux.lane().queued() + deployment.lane().queued() > 0;
      flux.settle();
      deployment.settle();
      clock.advance(Duration.ofSeconds(1));
      if (report.isComplete() || (!moved && !queued)) {
        return new Told(new TreeMap<>(made), ends);
      }
    }
    throw new AssertionError("it does not come to rest: " + ends + " " + made);
  }

  /** What stays is told in each pass. */
  private static void note(List<String> lines, List<String> all) {
    lines.stream()
        .filter(line -> !(line.startsWith("RETAIN") && all.contains(line)))
        .forEach(all::add);
  }
}

package tech.kyotu.groundwork.console;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.DryRun;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Preview.FileDiff;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfFile;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;

/** What would become of Projects, of living ones and of such as exist only in a manifest. */
public final class Plans {

  /** Stands where the API server will put a UID. */
  private static final String NO_UID_YET = "known-after-apply";

  private static final Logger LOG = Logger.getLogger(Plans.class);

  private final DryRun dryRun;
  private final Executor threads;
  private final Guards guards;
  private final Supplier<? extends Collection<Project>> known;

  /**
   * Plans by this dry run.
   *
   * @param threads in which the Projects of one question are thought through side by side: each
   *     waits for the answers of the systems most of the time
   * @param guards what holds a Project back before any step
   * @param known all Projects of the cluster, from memory
   */
  public Plans(
      DryRun dryRun,
      Executor threads,
      Guards guards,
      Supplier<? extends Collection<Project>> known) {
    this.dryRun = dryRun;
    this.threads = threads;
    this.guards = guards;
    this.known = known;
  }

  /**
   * The plan of a Project that is there.
   *
   * @param deletion whether to plan its deletion; one that is being deleted already gets that plan
   * @return empty if there is no such Project
   */
  Optional<PlanView> of(ProjectRef ref, boolean deletion) {
    return living(ref)
        .map(
            project ->
                PlanView.of(
                    List.of(
                        deletion || project.isBeingDeleted()
                            ? release(project)
                            : converge(project, false, converged(project), new HashSet<>()))));
  }

  /**
   * The plans of manifests, as if they were applied in this order.
   *
   * @param manifests each with a name and a namespace; living Projects keep what only the cluster
   *     knows of them
   */
  public PlanView of(List<Project> manifests) {
    Map<String, ProjectRef> names = new HashMap<>();
    List<CompletableFuture<Thought>> thoughts =
        manifests.stream().map(manifest -> begin(manifest, names)).toList();
    Set<String> made = new HashSet<>();
    return PlanView.of(thoughts.stream().map(it -> view(it.join(), made)).toList());
  }

  /**
   * A Project of a manifest, thought through.
   *
   * @param project as it will be
   * @param isNew whether there is none of that name
   * @param rival who claims its name earlier in the same plan
   * @param report what its steps would do; empty if they were not asked
   */
  private record Thought(
      Project project, boolean isNew, Optional<ProjectRef> rival, Optional<Report> report) {}

  private CompletableFuture<Thought> begin(Project manifest, Map<String, ProjectRef> names) {
    Optional<Project> living = living(manifest.ref());
    Project project = applied(manifest, living);
    Optional<ProjectRef> rival =
        hasName(project)
            ? Optional.ofNullable(names.putIfAbsent(project.name().value(), project.ref()))
            : Optional.empty();
    return CompletableFuture.supplyAsync(
        () ->
            new Thought(
                project,
                living.isEmpty(),
                rival,
                rival.isEmpty() ? converged(project) : Optional.empty()),
        threads);
  }

  private OfProject view(Thought thought, Set<String> made) {
    return thought.rival().isPresent()
        ? losing(thought.project(), thought.isNew(), thought.rival().get())
        : converge(thought.project(), thought.isNew(), thought.report(), made);
  }

  private Optional<Project> living(ProjectRef ref) {
    return known.get().stream()
        .filter(project -> project.ref().equals(ref))
        .map(Project.class::cast)
        .findFirst();
  }

  /**
   * What the cluster would have of a manifest.
   *
   * @param living what it has now; without it there is no UID yet
   */
  public static Project applied(Project manifest, Optional<Project> living) {
    return living.map(it -> asApplied(manifest, it)).orElseGet(() -> fresh(manifest));
  }

  private static Project asApplied(Project manifest, Project living) {
    Project project = new Project();
    project.setMetadata(
        living
            .getMetadata()
            .edit()
            .withAnnotations(manifest.getMetadata().getAnnotations())
            .withLabels(manifest.getMetadata().getLabels())
            .build());
    project.setSpec(manifest.getSpec());
    project.setStatus(living.getStatus());
    return project;
  }

  private static Project fresh(Project manifest) {
    Project project = new Project();
    project.setMetadata(
        manifest.getMetadata().edit().withUid(NO_UID_YET).withDeletionTimestamp(null).build());
    project.setSpec(manifest.getSpec());
    return project;
  }

  private static OfProject losing(Project project, boolean isNew, ProjectRef rival) {
    return new OfProject(
        project.ref().namespace(),
        project.ref().name(),
        isNew,
        false,
        "Name %s is claimed by Project %s, earlier in this plan. Change projectId or environmentType of one of the two."
            .formatted(project.name(), rival),
        List.of());
  }

  private Optional<Report> converged(Project project) {
    return hasName(project)
        ? Optional.of(dryRun.converge(project, Holdings.of(project)))
        : Optional.empty();
  }

  private OfProject converge(
      Project project, boolean isNew, Optional<Report> report, Set<String> made) {
    List<OfStep> steps = report.map(it -> steps(it, made)).orElse(List.of());
    return view(project, isNew, false, guards.beforeConverge(project), steps);
  }

  private OfProject release(Project project) {
    List<OfStep> steps =
        hasName(project)
            ? steps(dryRun.release(project, Holdings.of(project)), new HashSet<>())
            : List.of();
    return view(project, false, true, guards.beforeRelease(project), steps);
  }

  /** Without one no step can be asked. What else holds a Project back is told beside its plan. */
  private static boolean hasName(Project project) {
    return SpecRules.faults(project.getSpec()).isEmpty();
  }

  private static OfProject view(
      Project project,
      boolean isNew,
      boolean deletion,
      Optional<Report.Guard> guard,
      List<OfStep> steps) {
    return new OfProject(
        project.ref().namespace(),
        project.ref().name(),
        isNew,
        deletion,
        guard.map(Report.Guard::message).orElse(""),
        steps);
  }

  private static List<OfStep> steps(Report report, Set<String> made) {
    return report.results().stream().map(result -> step(result, made)).toList();
  }

  private static OfStep step(StepResult result, Set<String> made) {
    return new OfStep(
        result.step().conditionType(),
        result.state().name(),
        result.reason().word(),
        result.message(),
        result.changes().stream().map(change -> change(change, made)).toList());
  }

  /** What an earlier Project of the same plan makes is there when the next one comes. */
  private static OfChange change(Change change, Set<String> made) {
    if (change.verb() == Verb.CREATE && !made.add(change.subject())) {
      return new OfChange(
          Verb.ADOPT.name(),
          change.subject(),
          "An earlier Project of this plan makes it.",
          files(change));
    }
    return new OfChange(change.verb().name(), change.subject(), change.reason(), files(change));
  }

  private static List<OfFile> files(Change change) {
    try {
      return change.preview().files().stream().map(Plans::file).toList();
    } catch (StepException unreadable) {
      // The plan stands without it: it was made from the same files a moment ago.
      LOG.warnf(CleanTrace.of(unreadable), "no difference to show for %s", change.subject());
      return List.of();
    }
  }

  private static OfFile file(FileDiff file) {
    return new OfFile(file.repository(), file.path(), file.lines(), file.diff());
  }
}

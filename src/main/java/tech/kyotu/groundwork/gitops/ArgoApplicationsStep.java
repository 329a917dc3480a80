package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * {@code applications/<name>.yaml} and the folder {@code manifests/<name>/} are on the branch that
 * Argo CD follows. How they go is for {@link ArgoRemoval} to say.
 */
public final class ArgoApplicationsStep extends RepositoryStep {

  /** The holding's id of the file. */
  static final String APPLICATIONS = "argo-applications";

  /** The holding's id of the developers' folder. */
  static final String MANIFESTS = "manifests";

  private final RenderedFiles applications;
  private final ArgoRendering rendering;
  private final ArgoRemoval removal;
  private final ArgoSparing sparing;

  /**
   * The step.
   *
   * @param publisher the lane of the deployment repository
   * @param templates what the file says
   * @param cluster tells whose mark is alive and what Argo CD still has
   * @param config how Argo CD is followed, and what may be taken over
   * @param clock the time
   */
  public ArgoApplicationsStep(
      Branch publisher,
      TemplateFolder templates,
      Cluster cluster,
      GroundworkConfig config,
      Clock clock) {
    this(publisher, ArgoRendering.of(templates), cluster, config, clock);
  }

  ArgoApplicationsStep(
      Branch publisher,
      ArgoRendering rendering,
      Cluster cluster,
      GroundworkConfig config,
      Clock clock) {
    super(publisher, cluster, clock);
    this.applications = rendering.applications();
    this.rendering = rendering;
    ArgoLeftovers leftovers = new ArgoLeftovers(publisher, cluster, config.argo(), clock);
    this.removal = new ArgoRemoval(published, rendering, cluster, config.argo(), leftovers);
    this.sparing = new ArgoSparing(published, leftovers, config.takeover().olderOperator());
  }

  @Override
  public StepName name() {
    return StepName.ARGO_APPLICATIONS;
  }

  @Override
  StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    String path = files.path();
    WantedFile wanted = applications.of(project);
    if (published.isIdle(project) && wanted.isAt(path, tree) && hasFolder(files, tree)) {
      return inPlace(project, files);
    }
    Optional<StepPlan> underWay = published.underWay(project, wanted.id());
    if (underWay.isPresent()) {
      return underWay.get();
    }
    FileClaim claim = FileClaim.of(project, APPLICATIONS, path, tree, cluster);
    boolean adoptsFolder = adoptsFolder(project, claim, held, tree);
    Optional<StepPlan> first = sparing.before(project, claim, wanted, tree);
    if (first.isPresent() && !project.isPlanOnly()) {
      return first.get();
    }
    Edit edit =
        Edit.of(
            project,
            Edit.Purpose.SET_UP,
            wanted.id(),
            newer -> {
              claim.check(newer.file(path));
              return !project.isPlanOnly() && sparing.endangers(claim, wanted, newer)
                  ? List.of()
                  : changes(project, wanted, newer);
            });
    boolean wasThere = held.thing(APPLICATIONS).isPresent();
    StepPlan write =
        published
            .needed(
                project,
                edit,
                tree,
                path,
                () -> {
                  Telling telling = told(project, claim, wasThere, tree, wanted);
                  return adoptsFolder ? telling.beside(adoption(files)) : telling;
                })
            .orElseGet(() -> inPlace(project, files));
    return first.isPresent() ? both(first.get(), write) : write;
  }

  /** As if Argo CD had followed the first at once; only for a plan. */
  private static StepPlan both(StepPlan first, StepPlan then) {
    List<Change> changes = new ArrayList<>(first.changes());
    changes.addAll(then.changes());
    return StepPlan.of(changes, "");
  }

  /** What Argo CD should have of a Project. */
  WantedFile wanted(Project project) throws StepException {
    return applications.of(project);
  }

  /** Whether the newest known tip says so. */
  boolean isOnTheBranch(Project project) throws StepException {
    Optional<RepositoryView> tip = publisher.view();
    return tip.isPresent() && wanted(project).isAt(ArgoFiles.of(project).path(), tip.get().files());
  }

  private static boolean hasFolder(ArgoFiles files, TreeView tree) throws StepException {
    return tree.kind(files.folder()) == TreeView.Kind.FOLDER;
  }

  private List<FileChange> changes(Project project, WantedFile wanted, TreeView tree)
      throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    List<FileChange> changes = new ArrayList<>(wanted.changes(files.path(), tree));
    if (!hasFolder(files, tree)) {
      changes.add(FileChange.put(files.keep(), new byte[0]));
      Optional<WantedFile> readme = rendering.readmeOf(project);
      if (readme.isPresent()) {
        changes.add(FileChange.put(files.readme(), readme.get().content()));
      }
    }
    return changes;
  }

  private static Change adoption(ArgoFiles files) {
    return Change.of(
        Verb.ADOPT,
        files.folder() + "/",
        "it holds files from before; they stay as they are",
        Effect.NOTHING);
  }

  /** Only the folder may be missing; then there is nothing to tell of the file. */
  private Telling told(
      Project project, FileClaim claim, boolean wasThere, TreeView tree, WantedFile wanted)
      throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    return wanted.isAt(files.path(), tree)
        ? Telling.of(Verb.CREATE, files.folder() + "/", "there was none", EventReason.COMMITTED)
        : new WriteTelling(publisher).of(project, claim, wasThere, tree, wanted);
  }

  /** What an earlier Project of this name left behind would be deployed by ours. */
  private static boolean adoptsFolder(
      Project project, FileClaim claim, Holdings held, TreeView tree) throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    boolean isKnown =
        claim.state() == FileClaim.State.OURS
            || claim.state() == FileClaim.State.REATTACHED
            || held.thing(MANIFESTS).isPresent();
    if (isKnown || !hasFolder(files, tree)) {
      return false;
    }
    if (!project.mayAdopt(MANIFESTS)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "%s/ holds files from before and spec.adoption is Never. Set IfUnowned, or annotate"
                  .formatted(files.folder())
              + " kyotu.tech/adopt: manifests.");
    }
    return true;
  }

  private StepPlan inPlace(Project project, ArgoFiles files) {
    return published.inPlace(
        project,
        files.path(),
        Holding.of(APPLICATIONS, "GitFile", Origin.CREATED, files.path()),
        Holding.of(MANIFESTS, "GitFolder", Origin.CREATED, files.folder()));
  }

  @Override
  StepPlan takeAway(Project project, Holdings held, TreeView tree) throws StepException {
    return removal.planned(project, held, tree);
  }
}

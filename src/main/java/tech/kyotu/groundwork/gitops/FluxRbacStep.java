package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * The rights of a Project's people are on the branch that Flux follows. In layout {@code
 * per-project} they are a file, {@code projects/<name>/tenant.yaml}, together with the
 * ServiceAccount that reads its secrets; in layout {@code shared} they are entries in two files of
 * all Projects.
 */
public final class FluxRbacStep extends RepositoryStep {

  /** The holding's id. */
  static final String TENANT = "flux-tenant";

  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  private final RenderedFiles tenants;
  private final ServedParts parts;
  private final boolean follow;
  private final Optional<SharedEntries> shared;

  /**
   * The step.
   *
   * @param publisher the lane of the Flux repository
   * @param templates what the file says
   * @param cluster tells whose mark is alive and what Flux has applied
   * @param follow whether a removal waits until Flux has applied it
   * @param clock the time
   */
  public FluxRbacStep(
      Branch publisher, TemplateFolder templates, Cluster cluster, boolean follow, Clock clock) {
    this(
        publisher,
        new RenderedFiles(templates::tenant),
        new ServedParts(templates::parts, cluster, clock),
        cluster,
        follow,
        clock);
  }

  /**
   * The step where the shared files count too.
   *
   * @param rights which entries they should hold
   * @param role tells when an AppProject gives what the shared files gave
   */
  public FluxRbacStep(
      Branch publisher,
      TemplateFolder templates,
      SharedRights rights,
      LiveRole role,
      Cluster cluster,
      boolean follow,
      Clock clock) {
    super(publisher, cluster, clock);
    this.tenants = new RenderedFiles(templates::tenant);
    this.parts = new ServedParts(templates::parts, cluster, clock);
    this.follow = follow;
    this.shared = Optional.of(new SharedEntries(published, rights, role, clock));
  }

  FluxRbacStep(
      Branch publisher,
      RenderedFiles tenants,
      ServedParts parts,
      Cluster cluster,
      boolean follow,
      Clock clock) {
    super(publisher, cluster, clock);
    this.tenants = tenants;
    this.parts = parts;
    this.follow = follow;
    this.shared = Optional.empty();
  }

  @Override
  public StepName name() {
    return StepName.FLUX_RBAC;
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.ARGO_APPLICATIONS);
  }

  private static String path(Project project) {
    return path(project.name());
  }

  /** The file of the Project of this name. */
  static String path(ProjectName name) {
    return "projects/" + name + "/tenant.yaml";
  }

  @Override
  StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException {
    if (shared.isEmpty()) {
      return tenantSetUp(project, held, tree);
    }
    SharedEntries entries = shared.get();
    Optional<StepPlan> cleaning = entries.cleaning(project);
    if (cleaning.isPresent()) {
      return cleaning.get();
    }
    StepPlan plan =
        entries.areWanted() ? entries.setUp(project, held, tree) : tenantSetUp(project, held, tree);
    if (plan.waitsFor().isPresent()) {
      return plan;
    }
    if (plan.changes().isEmpty()) {
      return entries.cleaned(project, held, tree, plan);
    }
    return project.isPlanOnly() ? withCleaning(project, held, tree, plan, entries) : plan;
  }

  /** As if the lane had pushed already: what is cleaned up after it belongs to the same plan. */
  private StepPlan withCleaning(
      Project project, Holdings held, TreeView tree, StepPlan plan, SharedEntries entries)
      throws StepException {
    Workspace later = new Workspace(tree);
    if (!entries.areWanted()) {
      later.apply(tenants.of(project).changes(path(project), tree));
    }
    List<Change> changes = new ArrayList<>(plan.changes());
    changes.addAll(entries.cleaned(project, held, later, StepPlan.settled("")).changes());
    return StepPlan.of(changes, "");
  }

  private StepPlan tenantSetUp(Project project, Holdings held, TreeView tree) throws StepException {
    String path = path(project);
    WantedFile wanted = tenants.of(project);
    if (published.isIdle(project) && wanted.isAt(path, tree)) {
      return inPlace(project, path);
    }
    Optional<StepPlan> underWay = published.underWay(project, wanted.id());
    if (underWay.isPresent()) {
      return underWay.get();
    }
    FileClaim claim = FileClaim.of(project, TENANT, path, tree, cluster);
    parts.require(project);
    Edit edit =
        Edit.of(
            project,
            Edit.Purpose.SET_UP,
            wanted.id(),
            newer -> {
              claim.check(newer.file(path));
              return wanted.changes(path, newer);
            });
    boolean wasThere = held.thing(TENANT).isPresent();
    return published
        .needed(
            project,
            edit,
            tree,
            path,
            () -> new WriteTelling(publisher).of(project, claim, wasThere, tree, wanted))
        .orElseGet(() -> inPlace(project, path));
  }

  private StepPlan inPlace(Project project, String path) {
    return published.inPlace(project, path, Holding.of(TENANT, "GitFile", Origin.CREATED, path));
  }

  @Override
  StepPlan takeAway(Project project, Holdings held, TreeView tree) throws StepException {
    String place = hasEntries() ? "the shared files" : path(project);
    Edit edit = Edit.of(project, Edit.Purpose.REMOVE, "absent", newer -> removals(project, newer));
    Optional<StepPlan> needed =
        published.needed(
            project,
            edit,
            tree,
            place,
            () ->
                Telling.of(
                    Verb.DELETE, place, "the Project is being deleted", EventReason.COMMITTED));
    if (needed.isPresent()) {
      return needed.get();
    }
    boolean wasThere =
        held.thing(TENANT).isPresent()
            || held.thing(SharedEntries.ENTRIES).isPresent()
            || publisher.newestCommit(project.uid()).isPresent();
    if (wasThere && follow) {
      Optional<StepPlan> waits = waitsForFlux(project, held);
      if (waits.isPresent()) {
        return waits.get().finding(published.commitOf(project));
      }
    }
    publisher.forget(project.uid());
    tenants.forget(project.uid());
    return StepPlan.settled(
            wasThere
                ? "%s gone from the Flux repository.".formatted(whatIs(pathOfRights(), project))
                : "Nothing of this Project is in the Flux repository.")
        .finding(known -> known.without(TENANT).without(SharedEntries.ENTRIES));
  }

  private boolean hasEntries() {
    return shared.filter(SharedEntries::areWanted).isPresent();
  }

  private static String whatIs(FluxPath path, Project project) {
    return switch (path) {
      case PLATFORM -> "The entries of " + project.name() + " in the shared files are";
      case PROJECTS -> path(project) + " is";
    };
  }

  private List<FileChange> removals(Project project, TreeView tree) throws StepException {
    List<FileChange> removals = new ArrayList<>();
    for (FluxPath path : FluxPath.values()) {
      removals.addAll(removals(path, project, tree));
    }
    return removals;
  }

  /** What of a Project one Kustomization would have to let go of. */
  private List<FileChange> removals(FluxPath path, Project project, TreeView tree)
      throws StepException {
    return switch (path) {
      case PROJECTS -> isOwn(project, tree) ? List.of(FileChange.remove(path(project))) : List.of();
      case PLATFORM -> shared.isPresent() ? shared.get().removals(project, tree) : List.of();
    };
  }

  private boolean isOwn(Project project, TreeView tree) throws StepException {
    Optional<byte[]> content = tree.file(path(project));
    return content.isPresent() && FileClaim.isOwn(project, content.get(), cluster);
  }

  /** By which of Flux's Kustomizations a Project's rights come. */
  FluxPath pathOfRights() {
    return hasEntries() ? FluxPath.PLATFORM : FluxPath.PROJECTS;
  }

  /** Whether these files give a Project's people their rights as the layout asks for. */
  boolean isIn(Project project, TreeView tree) throws StepException {
    return hasEntries()
        ? shared.get().areIn(project, tree)
        : tenants.of(project).isAt(path(project), tree);
  }

  private Optional<StepPlan> waitsForFlux(Project project, Holdings held) throws StepException {
    for (FluxPath path : FluxPath.values()) {
      String holding = path == FluxPath.PLATFORM ? SharedEntries.ENTRIES : TENANT;
      boolean mayHaveHeld = path == pathOfRights() || held.thing(holding).isPresent();
      Optional<StepPlan> waits = mayHaveHeld ? waitsFor(path, project) : Optional.empty();
      if (waits.isPresent()) {
        return waits;
      }
    }
    return Optional.empty();
  }

  /** What Flux applied is looked at, not its history: a rewritten branch must not fool us. */
  private Optional<StepPlan> waitsFor(FluxPath path, Project project) throws StepException {
    Optional<String> applied = cluster.fluxAppliedRevision(path.word()).map(FluxPath::commit);
    Optional<TreeView> tree =
        applied.isPresent() ? publisher.filesAt(applied.get()) : Optional.empty();
    if (tree.isPresent() && removals(path, project, tree.get()).isEmpty()) {
      return Optional.empty();
    }
    // A look wakes this Project: one after the other would be a loop without a pause.
    if (applied.isPresent() && tree.isEmpty() && !hasLookedLately()) {
      publisher.look(project.ref());
    }
    return Optional.of(
        StepPlan.waits(
                Reason.WAITING_FOR_REMOVAL,
                "%s gone from branch %s; Flux last applied %s. Wait, or run flux reconcile."
                    .formatted(
                        whatIs(path, project),
                        publisher.settings().branch(),
                        applied.map(FluxPath::brief).orElse("nothing")))
            .lookingAgainAt(clock.instant().plus(NEXT_LOOK)));
  }

  private boolean hasLookedLately() {
    return publisher.view().filter(known -> known.isFresh(clock.instant(), NEXT_LOOK)).isPresent();
  }
}

package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * {@code projects/<name>/tenant.yaml} is on the branch that Flux follows: the rights of the
 * Project's people, and the ServiceAccount that reads its secrets.
 */
public final class FluxRbacStep extends RepositoryStep {

  /** The holding's id. */
  static final String TENANT = "flux-tenant";

  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  private final RenderedFiles tenants;
  private final boolean follow;

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
      GitPublisher publisher,
      TemplateFolder templates,
      Cluster cluster,
      boolean follow,
      Clock clock) {
    this(publisher, new RenderedFiles(templates::tenant), cluster, follow, clock);
  }

  FluxRbacStep(
      GitPublisher publisher, RenderedFiles tenants, Cluster cluster, boolean follow, Clock clock) {
    super(publisher, cluster, clock);
    this.tenants = tenants;
    this.follow = follow;
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
    return "projects/" + project.name() + "/tenant.yaml";
  }

  @Override
  StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException {
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
    String path = path(project);
    Edit edit =
        Edit.of(
            project,
            Edit.Purpose.REMOVE,
            "absent",
            newer -> isOwn(project, newer) ? List.of(FileChange.remove(path)) : List.of());
    Optional<StepPlan> needed =
        published.needed(
            project,
            edit,
            tree,
            path,
            () ->
                Telling.of(
                    Verb.DELETE, path, "the Project is being deleted", EventReason.COMMITTED));
    if (needed.isPresent()) {
      return needed.get();
    }
    boolean wasThere =
        held.thing(TENANT).isPresent() || publisher.newestCommit(project.uid()).isPresent();
    if (wasThere && follow) {
      Optional<StepPlan> waits = waitsForFlux(project);
      if (waits.isPresent()) {
        return waits.get().finding(published.commitOf(project));
      }
    }
    publisher.forget(project.uid());
    tenants.forget(project.uid());
    return StepPlan.settled(
            wasThere
                ? "%s is gone from the Flux repository.".formatted(path)
                : "Nothing of this Project is in the Flux repository.")
        .finding(known -> known.without(TENANT));
  }

  private boolean isOwn(Project project, TreeView tree) throws StepException {
    Optional<byte[]> content = tree.file(path(project));
    return content.isPresent() && FileClaim.isOwn(project, content.get(), cluster);
  }

  /** What Flux applied is looked at, not its history: a rewritten branch must not fool us. */
  private Optional<StepPlan> waitsForFlux(Project project) throws StepException {
    Optional<String> applied = cluster.fluxAppliedRevision().map(FluxRbacStep::commit);
    Optional<TreeView> tree =
        applied.isPresent() ? publisher.filesAt(applied.get()) : Optional.empty();
    if (tree.isPresent() && !isOwn(project, tree.get())) {
      return Optional.empty();
    }
    if (applied.isPresent() && tree.isEmpty()) {
      publisher.look(project.ref());
    }
    String last = applied.map(id -> id.substring(0, Math.min(7, id.length()))).orElse("nothing");
    return Optional.of(
        StepPlan.waits(
                Reason.WAITING_FOR_REMOVAL,
                "%s is gone from branch %s; Flux last applied %s. Wait, or run flux reconcile."
                    .formatted(path(project), publisher.settings().branch(), last))
            .lookingAgainAt(clock.instant().plus(NEXT_LOOK)));
  }

  /** Flux writes {@code <branch>@sha1:<commit>}. */
  private static String commit(String revision) {
    return revision.substring(revision.lastIndexOf(':') + 1);
  }
}

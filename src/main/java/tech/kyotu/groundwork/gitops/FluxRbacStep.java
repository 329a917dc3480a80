package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * {@code projects/<name>/tenant.yaml} is on the branch that Flux follows: the rights of the
 * Project's people, and the ServiceAccount that reads its secrets.
 */
public final class FluxRbacStep implements Step {

  /** The holding's id. */
  static final String TENANT = "flux-tenant";

  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  private final GitPublisher publisher;
  private final PublishedFiles published;
  private final TemplateFolder templates;
  private final Cluster cluster;
  private final boolean follow;
  private final Clock clock;

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
    this.publisher = publisher;
    this.published = new PublishedFiles(publisher);
    this.templates = templates;
    this.cluster = cluster;
    this.follow = follow;
    this.clock = clock;
  }

  @Override
  public StepName name() {
    return StepName.FLUX_RBAC;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE);
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.ARGO_APPLICATIONS);
  }

  /** Works in memory; the publisher alone tries again and wakes the Project. */
  @Override
  public Lane lane() {
    return Lane.SELF_PACED;
  }

  private static String path(Project project) {
    return "projects/" + project.name() + "/tenant.yaml";
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    Optional<TreeView> files = published.files(project);
    if (files.isEmpty()) {
      return published.looking();
    }
    TreeView tree = files.get();
    String path = path(project);
    FileClaim claim = FileClaim.of(project, TENANT, path, tree, cluster);
    byte[] content = templates.tenant(project);
    PublishedFiles.Wish wish = PublishedFiles.Wish.of(tree.file(path), content);
    Edit edit =
        new Edit(
            project.name(),
            OwnerMark.of(project),
            Edit.Purpose.SET_UP,
            wish.after(),
            newer -> {
              Optional<byte[]> found = newer.file(path);
              claim.check(found);
              return found.isPresent() && Arrays.equals(found.get(), content)
                  ? List.of()
                  : List.of(FileChange.put(path, content));
            });
    boolean wasThere = held.thing(TENANT).isPresent();
    Optional<StepPlan> needed =
        published.needed(
            edit,
            tree,
            path,
            effect -> List.of(published.write(project, claim, wasThere, wish, effect)));
    return needed.orElseGet(
        () ->
            StepPlan.settled("%s is on branch %s.".formatted(path, publisher.settings().branch()))
                .finding(
                    known ->
                        published
                            .commitOf(project)
                            .apply(
                                known.with(Holding.of(TENANT, "GitFile", Origin.CREATED, path)))));
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    Optional<TreeView> files = published.files(project);
    if (files.isEmpty()) {
      return published.looking();
    }
    String path = path(project);
    Edit edit =
        new Edit(
            project.name(),
            OwnerMark.of(project),
            Edit.Purpose.REMOVE,
            "absent",
            newer -> isOwn(project, newer) ? List.of(FileChange.remove(path)) : List.of());
    Optional<StepPlan> needed =
        published.needed(
            edit,
            files.get(),
            path,
            effect ->
                List.of(
                    Change.of(
                        Verb.DELETE,
                        path,
                        "the Project is being deleted",
                        EventReason.COMMITTED,
                        effect)));
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

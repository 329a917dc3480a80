package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupCreation;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.NewGroup;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * The group that holds a project's images, one for all environments of a projectId. Whether it is
 * made is decided by the server, never by a look before; it is never deleted, whoever made it.
 */
public final class GitLabGroupStep implements Step {

  private static final String KIND = "GitLabGroup";

  private final GitLab gitlab;
  private final SharedReads reads;
  private final Cluster cluster;
  private final Groups groups;
  private final ReservedNames reserved;
  private final CheckInterval interval;
  private final boolean mayUseTopLevelGroups;
  private final Lane lane;
  private final Clock clock;

  /**
   * The step.
   *
   * @param reads shared with {@link RegistryAccessStep}
   * @throws IllegalArgumentException if the setting of the parent is no path
   */
  public GitLabGroupStep(
      GitLab gitlab,
      SharedReads reads,
      Cluster cluster,
      GroundworkConfig config,
      Lane lane,
      Clock clock) {
    this.gitlab = gitlab;
    this.reads = reads;
    this.cluster = cluster;
    this.lane = lane;
    this.clock = clock;
    groups = new Groups(gitlab, cluster, config.gitlab());
    reserved = new ReservedNames(config);
    interval = new CheckInterval(config.gitlab().checkInterval());
    mayUseTopLevelGroups = config.gitlab().useExistingTopLevelGroups();
  }

  @Override
  public StepName name() {
    return StepName.GITLAB_GROUP;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE);
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.REGISTRY_ACCESS);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    reserved.pass(project.name().projectId(), groups.pathOf(project));
    Optional<GroupRef> parent = groups.parent();
    Optional<Holding> known = groups.known(project, held);
    Optional<Group> byId = known.isEmpty() ? Optional.empty() : byId(project, parent, known.get());
    if (byId.isPresent()) {
      return planKnown(project, held, byId.get(), known.get());
    }
    Optional<Group> byPath = byPath(project, parent);
    return byPath.isPresent()
        ? planFound(project, byPath.get())
        : planCreation(project, parent, known.isPresent());
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) {
    if (held.thing(Groups.HOLDING).isEmpty()) {
      return StepPlan.settled("No GitLab group was used.");
    }
    return StepPlan.of(
        List.of(
            Change.retain(
                "GitLab group " + groups.pathOf(project), "GitLab groups are never deleted.")),
        "Kept: GitLab groups are never deleted.");
  }

  /**
   * An id from a status is a hint: the group that has it must still be found, and be the right one.
   */
  private Optional<Group> byId(Project project, Optional<GroupRef> parent, Holding known)
      throws StepException {
    Optional<GroupRef> ref = GroupRef.of(known.reference());
    if (ref.isEmpty()) {
      return Optional.empty();
    }
    long id = ref.get().id();
    if (parent.isPresent()) {
      Optional<Group> listed =
          reads.children(parent.get(), interval(project)).stream()
              .filter(group -> group.id() == id)
              .findFirst();
      if (listed.isPresent()) {
        return listed;
      }
    }
    Optional<Group> live = gitlab.group(id);
    if (live.isEmpty()) {
      groups.requireSight();
      parent.ifPresent(reads::forgetChildren);
    }
    return live;
  }

  private Optional<Group> byPath(Project project, Optional<GroupRef> parent) throws StepException {
    String path = groups.pathOf(project);
    return parent.isPresent()
        ? reads.children(parent.get()).stream()
            .filter(group -> group.fullPath().equals(path))
            .findFirst()
        : gitlab.findGroup(path);
  }

  private StepPlan planKnown(Project project, Holdings held, Group group, Holding known)
      throws StepException {
    requireUsable(project, group);
    Holding holding = holding(project, group, known.origin());
    if (held.thing(Groups.HOLDING).isEmpty()) {
      return adopt(project, group, holding, "Other Projects of the same projectId use it.");
    }
    return StepPlan.settled(inPlace(group, holding))
        .finding(all -> all.with(holding))
        .lookingAgainAt(clock.instant().plus(interval(project)));
  }

  private StepPlan planFound(Project project, Group group) throws StepException {
    requireUsable(project, group);
    if (group.description().equals(mark(project))) {
      return adopt(
          project,
          group,
          holding(project, group, Origin.CREATED),
          "It bears the mark of the projectId.");
    }
    if (!project.mayAdopt(Groups.HOLDING)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "GitLab group %s exists and spec.adoption is Never. Set IfUnowned, or annotate kyotu.tech/adopt: %s."
              .formatted(group.fullPath(), Groups.HOLDING));
    }
    if (group.parentId().isEmpty() && !mayUseTopLevelGroups) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "GitLab group %s exists at top level and is not Groundwork's. Choose another projectId, or let the"
                  .formatted(group.fullPath())
              + " operator use such groups (gitlab.use-existing-top-level-groups).");
    }
    return adopt(
        project,
        group,
        holding(project, group, Origin.ADOPTED),
        "It exists and nobody's mark is on it.");
  }

  private StepPlan adopt(Project project, Group group, Holding holding, String reason) {
    Change change =
        Change.of(
            Verb.ADOPT,
            "GitLab group %s (%d)".formatted(group.fullPath(), group.id()),
            reason,
            EventReason.GROUP_FOUND,
            held -> Outcome.done(all -> all.with(holding)));
    return StepPlan.of(List.of(change), inPlace(group, holding))
        .lookingAgainAt(clock.instant().plus(interval(project)));
  }

  private StepPlan planCreation(Project project, Optional<GroupRef> parent, boolean wasThere) {
    String path = groups.pathOf(project);
    Change change =
        Change.of(
            Verb.CREATE,
            "GitLab group " + path,
            wasThere ? "It was deleted in GitLab." : "It does not exist.",
            EventReason.GROUP_CREATED,
            held -> create(project, parent));
    return StepPlan.of(List.of(change), "")
        .saying(GitLabGroupStep::made)
        .lookingAgainAt(clock.instant().plus(interval(project)));
  }

  private Outcome create(Project project, Optional<GroupRef> parent) throws StepException {
    String projectId = project.name().projectId();
    GroupCreation creation;
    try {
      creation = gitlab.createGroup(new NewGroup(projectId, projectId, parent, mark(project)));
    } catch (RetryableException lost) {
      return lookAfter(lost, project, parent);
    } catch (RejectedException refused) {
      if (refused.reason() == Reason.PREREQUISITE_MISSING) {
        groups.forgetParent();
      }
      throw refused;
    }
    if (creation instanceof GroupCreation.Created created) {
      requireUsable(project, created.group());
      reads.created(parent, created.group());
      Holding holding = holding(project, created.group(), Origin.CREATED);
      return Outcome.done(held -> held.with(holding));
    }
    Group taken =
        gitlab.findGroup(groups.pathOf(project)).orElseThrow(() -> isTakenByOthers(project));
    return new Outcome.Replanned(planFound(project, taken));
  }

  /** The answer was lost: look, before anybody asks a second time. */
  private Outcome lookAfter(RetryableException lost, Project project, Optional<GroupRef> parent)
      throws StepException {
    if (!lost.isOutcomeUnknown()) {
      throw lost;
    }
    parent.ifPresent(reads::forgetChildren);
    Group made = gitlab.findGroup(groups.pathOf(project)).orElseThrow(() -> lost);
    return new Outcome.Replanned(planFound(project, made));
  }

  private RejectedException isTakenByOthers(Project project) {
    return new RejectedException(
        Reason.ACCESS_DENIED,
        ("GitLab says that the path %s is taken, but shows no group there: it belongs to a user, or"
                + " to a group hidden from the operator. Grant Owner there, or choose another"
                + " projectId.")
            .formatted(groups.pathOf(project)));
  }

  private void requireUsable(Project project, Group group) throws RejectedException {
    String expected = groups.pathOf(project);
    if (!group.fullPath().equals(expected)) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab group %d is now %s, not %s. Move it back; its published token stays meanwhile."
              .formatted(group.id(), group.fullPath(), expected));
    }
    if (group.markedForDeletionOn().isPresent()) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab group %s is marked for deletion on %s. Restore it in GitLab, or wait until it is gone."
              .formatted(expected, group.markedForDeletionOn().get()));
    }
  }

  private Holding holding(Project project, Group group, Origin origin) {
    Boolean shared = groups.isShared(project) ? Boolean.TRUE : null;
    return new Holding(Groups.HOLDING, KIND, origin, group.ref().reference(), shared, null);
  }

  /** In the words of {@link #inPlace}, so that the first regular look changes nothing. */
  private static String made(Holdings held) {
    return held.thing(Groups.HOLDING)
        .flatMap(holding -> GroupRef.of(holding.reference()).map(ref -> sentence(ref, holding)))
        .orElse("");
  }

  private static String sentence(GroupRef group, Holding holding) {
    String shared = holding.shared() == null ? "" : ", shared with other Projects of the projectId";
    return "GitLab group %s (%d)%s.".formatted(group.fullPath(), group.id(), shared);
  }

  private static String inPlace(Group group, Holding holding) {
    boolean isOpen =
        holding.origin() == Origin.CREATED && group.visibility().matches("public|internal");
    String drift = isOpen ? " Its visibility was changed to " + group.visibility() + "." : "";
    return sentence(group.ref(), holding) + drift;
  }

  private static String mark(Project project) {
    return "Groundwork: images of project " + project.name().projectId() + ".";
  }

  private Duration interval(Project project) {
    return interval.of(project.uid(), cluster.projects().size());
  }
}

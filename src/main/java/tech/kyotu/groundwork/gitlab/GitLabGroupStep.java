package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

  private final GitLab gitlab;
  private final SharedReads reads;
  private final Cluster cluster;
  private final Groups groups;
  private final ReservedGroupPaths reserved;
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
    groups = new Groups(gitlab, cluster, config.gitlab(), clock);
    reserved = new ReservedGroupPaths(config);
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
    GroupClaim claim =
        new GroupClaim(
            project, groups.pathOf(project), groups.isShared(project), mayUseTopLevelGroups);
    reserved.pass(project.name().projectId(), claim.path());
    Optional<Holding> known = groups.known(project, held);
    groups.requireParentToStay(known.isPresent(), interval(project));
    Optional<GroupRef> parent = groups.parent();
    Optional<Group> byId = known.isEmpty() ? Optional.empty() : byId(project, parent, known.get());
    if (byId.isPresent()) {
      return planKnown(claim, held, byId.get(), known.get());
    }
    Optional<Group> byPath = byPath(claim, parent);
    return byPath.isPresent()
        ? planFound(claim, byPath.get())
        : planCreation(claim, parent, known.isPresent());
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) {
    if (held.thing(Groups.HOLDING).isEmpty()) {
      return StepPlan.settled("No GitLab group was used.");
    }
    return StepPlan.of(
        List.of(
            Change.retain(
                "GitLab group " + groups.pathOf(project), "GitLab groups are never deleted")),
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

  private Optional<Group> byPath(GroupClaim claim, Optional<GroupRef> parent) throws StepException {
    return parent.isPresent()
        ? reads.children(parent.get()).stream()
            .filter(group -> group.fullPath().equals(claim.path()))
            .findFirst()
        : gitlab.findGroup(claim.path());
  }

  private StepPlan planKnown(GroupClaim claim, Holdings held, Group group, Holding known)
      throws StepException {
    claim.requireUsable(group);
    Holding holding = claim.holding(group, known.origin());
    if (held.thing(Groups.HOLDING).isEmpty()) {
      return adopt(claim, group, holding, "other Projects of the same projectId use it");
    }
    return lookingAgain(
        claim, StepPlan.settled(claim.inPlace(group, holding)).finding(all -> all.with(holding)));
  }

  private StepPlan planFound(GroupClaim claim, Group group) throws StepException {
    claim.requireUsable(group);
    Origin origin = claim.originOf(group);
    return adopt(
        claim,
        group,
        claim.holding(group, origin),
        origin == Origin.CREATED
            ? "it bears the mark of the projectId"
            : "it exists and nobody's mark is on it");
  }

  private StepPlan adopt(GroupClaim claim, Group group, Holding holding, String reason) {
    Change change =
        Change.of(
                Verb.ADOPT,
                "GitLab group %s (%d)".formatted(group.fullPath(), group.id()),
                reason,
                EventReason.GROUP_FOUND,
                held -> Outcome.done(all -> all.with(holding)))
            .foreseeing(all -> all.with(holding));
    return lookingAgain(claim, StepPlan.of(List.of(change), claim.inPlace(group, holding)));
  }

  private StepPlan planCreation(GroupClaim claim, Optional<GroupRef> parent, boolean wasThere) {
    Change change =
        Change.of(
            Verb.CREATE,
            "GitLab group " + claim.path(),
            wasThere ? "it was deleted in GitLab" : "there was none",
            EventReason.GROUP_CREATED,
            held -> create(claim, parent));
    return lookingAgain(claim, StepPlan.of(List.of(change), "").saying(GroupClaim::made));
  }

  private StepPlan lookingAgain(GroupClaim claim, StepPlan plan) {
    return plan.lookingAgainAt(clock.instant().plus(interval(claim.project())));
  }

  private Outcome create(GroupClaim claim, Optional<GroupRef> parent) throws StepException {
    String projectId = claim.project().name().projectId();
    Instant asked = clock.instant();
    GroupCreation creation;
    try {
      creation = gitlab.createGroup(new NewGroup(projectId, projectId, parent, claim.mark()));
    } catch (RetryableException lost) {
      return lookAfter(lost, claim, parent);
    } catch (RejectedException refused) {
      if (refused.reason() == Reason.PREREQUISITE_MISSING) {
        groups.forgetParent();
      }
      throw refused;
    }
    if (creation instanceof GroupCreation.Created created) {
      claim.requireUsable(created.group());
      reads.created(parent, created.group(), asked);
      Holding holding = claim.holding(created.group(), Origin.CREATED);
      return Outcome.done(held -> held.with(holding));
    }
    Group taken = gitlab.findGroup(claim.path()).orElseThrow(() -> isTakenByOthers(claim));
    return new Outcome.Replanned(planFound(claim, taken));
  }

  /** The answer was lost: look, before anybody asks a second time. */
  private Outcome lookAfter(RetryableException lost, GroupClaim claim, Optional<GroupRef> parent)
      throws StepException {
    if (!lost.isOutcomeUnknown()) {
      throw lost;
    }
    parent.ifPresent(reads::forgetChildren);
    Group made = gitlab.findGroup(claim.path()).orElseThrow(() -> lost);
    return new Outcome.Replanned(planFound(claim, made));
  }

  private static RejectedException isTakenByOthers(GroupClaim claim) {
    return new RejectedException(
        Reason.ACCESS_DENIED,
        ("GitLab says that the path %s is taken, but shows no group there: it belongs to a user, or"
                + " to a group hidden from the operator. Grant Owner there, or choose another"
                + " projectId.")
            .formatted(claim.path()));
  }

  private Duration interval(Project project) {
    return interval.of(project.uid(), cluster.projects().size());
  }
}

package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.WriteLease;

/**
 * The pull secret holds a living token. A token is replaced by a new one beside it, never by
 * GitLab's rotation, which kills the published token in the same moment.
 */
public final class RegistryAccessStep implements Step {

  private final PullTokenTools tools;
  private final PullTokenLook look;
  private final Groups groups;
  private final Lane lane;

  /**
   * The step.
   *
   * @param reads shared with {@link GitLabGroupStep}
   * @param lease asked before each write
   * @throws IllegalArgumentException if lifetime and grace leave no room for a rotation
   */
  public RegistryAccessStep(
      GitLab gitlab,
      SharedReads reads,
      ImageRegistry registry,
      Cluster cluster,
      GroundworkConfig config,
      Lane lane,
      Clock clock,
      WriteLease lease) {
    this(gitlab, reads, registry, cluster, config, lane, clock, Pause.REAL, lease);
  }

  RegistryAccessStep(
      GitLab gitlab,
      SharedReads reads,
      ImageRegistry registry,
      Cluster cluster,
      GroundworkConfig config,
      Lane lane,
      Clock clock,
      Pause pause,
      WriteLease lease) {
    tools =
        new PullTokenTools(
            gitlab,
            reads,
            registry,
            cluster,
            new RotationPolicy(config.gitlab().tokenLifetime(), config.gitlab().tokenGrace()),
            config.registry().host(),
            new RotationLimit(clock),
            new RefusedRevocations(clock),
            new CheckInterval(config.gitlab().checkInterval()),
            clock,
            pause,
            lease,
            config.takeover().olderOperator());
    look = new PullTokenLook(tools, config.clusterId());
    groups = new Groups(gitlab, cluster, config.gitlab(), clock);
    this.lane = lane;
  }

  @Override
  public StepName name() {
    return StepName.REGISTRY_ACCESS;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE, StepName.GITLAB_GROUP);
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.ARGO_APPLICATIONS, StepName.FLUX_RBAC);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    Optional<GroupRef> group =
        held.thing(Groups.HOLDING).map(Holding::reference).flatMap(GroupRef::of);
    if (group.isEmpty()) {
      return planBeforeGroup(project, held);
    }
    PullTokenView view = look.at(project, held, group.get());
    PullTokenJob job = new PullTokenJob(tools, group.get(), view, later -> plan(project, later));
    return new PullTokenPlan(tools, group.get(), job).make();
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    return new PullTokenRelease(tools, groups, look.clusterId()).plan(project, held);
  }

  /** In Plan mode the group may be planned only: then it holds no tokens. */
  private StepPlan planBeforeGroup(Project project, Holdings held) throws StepException {
    GroupRef group = new GroupRef(0, groups.pathOf(project));
    PullTokenView view = look.beforeGroup(project, held);
    PullTokenJob job = new PullTokenJob(tools, group, view, later -> plan(project, later));
    Effect again =
        later -> {
          if (later.thing(Groups.HOLDING).isEmpty()) {
            throw new IllegalStateException("the group is in place but nobody told which it is");
          }
          return new Outcome.Replanned(plan(project, later));
        };
    List<Change> changes =
        new PullTokenPlan(tools, group, job)
            .make().changes().stream().map(change -> change.with(again)).toList();
    return StepPlan.of(changes, "The pull secret is made.");
  }
}

package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.MovableClock;

/** One operator of a history: its process, its clock, its lease, and what it knows of GitLab's. */
final class RotationOperator {

  /** A clock that is off. */
  private final class OwnClock extends Clock {

    @Override
    public Instant instant() {
      return world.clock().instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.fixed(instant(), zone);
    }
  }

  /** What all operators share. */
  interface World {
    MovableClock clock();

    RotationStage stage();

    RotationDefect defect();

    GroundworkConfig config();

    /** GitLab, as this operator's calls reach it. */
    GitLab gitlab(RotationOperator operator);

    /** The registry, as this operator's calls reach it. */
    ImageRegistry registry(RotationOperator operator);

    /** The cluster, as this operator's calls reach it. */
    Cluster cluster(RotationOperator operator);
  }

  private final int index;
  private final World world;
  private final Clock clock = new OwnClock();
  private Duration offset = Duration.ZERO;
  private boolean holdsLease = true;
  private Random random = new Random(0);
  private GitLabGroupStep groupStep;
  private RegistryAccessStep accessStep;

  RotationOperator(int index, World world) {
    this.index = index;
    this.world = world;
    restart();
  }

  /** A new process: nothing is remembered. */
  void restart() {
    holdsLease = true;
    GroundworkConfig config = world.config();
    RotationDefect defect = world.defect();
    GitLab gitlab =
        Intercepted.port(
            GitLab.class, world.gitlab(this), call -> defect.ofGitLab(call, world.stage(), clock));
    Cluster cluster = Intercepted.port(Cluster.class, world.cluster(this), defect::ofCluster);
    SharedReads reads = new SharedReads(gitlab, clock);
    groupStep = new GitLabGroupStep(gitlab, reads, cluster, config, Lane.INLINE, clock);
    accessStep =
        new RegistryAccessStep(
            gitlab,
            reads,
            world.registry(this),
            cluster,
            config,
            Lane.INLINE,
            clock,
            pause -> world.clock().advance(pause),
            lease());
  }

  private WriteLease lease() {
    return () -> holdsLease;
  }

  /** One pass over both steps; what is known afterwards. */
  Holdings pass(Project project, Holdings status) throws StepException {
    if (project.isBeingDeleted()) {
      Holdings after = StepPass.release(accessStep, project, status, lease()).held();
      return StepPass.release(groupStep, project, after, lease()).held();
    }
    Holdings group = StepPass.converge(groupStep, project, status, lease()).held();
    return StepPass.converge(accessStep, project, group, lease()).held();
  }

  int index() {
    return index;
  }

  Clock clock() {
    return clock;
  }

  /** What decides about this pass's calls. */
  Random random() {
    return random;
  }

  void begin(Random decisions) {
    random = decisions;
  }

  boolean holdsLease() {
    return holdsLease;
  }

  void loseLease() {
    holdsLease = false;
  }

  /** From now on this process's clock is off by this. */
  void setClock(Duration off) {
    offset = off;
  }

  @Override
  public String toString() {
    return index == 0 ? "A" : "B";
  }
}

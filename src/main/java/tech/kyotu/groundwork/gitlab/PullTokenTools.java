package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Instant;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.WriteLease;

/**
 * What a look at a pull token works with.
 *
 * @param reads lists that serve many Projects
 * @param registryHost as it stands in image names
 * @param limit shared by all Projects
 * @param unrevoked what GitLab did not let go
 * @param interval between looks at a settled Project
 * @param clock our time
 * @param lease asked before each write
 * @param takesOver whether what the older operator made is taken over
 */
record PullTokenTools(
    GitLab gitlab,
    SharedReads reads,
    ImageRegistry registry,
    Cluster cluster,
    RotationPolicy policy,
    String registryHost,
    RotationLimit limit,
    RefusedRevocations unrevoked,
    CheckInterval interval,
    Clock clock,
    Pause pause,
    WriteLease lease,
    boolean takesOver) {

  /** A time of the server's clock by ours. */
  Instant local(Instant serverTime) {
    return serverTime.minus(gitlab.skew());
  }
}

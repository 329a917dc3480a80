package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Whether the cluster knows what a tenant's file is to hold. One object of an unknown kind fails
 * Flux's whole path, and so holds up the files of all Projects.
 */
final class ServedParts {

  /** How long an answer holds: a hundred Projects that are set up at once ask once. */
  private static final Duration HOLDS = Duration.ofMinutes(1);

  private final Function<EnvironmentType, List<TenantPart>> wanted;
  private final Cluster cluster;
  private final Clock clock;
  private final Map<TenantPart, Instant> served = new ConcurrentHashMap<>();

  /**
   * Nothing is asked yet.
   *
   * @param wanted what a file holds, by environment
   * @param cluster is asked
   * @param clock the time
   */
  ServedParts(Function<EnvironmentType, List<TenantPart>> wanted, Cluster cluster, Clock clock) {
    this.wanted = wanted;
    this.cluster = cluster;
    this.clock = clock;
  }

  /**
   * Passes if all is known that a Project's file holds.
   *
   * @throws StepException {@code PrerequisiteMissing} if it is not; retryable if it cannot be told
   */
  void require(Project project) throws StepException {
    for (TenantPart part : wanted.apply(project.name().environment())) {
      if (!isServed(part)) {
        // The lane knows nothing of the cluster: the Project's own back-off tries again.
        throw new RejectedException(
                Reason.PREREQUISITE_MISSING,
                "This cluster serves no %s of %s. Install its CRD, or switch off %s."
                    .formatted(part.kind(), part.apiVersion(), part.setting()))
            .elsewhere();
      }
    }
  }

  private boolean isServed(TenantPart part) throws StepException {
    Instant now = clock.instant();
    Instant seen = served.get(part);
    if (seen != null && !seen.isAfter(now) && seen.plus(HOLDS).isAfter(now)) {
      return true;
    }
    boolean isServed = cluster.serves(part.apiVersion(), part.kind());
    if (isServed) {
      served.put(part, now);
    }
    return isServed;
  }
}

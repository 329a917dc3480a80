package tech.kyotu.groundwork.gitlab;

import java.time.Duration;

/**
 * How often a settled Project is read from GitLab: the setting, and seldomer the more Projects
 * there are, so that an idle fleet stays below the server's limits.
 */
final class CheckInterval {

  private static final int PROJECTS_PER_MINUTE = 20;
  private static final int STEPS_OF_JITTER = 1000;

  private final Duration least;

  CheckInterval(Duration least) {
    this.least = least;
  }

  /** The time until the next look at a Project, spread by its UID over a quarter more. */
  Duration of(String uid, int projects) {
    Duration budget = Duration.ofMinutes(projects / PROJECTS_PER_MINUTE);
    Duration interval = budget.compareTo(least) > 0 ? budget : least;
    int jitter = Math.floorMod(uid.hashCode(), STEPS_OF_JITTER);
    return interval.plus(interval.multipliedBy(jitter).dividedBy(4L * STEPS_OF_JITTER));
  }
}

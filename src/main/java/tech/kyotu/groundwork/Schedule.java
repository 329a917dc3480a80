package tech.kyotu.groundwork;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.status.StatusWriter;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepResult;

/** When a Project is looked at again if nothing wakes it before. */
final class Schedule {

  private static final Duration SOONEST = Duration.ofMillis(100);

  private final Duration regularLook;
  private final Duration backstop;
  private final Clock clock;

  /**
   * A schedule.
   *
   * @param regularLook between looks at a settled Project; up to a quarter is added, by UID
   * @param backstop for a Project that waits for a wake which may be lost
   * @param clock the time
   */
  Schedule(Duration regularLook, Duration backstop, Clock clock) {
    this.regularLook = regularLook;
    this.backstop = backstop;
    this.clock = clock;
  }

  /** Milliseconds until the next look. */
  long next(Project project, Report report, StatusWriter.Written written) {
    Instant now = clock.instant();
    Optional<Instant> failure =
        Optional.ofNullable(written.status().failures())
            .map(Failures::nextAttemptAt)
            .map(Instant::parse);
    boolean mayLoseAWake =
        report.results().stream().anyMatch(r -> r.state() != StepResult.State.DONE);
    Instant latest = now.plus(mayLoseAWake ? backstop : jittered(project));
    Stream<Instant> asked =
        Stream.concat(
            report.guard().flatMap(Report.Guard::lookAgainAt).stream(),
            report.results().stream().flatMap(result -> result.lookAgainAt().stream()));
    Instant next =
        Stream.concat(asked, Stream.concat(failure.stream(), written.deferredUntil().stream()))
            .filter(at -> at.isAfter(now))
            .min(Comparator.naturalOrder())
            .filter(at -> at.isBefore(latest))
            .orElse(latest);
    return Math.max(SOONEST.toMillis(), Duration.between(now, next).toMillis());
  }

  private Duration jittered(Project project) {
    long quarter = Math.max(1, regularLook.toMillis() / 4);
    return regularLook.plusMillis(Math.floorMod((long) project.uid().hashCode(), quarter));
  }
}

package tech.kyotu.groundwork.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.MovableClock;

/** Reports as tests tell of them, and the statuses that come of them. */
final class Passes {

  static final Holdings HELD =
      Holdings.NONE
          .with(Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev"))
          .with(token(null));

  /** What Flux and Argo CD are said to have done. */
  Optional<Applied> applied = Optional.empty();

  final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  final Conditions conditions =
      new Conditions(
          clock,
          new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(15), clock, new Random(1)),
          Duration.ofHours(1),
          project -> Optional.empty(),
          project -> applied);

  static RegistryToken token(Long previous) {
    return new RegistryToken(
        813,
        null,
        "2027-01-19",
        null,
        null,
        null,
        previous,
        previous == null ? null : "2026-11-21T12:04:00Z");
  }

  static StepResult inPlace(StepName step) {
    return StepResult.done(step, Reason.IN_PLACE, "As wanted.");
  }

  static StepResult waits(StepName step, Reason reason, String message) {
    return StepResult.waiting(step, reason, message);
  }

  static StepResult rejected(StepName step, Reason reason, String message) {
    return StepResult.of(step, StepResult.State.REJECTED, reason, message);
  }

  static StepResult retrying(StepName step, Reason reason, String message) {
    return StepResult.of(step, StepResult.State.RETRYING, reason, message);
  }

  /** The step's whole system is away, and its lane waits for it. */
  static StepResult away(StepName step, String message) {
    return retrying(step, Reason.REMOTE_UNAVAILABLE, message).pacedBy(Lane.SELF_PACED);
  }

  /** These changes would be made. */
  static StepResult planned(StepName step, Change... changes) {
    return StepResult.of(step, StepResult.State.PLANNED, Reason.PLANNED, "Planned.")
        .after(List.of(changes));
  }

  static Change change(Verb verb, String subject) {
    return Change.of(verb, subject, "because", Effect.NOTHING);
  }

  /** A pass in which all steps are in place but these. */
  static Report but(StepResult... others) {
    return pass(Look.Direction.CONVERGE, HELD, others);
  }

  static Report pass(Look.Direction direction, Holdings held, StepResult... others) {
    List<StepResult> all = new ArrayList<>();
    for (StepName step : StepName.values()) {
      all.add(
          Arrays.stream(others)
              .filter(result -> result.step() == step)
              .findFirst()
              .orElseGet(
                  () ->
                      direction == Look.Direction.CONVERGE
                          ? inPlace(step)
                          : StepResult.done(step, Reason.REMOVED, "Gone.")));
    }
    return Report.of(direction, all, held);
  }

  static Report heldBack(Report report, StepName... steps) {
    return new Report(
        report.direction(), report.guard(), report.results(), report.held(), Set.of(steps));
  }

  /** The Project with the status that this pass gives it. */
  Project after(Project project, Report report) {
    ProjectStatus status = conditions.of(project, report);
    project.setStatus(status);
    return project;
  }
}

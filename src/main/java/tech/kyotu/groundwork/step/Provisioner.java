package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;

/**
 * The only loop: walks the steps forward to bring a Project into place, backward to take it away. A
 * step whose needs are not met waits; all others start in the same pass. Plan and apply are one
 * decision: a dry run stops before the effects.
 */
public final class Provisioner {

  private static final Logger LOG = Logger.getLogger(Provisioner.class);

  /**
   * A plan that is replaced more often than this in one pass does not converge: somebody keeps
   * undoing it.
   */
  private static final int MOST_PLANS = 4;

  /** How long one step may go on in one pass; a slow one must not keep its lane from the others. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static final Outcome.Waiting TAKES_LONG =
      new Outcome.Waiting(
          Reason.PROGRESSING, "It takes more than two minutes; the rest follows in a minute.");

  private final List<Step> steps;
  private final Backoff backoff;
  private final Clock clock;
  private final WriteLease lease;

  /**
   * A provisioner of these steps.
   *
   * @param steps in the order of creation; the list alone decides it
   * @param backoff when failures are tried again
   * @param clock the time
   * @param lease asked before each effect
   */
  public Provisioner(List<Step> steps, Backoff backoff, Clock clock, WriteLease lease) {
    this.steps = List.copyOf(steps);
    this.backoff = backoff;
    this.clock = clock;
    this.lease = lease;
  }

  /** What is known before anything was tried: what a Project shows the moment it is seen. */
  public Report expected(Project project, Holdings held) {
    Report.Builder report = new Report.Builder(Look.Direction.CONVERGE, held);
    for (Step step : steps) {
      report.add(
          report
              .unmet(step.needs())
              .map(other -> waitsFor(step, other, Look.Direction.CONVERGE))
              .orElseGet(
                  () ->
                      StepResult.waiting(
                          step.name(), Reason.PROGRESSING, "Seen by the operator, not started.")));
    }
    return report.build();
  }

  /** The release of a Project that never held anything. */
  public Report nothingToRelease(Holdings held) {
    return Report.of(
        Look.Direction.RELEASE,
        steps.stream()
            .map(step -> StepResult.done(step.name(), Reason.REMOVED, "Was never made."))
            .toList(),
        held);
  }

  /** One pass towards existence. */
  public Report converge(Project project, Holdings held) {
    Report.Builder report = new Report.Builder(Look.Direction.CONVERGE, held);
    for (Step step : steps) {
      visit(step, step.needs(), project, Look.Direction.CONVERGE, report);
    }
    return report.build();
  }

  /** One pass towards absence. */
  public Report release(Project project, Holdings held) {
    Report.Builder report = new Report.Builder(Look.Direction.RELEASE, held);
    List<Step> backward = new ArrayList<>(steps);
    Collections.reverse(backward);
    for (Step step : backward) {
      visit(step, step.goesAfter(), project, Look.Direction.RELEASE, report);
    }
    return report.build();
  }

  private void visit(
      Step step,
      Set<StepName> first,
      Project project,
      Look.Direction direction,
      Report.Builder report) {
    if (project.isAbandoned(step.name().conditionType())) {
      report.add(abandoned(step));
      return;
    }
    Optional<StepName> unmet = report.unmet(first);
    if (unmet.isPresent() && !(isSettled(project, step) && report.isAway(unmet.get()))) {
      report.add(waitsFor(step, unmet.get(), direction));
      return;
    }
    List<Holding> premises = report.told(first);
    Holdings held = report.foreseen();
    Look look = Look.at(project, step.name(), direction, premises);
    Optional<StepResult> news = step.lane().news(look);
    Optional<StepResult> heldBack =
        news.isEmpty() ? backoff.heldBack(project, step) : Optional.empty();
    if (heldBack.isPresent()) {
      report.addHeldBack(heldBack.get());
      return;
    }
    StepResult result =
        news.orElseGet(() -> step.lane().take(look, () -> attempt(step, project, held, direction)));
    // While a lane tries again, the failure stands: else Stalled would flap with every try, and the
    // count, and with it the back-off, would start anew.
    Optional<StepResult> stillFailed =
        result.isHandedOver() ? backoff.lastFailure(project, step) : Optional.empty();
    if (stillFailed.isPresent()) {
      report.addHeldBack(stillFailed.get().pacedBy(step.lane()));
      return;
    }
    report.add(result.pacedBy(step.lane()));
  }

  /** What is in place does not wait for a system to answer: it says of itself that it is away. */
  private static boolean isSettled(Project project, Step step) {
    return !project.isBeingDeleted()
        && project.statusOrUnseen().conditions().stream()
            .filter(condition -> step.name().conditionType().equals(condition.getType()))
            .anyMatch(
                condition ->
                    "True".equals(condition.getStatus())
                        || Reason.REMOTE_UNAVAILABLE.word().equals(condition.getReason()));
  }

  private static StepResult abandoned(Step step) {
    Change change =
        new Change(
            Verb.RETAIN,
            step.name().conditionType(),
            "given up by kyotu.tech/abandon; what is left of it stays",
            Optional.of(EventReason.ABANDONED),
            Effect.NOTHING);
    String message = "Given up by kyotu.tech/abandon; what is left of it stays.";
    return StepResult.done(step.name(), Reason.RETAINED, message).after(List.of(change));
  }

  private static StepResult waitsFor(Step step, StepName other, Look.Direction direction) {
    return switch (direction) {
      case CONVERGE ->
          StepResult.waiting(
              step.name(), Reason.WAITING_FOR_STEP, "Waits for " + other.conditionType() + ".");
      case RELEASE ->
          StepResult.waiting(
              step.name(), Reason.REMOVING, "Goes after " + other.conditionType() + ".");
    };
  }

  private StepResult attempt(Step step, Project project, Holdings held, Look.Direction direction) {
    Attempt attempt = new Attempt(step, project, direction, clock, lease);
    try {
      return attempt.run(held);
    } catch (StepException trouble) {
      StepResult failed = attempt.withWhatWasDone(StepResult.failed(step.name(), trouble));
      return trouble instanceof RetryableException retryable
          ? failed.lookingAgainAt(retryable.retryAfter().map(clock.instant()::plus))
          : failed;
    } catch (RuntimeException | Error bug) {
      String id = UUID.randomUUID().toString();
      LOG.errorf(
          CleanTrace.of(bug),
          "bug %s in step %s of project %s",
          id,
          step.name().conditionType(),
          project.ref());
      String message =
          "The operator failed unexpectedly in %s. Report it with id %s."
              .formatted(step.name().conditionType(), id);
      return attempt.withWhatWasDone(
          StepResult.of(step.name(), StepResult.State.RETRYING, Reason.INTERNAL_ERROR, message));
    }
  }

  /** One step's plan, carried out; replaced plans included. */
  private static final class Attempt {

    private final Step step;
    private final Project project;
    private final Look.Direction direction;
    private final Clock clock;
    private final WriteLease lease;
    private final Instant until;
    private final List<Change> made = new ArrayList<>();
    private UnaryOperator<Holdings> learnt = UnaryOperator.identity();

    Attempt(Step step, Project project, Look.Direction direction, Clock clock, WriteLease lease) {
      this.step = step;
      this.project = project;
      this.direction = direction;
      this.clock = clock;
      this.lease = lease;
      this.until = clock.instant().plus(LONGEST);
    }

    StepResult run(Holdings held) throws StepException {
      StepPlan plan =
          direction == Look.Direction.CONVERGE
              ? step.plan(project, held)
              : step.planRelease(project, held);
      for (int round = 0; round < MOST_PLANS; round++) {
        learn(plan.found());
        if (plan.waitsFor().isPresent()) {
          return waiting(plan.waitsFor().get(), plan.lookAgainAt());
        }
        if (project.isPlanOnly() && !plan.changes().isEmpty()) {
          return planned(plan);
        }
        Optional<Outcome> cutShort = carryOut(plan, held);
        if (cutShort.isEmpty()) {
          return done(plan, held);
        }
        Outcome outcome = cutShort.get();
        if (outcome instanceof Outcome.Waiting waiting) {
          return waiting(
              waiting, waiting.equals(TAKES_LONG) ? Optional.empty() : plan.lookAgainAt());
        }
        plan =
            outcome instanceof Outcome.Replanned replanned
                ? replanned.plan()
                : ((Outcome.ReadBack) outcome).plan();
      }
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "What %s writes is undone at once. Find the tool that does it; %s."
              .formatted(step.name().conditionType(), plan.changes().get(0).subject()));
    }

    /** Runs effects until one of them ends the plan early; that outcome is returned. */
    private Optional<Outcome> carryOut(StepPlan plan, Holdings held) throws StepException {
      for (Change change : plan.changes()) {
        // Between effects, so that none is cut in its middle.
        if (clock.instant().isAfter(until)) {
          return Optional.of(TAKES_LONG);
        }
        lease.require();
        Outcome outcome = change.effect().apply(learnt.apply(held));
        if (outcome instanceof Outcome.Replanned) {
          return Optional.of(outcome);
        }
        if (!(outcome instanceof Outcome.Waiting)) {
          LOG.infof(
              "%s %s for project %s: %s",
              change.verb(), change.subject(), project.ref(), change.reason());
        }
        made.add(change);
        if (outcome instanceof Outcome.Done done) {
          learn(done.learnt());
        } else {
          return Optional.of(outcome);
        }
      }
      return Optional.empty();
    }

    private void learn(UnaryOperator<Holdings> facts) {
      UnaryOperator<Holdings> before = learnt;
      learnt = held -> facts.apply(before.apply(held));
    }

    /** A failure in the middle undoes nothing: what was made before it is told and remembered. */
    StepResult withWhatWasDone(StepResult result) {
      return result.after(made).learning(learnt);
    }

    private StepResult waiting(Outcome.Waiting waiting, Optional<Instant> lookAgainAt) {
      return withWhatWasDone(StepResult.waiting(step.name(), waiting.reason(), waiting.message()))
          .lookingAgainAt(lookAgainAt);
    }

    private StepResult planned(StepPlan plan) {
      int count = plan.changes().size();
      return StepResult.of(
              step.name(),
              StepResult.State.PLANNED,
              Reason.PLANNED,
              count == 1 ? "1 change planned." : count + " changes planned.")
          .after(plan.changes())
          .foreseeing(foreseen(plan))
          .lookingAgainAt(plan.lookAgainAt());
    }

    /** A plan tells nobody what it found: the Project holds nothing yet. */
    private static UnaryOperator<Holdings> foreseen(StepPlan plan) {
      return held -> {
        Holdings all = plan.found().apply(held);
        for (Change change : plan.changes()) {
          all = change.foreseen().apply(all);
        }
        return all;
      };
    }

    private StepResult done(StepPlan plan, Holdings held) {
      Reason reason = direction == Look.Direction.CONVERGE ? Reason.IN_PLACE : goneOrKept(plan);
      return withWhatWasDone(
              StepResult.done(step.name(), reason, plan.message().apply(learnt.apply(held))))
          .lookingAgainAt(plan.lookAgainAt());
    }

    private static Reason goneOrKept(StepPlan plan) {
      boolean kept = plan.changes().stream().anyMatch(change -> change.verb() == Verb.RETAIN);
      return kept ? Reason.RETAINED : Reason.REMOVED;
    }
  }
}

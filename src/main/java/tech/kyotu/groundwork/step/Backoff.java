package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;

/**
 * When a Project's own failures are tried again. The gate stands in the status, so a restart
 * neither forgets a refusal nor hammers on it; before it opens none of the failing steps is tried
 * and the count stands.
 */
public final class Backoff {

  private final Duration longest;
  private final Duration rejected;
  private final Clock clock;
  private final RandomGenerator random;
  private final Map<StepName, Instant> opened = new ConcurrentHashMap<>();

  /**
   * A back-off of these bounds.
   *
   * @param longest cap for what may pass by itself
   * @param rejected time until something only a person can mend is tried again
   * @param clock the time
   * @param random for the jitter
   */
  public Backoff(Duration longest, Duration rejected, Clock clock, RandomGenerator random) {
    this.longest = longest;
    this.rejected = rejected;
    this.clock = clock;
    this.random = random;
  }

  /** From now on this step may be tried whatever the gates say: its credential changed. */
  public void open(StepName step) {
    opened.put(step, clock.instant());
  }

  /**
   * The failure that still stands for a step, if it may not be tried yet.
   *
   * @return the last result again, from the step's condition; empty if the step may be tried
   */
  public Optional<StepResult> heldBack(Project project, Step step) {
    Failures failures = project.statusOrUnseen().failures();
    if (failures == null || failures.nextAttemptAt() == null) {
      return Optional.empty();
    }
    Instant next = Instant.parse(failures.nextAttemptAt());
    if (!next.isAfter(clock.instant())) {
      return Optional.empty();
    }
    return lastFailure(project, step)
        .filter(failure -> !step.lane().paces(failure.reason()))
        .filter(failure -> isStillClosed(failure, next));
  }

  /**
   * How a step failed when it was tried last, from its condition.
   *
   * @return empty if it did not fail, or if somebody asked for something since
   */
  Optional<StepResult> lastFailure(Project project, Step step) {
    ProjectStatus status = project.statusOrUnseen();
    if (status.failures() == null
        || isNewWish(project)
        || (step.name() == StepName.REGISTRY_ACCESS
            && isNewRotation(project, status.registryToken()))) {
      return Optional.empty();
    }
    return status.conditions().stream()
        .filter(condition -> !answers(project, condition.getReason()))
        .filter(condition -> step.name().conditionType().equals(condition.getType()))
        .flatMap(
            condition ->
                Reason.of(condition.getReason())
                    .flatMap(reason -> failure(step, reason, condition.getMessage()))
                    .stream())
        .findFirst();
  }

  private static Optional<StepResult> failure(Step step, Reason reason, String message) {
    return switch (reason.kind()) {
      case REJECTED ->
          Optional.of(StepResult.of(step.name(), StepResult.State.REJECTED, reason, message));
      case RETRY ->
          Optional.of(StepResult.of(step.name(), StepResult.State.RETRYING, reason, message));
      case OK, WAIT, DELETION, FOLLOW -> Optional.empty();
    };
  }

  private boolean isStillClosed(StepResult failure, Instant next) {
    Duration wait = failure.state() == StepResult.State.REJECTED ? rejected : longest;
    Duration longestWait = rejected.compareTo(longest) > 0 ? rejected : longest;
    // A gate further away than we ever set one comes from a clock that was wrong, or from
    // elsewhere.
    boolean isOurs = !next.isAfter(clock.instant().plus(longestWait));
    Instant openedAt = opened.get(failure.step());
    return isOurs && (openedAt == null || !openedAt.isAfter(next.minus(wait)));
  }

  /** Whether somebody asked for something since the last pass: nothing is held back then. */
  private static boolean isNewWish(Project project) {
    return project.statusOrUnseen().observedGeneration() != project.generation()
        || project.isLookRequested();
  }

  private static boolean isNewRotation(Project project, @Nullable RegistryToken token) {
    return token != null
        && project
            .rotateRequest()
            .filter(request -> !request.equals(token.lastRotateRequest()))
            .isPresent();
  }

  /** Whether a person may have allowed since what this failure asked for. */
  private static boolean answers(Project project, String reason) {
    return project.namesAdoptions()
        && Reason.of(reason).filter(Reason::asksForAdoption).isPresent();
  }

  /**
   * When to try again after a failure.
   *
   * @param attempts failures in a row, this one included
   * @param isRejected whether only a person can mend it
   */
  public Instant nextAttempt(int attempts, boolean isRejected) {
    if (isRejected) {
      return clock.instant().plus(rejected);
    }
    int doublings = Math.max(0, Math.min(attempts, 20));
    long cap = Math.min(longest.toMillis(), 1000L << doublings);
    return clock.instant().plusMillis(cap / 2 + random.nextLong(cap / 2 + 1));
  }
}

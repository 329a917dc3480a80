package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/**
 * Keeps us from being banned: GitLab bars an address after repeated bad registry logins, and then
 * every pull from behind it fails. Three refusals of one user, or five of all, in one minute stop
 * us.
 */
final class LoginLimit {

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofMinutes(10);
  private static final int MOST_PER_USER = 3;
  private static final int MOST = 5;

  private record Refusal(String user, Instant at) {}

  private final Clock clock;
  private final List<Refusal> refusals = new ArrayList<>();
  private Instant stoppedUntil = Instant.MIN;

  LoginLimit(Clock clock) {
    this.clock = clock;
  }

  /**
   * Passes if a login of this user may be tried now.
   *
   * @throws RetryableException {@code ProbeFailed} with the time, if not
   */
  synchronized void pass(String user) throws RetryableException {
    Instant now = clock.instant();
    forget(now);
    if (stoppedUntil.isAfter(now)) {
      throw wait(Duration.between(now, stoppedUntil));
    }
    if (refusals.stream().filter(refusal -> refusal.user.equals(user)).count() >= MOST_PER_USER) {
      throw wait(WINDOW);
    }
  }

  /** A login of this user was refused. */
  synchronized void refused(String user) {
    Instant now = clock.instant();
    forget(now);
    refusals.add(new Refusal(user, now));
    if (refusals.size() >= MOST) {
      stoppedUntil = now.plus(STOP);
      refusals.clear();
    }
  }

  /** What is over, and what was noted before the clock was set back. */
  private void forget(Instant now) {
    refusals.removeIf(it -> it.at.isAfter(now) || !it.at.isAfter(now.minus(WINDOW)));
    stoppedUntil = stoppedUntil.isAfter(now.plus(STOP)) ? now.plus(STOP) : stoppedUntil;
  }

  private static RetryableException wait(Duration time) {
    return RetryableException.after(
        Reason.PROBE_FAILED,
        "The registry refused several new tokens. Logins are not tried for a while, so that GitLab"
            + " does not bar the operator's address. Check the registry address in the operator's"
            + " settings.",
        time);
  }
}

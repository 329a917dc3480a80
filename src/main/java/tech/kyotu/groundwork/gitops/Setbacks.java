package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * When a lane that does not get through tries again, and who is told. What only a person can mend
 * is tried again at once when the credential changes. Belongs to the lane's thread.
 */
final class Setbacks {

  private static final Duration CREDENTIAL_LOOK = Duration.ofSeconds(5);
  private static final Logger LOG = Logger.getLogger(Setbacks.class);

  private final LaneSettings settings;
  private final GitRepository repository;
  private final LaneState state;
  private final Wakeups wakeups;
  private final Clock clock;
  private final RandomGenerator random;
  private Instant notBefore = Instant.MIN;
  private int failures;
  private String credential = "";

  Setbacks(
      LaneSettings settings,
      GitRepository repository,
      LaneState state,
      Wakeups wakeups,
      Clock clock,
      RandomGenerator random) {
    this.settings = settings;
    this.repository = repository;
    this.state = state;
    this.wakeups = wakeups;
    this.clock = clock;
    this.random = random;
  }

  boolean allowWork(Instant now) {
    return !now.isBefore(notBefore);
  }

  /** A moment of rest after a race that was lost once more. */
  void rest() {
    notBefore = clock.instant().plusMillis(100 + random.nextLong(400));
  }

  /** Something was refused that another credential may get through. */
  void refused() {
    credential = repository.credentialVersion();
  }

  /** The lane as a whole does not get through; whoever waits for it is told once. */
  void hindered(StepException why) {
    failures++;
    notBefore = clock.instant().plus(delay(why));
    state.lookWanted = !state.lookers.isEmpty();
    credential = repository.credentialVersion();
    StepException before = state.trouble;
    state.trouble = why;
    if (before == null || before.reason() != why.reason()) {
      LOG.warnf("the %s: %s", settings.title(), why.sentence());
      state.queue.owners().forEach(wakeups::wake);
      state.lookers.forEach(wakeups::wake);
    }
  }

  private Duration delay(StepException why) {
    if (why instanceof RetryableException retryable) {
      long cap = Math.min(settings.longest().toMillis(), 1000L << Math.min(failures - 1, 20));
      return retryable
          .retryAfter()
          .orElseGet(() -> Duration.ofMillis(cap / 4 + random.nextLong(cap * 3 / 4 + 1)));
    }
    return settings.rejected();
  }

  /** The lane gets through. */
  void over() {
    if (state.trouble != null) {
      LOG.infof("the %s takes changes again", settings.title());
    }
    state.trouble = null;
    failures = 0;
  }

  /** A new credential is tried at once. */
  void noticeNewCredential(Instant now) {
    if (dependsOnCredential() && !repository.credentialVersion().equals(credential)) {
      credential = repository.credentialVersion();
      state.queue.retryRefused(Instant.MAX);
      if (state.trouble instanceof RejectedException) {
        notBefore = now;
      }
    }
  }

  private boolean dependsOnCredential() {
    return state.trouble instanceof RejectedException || state.queue.nextRetry().isPresent();
  }

  /** When a lane that wants to work next at this time may. */
  Instant next(Instant wanted, Instant now) {
    Instant next = wanted.isBefore(notBefore) ? notBefore : wanted;
    next = earlier(next, state.queue.nextRetry().orElse(Instant.MAX));
    return dependsOnCredential() ? earlier(next, now.plus(CREDENTIAL_LOOK)) : next;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}

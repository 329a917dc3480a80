package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * When a lane that does not get through tries again, and who is told. What only a person can mend
 * is tried again at once when the credential changes or somebody asks. Belongs to the lane's
 * thread.
 */
final class Setbacks {

  private static final Duration CREDENTIAL_LOOK = Duration.ofSeconds(5);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Logger LOG = Logger.getLogger(Setbacks.class);

  private final LaneSettings settings;
  private final GitRepository repository;
  private final LaneState state;
  private final Wakeups wakeups;
  private final Clock clock;
  private final RandomGenerator random;
  private Instant notBefore = Instant.MIN;
  private Instant hinderedAt = Instant.MIN;
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

  /**
   * Something was refused that another credential may get through.
   *
   * @param next when it is tried again
   * @return the refusal, as people are told of it
   */
  StepException refused(StepException why, Instant next) {
    credential = repository.credentialVersion();
    return why instanceof RejectedException
        ? new RejectedException(
            why.reason(), "%s Next try %s UTC.".formatted(why.sentence(), CLOCK.format(next)))
        : why;
  }

  /**
   * The lane as a whole does not get through; whoever waits for it is told once of an outage, and
   * of each refusal, since that names its next try.
   */
  void hindered(StepException why) {
    failures++;
    hinderedAt = clock.instant();
    notBefore = hinderedAt.plus(delay(why));
    state.lookWanted = !state.lookers.isEmpty();
    StepException before = state.trouble;
    state.trouble = refused(why, notBefore);
    boolean isNew = before == null || before.reason() != why.reason();
    if (isNew) {
      LOG.warnf("the %s: %s", settings.title(), why.sentence());
    }
    if (isNew || why instanceof RejectedException) {
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

  /** A new credential is tried at once, and so is what somebody asks to be tried. */
  void noticeNewChance(Instant now) {
    if (state.tryWanted) {
      state.tryWanted = false;
      if (state.trouble instanceof RejectedException) {
        // Many who ask cost no more tries than the pushes that the server would see.
        notBefore = earlier(notBefore, hinderedAt.plus(settings.pushInterval()));
      }
    }
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

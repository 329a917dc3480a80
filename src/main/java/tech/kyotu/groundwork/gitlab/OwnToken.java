package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.gitlab.GitLab.Identity;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.StepException;

/**
 * What the operator's own token may do, and until when. Replacing it is a person's task; here it is
 * told in time. To be run at start and now and then.
 */
public final class OwnToken implements Runnable {

  /** How often it should be run: one call, and a token that was replaced is known soon. */
  public static final Duration INTERVAL = Duration.ofHours(1);

  private static final Logger LOG = Logger.getLogger(OwnToken.class);
  private static final String NEEDED_SCOPE = "api";
  private static final int WARNING_DAYS = 30;

  private final GitLab gitlab;
  private final Clock clock;
  private volatile Optional<Identity> known = Optional.empty();
  private volatile Optional<String> warned = Optional.empty();

  /** Asks by this port; nothing is asked yet. */
  public OwnToken(GitLab gitlab, Clock clock) {
    this.gitlab = gitlab;
    this.clock = clock;
  }

  /** Asks, and logs what is new: who we are, and a warning of what will not do or not for long. */
  @Override
  public void run() {
    try {
      look();
    } catch (RuntimeException bug) {
      // It must not end the schedule.
      LOG.error("the look at the operator's GitLab token failed", CleanTrace.of(bug));
    }
  }

  private void look() {
    Identity now;
    try {
      now = gitlab.self();
    } catch (StepException unknown) {
      // The Projects tell of it. What was known stays, also of a token that has died.
      LOG.debugf("the operator's GitLab token was not seen: %s", unknown.sentence());
      return;
    }
    if (!known.equals(Optional.of(now))) {
      known = Optional.of(now);
      LOG.infof("the operator's GitLab %s", described(now));
    }
    Optional<String> warning = warning(now);
    if (!warning.equals(warned)) {
      warned = warning;
      warning.ifPresent(LOG::warn);
    }
  }

  /** The end of the token in seconds since 1970; NaN if it has none, or has not been seen. */
  public double expirySeconds() {
    return known
        .flatMap(Identity::expiresOn)
        .map(day -> (double) day.atStartOfDay(ZoneOffset.UTC).toEpochSecond())
        .orElse(Double.NaN);
  }

  private static String described(Identity self) {
    return "token is of user %d, has scopes %s and %s"
        .formatted(
            self.userId(),
            new TreeSet<>(self.scopes()),
            self.expiresOn().map(day -> "expires on " + day).orElse("does not expire"));
  }

  /** What is known of the token, as the end of a sentence; empty if it was never seen. */
  public Optional<String> described() {
    return known.map(OwnToken::described);
  }

  /** The warning that was logged last and still holds. */
  public Optional<String> warned() {
    return warned;
  }

  private Optional<String> warning(Identity self) {
    if (!self.scopes().contains(NEEDED_SCOPE)) {
      return Optional.of(
          "the operator's GitLab token lacks the scope api: no group and no token can be made. Put"
              + " one with that scope into the file gitlab.token-file");
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return self.expiresOn()
        .map(day -> ChronoUnit.DAYS.between(today, day))
        .filter(days -> days <= WARNING_DAYS)
        .map(
            days ->
                "the operator's GitLab token dies in %d days. Put another one into the file gitlab.token-file; no restart is needed"
                    .formatted(days));
  }
}

package tech.kyotu.groundwork.gitlab;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import tech.kyotu.groundwork.gitlab.RotationPolicy.Cause;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/** Says that the published token is dead: while pulls fail, that is the news before all other. */
final class DeadToken {

  private DeadToken() {}

  /** How it died, if by what its Secret says its day is over. */
  static Optional<String> expiry(TokenNotes notes, Instant serverTime) {
    LocalDate today = LocalDate.ofInstant(serverTime, ZoneOffset.UTC);
    return notes.expiresOn().filter(day -> !day.isAfter(today)).map(day -> "expired on " + day);
  }

  /** How it died, if GitLab lists it no more. */
  static Optional<String> death(PullTokenView view, RotationPolicy policy) {
    boolean isDead =
        view.notes().id().isPresent()
            && policy.judge(view.facts()).filter(Cause.NOT_ACTIVE::equals).isPresent();
    return expiry(view.notes(), view.now())
        .or(() -> isDead ? Optional.of("was revoked") : Optional.empty());
  }

  /** The trouble as it is; if the token is dead, why that cannot be mended. */
  static RetryableException whilePullsFail(Optional<String> death, RetryableException trouble) {
    if (death.isEmpty()) {
      return trouble;
    }
    String message =
        "The registry token %s, and a new one cannot be made. Image pulls fail now. %s"
            .formatted(death.get(), trouble.sentence());
    return trouble.retryAfter().isPresent()
        ? RetryableException.after(Reason.TOKEN_EXPIRED, message, trouble.retryAfter().get())
        : new RetryableException(Reason.TOKEN_EXPIRED, message);
  }
}

package tech.kyotu.groundwork.gitops.jgit;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * What a failed conversation over HTTP means. JGit's exceptions differ only in their texts, so the
 * HTTP code of the last answer decides.
 */
record HttpTrouble(ServerTrouble trouble, HttpWire wire) {

  StepException translated() {
    String title = trouble.repository().title();
    if (wire.code >= 300 && wire.code < 400) {
      return new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The %s redirects to another address%s. Set the final address."
              .formatted(title, wire.redirectedTo()));
    }
    return switch (wire.code) {
      case 401, 403 ->
          trouble.loginRefused(
              String.valueOf(wire.code), "a user and token with the right to read and push");
      case 404 -> trouble.absent("404");
      case 429 -> askedToWait(title, wire.retryAfter);
      default -> distrust().orElseGet(this::silence);
    };
  }

  private static StepException askedToWait(String title, Optional<Duration> retryAfter) {
    String sentence = "The %s asked to wait (429).".formatted(title);
    return retryAfter
        .map(delay -> RetryableException.after(Reason.RATE_LIMITED, sentence, delay))
        .orElseGet(() -> new RetryableException(Reason.RATE_LIMITED, sentence));
  }

  /** The server shows a certificate that we do not accept: nothing that passes by itself. */
  private Optional<StepException> distrust() {
    for (Throwable link = trouble.cause(); link != null; link = link.getCause()) {
      if (link instanceof CertificateException
          || link instanceof CertPathBuilderException
          || link instanceof CertPathValidatorException) {
        return Optional.of(
            new RejectedException(
                Reason.PREREQUISITE_MISSING,
                "The certificate of the %s is not trusted (%s). Put its authority into the file of groundwork.git.%s.ca-file."
                    .formatted(
                        trouble.repository().title(),
                        Sanitizer.foreign(trouble.root().getMessage()),
                        trouble.repository().word())));
      }
    }
    return Optional.empty();
  }

  private StepException silence() {
    return wire.code >= 400 ? trouble.silence(String.valueOf(wire.code)) : trouble.silence();
  }
}

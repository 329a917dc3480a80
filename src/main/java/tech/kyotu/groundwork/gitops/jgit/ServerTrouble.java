package tech.kyotu.groundwork.gitops.jgit;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jgit.errors.NotSupportedException;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * What a failed conversation means. JGit's exceptions differ only in their texts, so the HTTP code
 * of the last answer decides.
 */
record ServerTrouble(PathFence repository, Exception cause, Wire wire) {

  StepException translated() {
    if (wire.code >= 300 && wire.code < 400) {
      return new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The %s redirects to another address%s. Set the final address."
              .formatted(repository.title(), wire.redirectedTo()));
    }
    return switch (wire.code) {
      case 401, 403 ->
          new RejectedException(
              Reason.ACCESS_DENIED,
              "The %s refused the operator's login (%d). Put a user and token with the right to"
                      .formatted(repository.title(), wire.code)
                  + " read and push into its credential file.");
      case 404 ->
          new RejectedException(
              Reason.PREREQUISITE_MISSING,
              "The %s is absent or hidden (404). Create it, or let the operator's user in."
                  .formatted(repository.title()));
      case 429 -> askedToWait(wire.retryAfter);
      default -> distrust().orElseGet(this::silence);
    };
  }

  private StepException askedToWait(Optional<Duration> retryAfter) {
    String sentence = "The %s asked to wait (429).".formatted(repository.title());
    return retryAfter
        .map(delay -> RetryableException.after(Reason.RATE_LIMITED, sentence, delay))
        .orElseGet(() -> new RetryableException(Reason.RATE_LIMITED, sentence));
  }

  /** The server shows a certificate that we do not accept: nothing that passes by itself. */
  private Optional<StepException> distrust() {
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (link instanceof CertificateException
          || link instanceof CertPathBuilderException
          || link instanceof CertPathValidatorException) {
        return Optional.of(
            new RejectedException(
                Reason.PREREQUISITE_MISSING,
                "The certificate of the %s is not trusted (%s). Put its authority into the file of"
                        .formatted(repository.title(), Sanitizer.foreign(root().getMessage()))
                    + " groundwork.git.%s.ca-file.".formatted(repository.word())));
      }
    }
    return Optional.empty();
  }

  private StepException silence() {
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE,
        "The %s does not answer (%s). Nothing to do unless it lasts."
            .formatted(repository.title(), shortly()));
  }

  private String shortly() {
    if (wire.deadline.isOver()) {
      return "time is over";
    }
    if (wire.code >= 400) {
      return String.valueOf(wire.code);
    }
    Throwable root = root();
    if (root instanceof NotSupportedException) {
      return "a page that is not Git's";
    }
    return Sanitizer.foreign(root.getClass().getSimpleName() + ": " + root.getMessage());
  }

  private Throwable root() {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}

package tech.kyotu.groundwork.gitlab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;

/**
 * Makes sure, without our credential, that GitLab's address is the final one: a redirect that is
 * followed would carry the credential along to another host.
 */
final class AddressCheck {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI version;
  private final BoundedClient client;
  private volatile boolean isFinal;

  AddressCheck(URI gitlab, Optional<SSLContext> trust, Optional<URI> proxy) {
    version = URI.create(gitlab.toString().replaceAll("/+$", "") + "/api/v4/version");
    client = new BoundedClient(trust, proxy, PATIENCE);
  }

  /**
   * Passes once the address has answered without a redirect; asks only until then, one thread for
   * all.
   *
   * @throws RetryableException {@code RemoteUnavailable}: no answer, or one that points elsewhere
   */
  void pass() throws RetryableException {
    if (!isFinal) {
      askOnce();
    }
  }

  /** Whether the address has answered, and since then without a redirect. */
  boolean isFinal() {
    return isFinal;
  }

  private synchronized void askOnce() throws RetryableException {
    if (isFinal) {
      return;
    }
    BoundedClient.Answer answer = ask();
    if (answer.status() >= 300 && answer.status() < 400) {
      throw unavailable(moved(answer.headers().firstValue("Location")));
    }
    if (answer.status() >= 500) {
      throw unavailable(silence(answer.status()));
    }
    isFinal = true;
  }

  private BoundedClient.Answer ask() throws RetryableException {
    try {
      return client.get(HttpRequest.newBuilder(version));
    } catch (IOException lost) {
      throw unavailable(silence(lost));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw unavailable("The operator is stopping.");
    }
  }

  /** An answer pointed elsewhere: nothing passes until the address itself does so no more. */
  String moved(Optional<String> location) {
    isFinal = false;
    return "GitLab's address redirects to "
        + Sanitizer.foreign(location.orElse("nowhere"))
        + ". Set gitlab.url to the final address.";
  }

  /** What a status says that is no answer. */
  static String silence(int status) {
    return "GitLab does not answer (" + status + "). Nothing to do unless it lasts.";
  }

  /** What a lost connection says. */
  static String silence(Exception lost) {
    return ServerTrust.isDistrust(lost)
        ? "GitLab's certificate is not trusted, or is for another host. Name the file of its"
            + " authority in gitlab.ca-file."
        : "GitLab does not answer. Nothing to do unless it lasts.";
  }

  private static RetryableException unavailable(String message) {
    return new RetryableException(Reason.REMOTE_UNAVAILABLE, message);
  }
}

package tech.kyotu.groundwork.gitlab;

import jakarta.ws.rs.ProcessingException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import tech.kyotu.groundwork.gitlab.GitLabCall.Method;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * What all calls to GitLab share: the final address, the credential as its file has it, the permits
 * of the {@link Pacer}, and the server's clock. One request per call and nothing is repeated.
 */
final class GitLabSession {

  /** One request under this credential. */
  interface Request {
    GitLabAnswer send(SecretValue credential) throws IOException;
  }

  private final AddressCheck address;
  private final CredentialFile credential;
  private final Pacer pacer;
  private final Clock clock;
  private final Request self;
  private volatile Duration skew = Duration.ZERO;

  /**
   * A session.
   *
   * @param self the cheapest request that shows whether GitLab answers us at all
   */
  GitLabSession(
      AddressCheck address, CredentialFile credential, Pacer pacer, Clock clock, Request self) {
    this.self = self;
    this.address = address;
    this.credential = credential;
    this.pacer = pacer;
    this.clock = clock;
  }

  /**
   * One request; a second one only if our token was refused and its file holds another by now.
   *
   * @throws RetryableException of one thing, if GitLab fails at this call and answers otherwise
   */
  GitLabAnswer send(GitLabCall call, Request request) throws StepException {
    try {
      return underOurName(call, request);
    } catch (RetryableException trouble) {
      throw answersOtherwise(call, trouble) ? trouble.ofOneThing() : trouble;
    }
  }

  /** One group whose every answer is a 500 must not look like a GitLab that is away. */
  private boolean answersOtherwise(GitLabCall call, RetryableException trouble) {
    if (!call.isOfOneThing()
        || trouble.reason() != Reason.REMOTE_UNAVAILABLE
        || !address.isFinal()) {
      return false;
    }
    try {
      underOurName(GitLabCall.get("look at its own token"), self);
      return true;
    } catch (StepException away) {
      return false;
    }
  }

  private GitLabAnswer underOurName(GitLabCall call, Request request) throws StepException {
    address.pass();
    SecretValue used = credential.current();
    GitLabAnswer answer = once(call, used, request);
    return answer.status() == 401 && credential.isReplaced(used)
        ? once(call, credential.current(), request)
        : answer;
  }

  private GitLabAnswer once(GitLabCall call, SecretValue used, Request request)
      throws RetryableException {
    pacer.acquire(call.method() == Method.GET ? Pacer.Urgency.LATER : Pacer.Urgency.FIRST);
    GitLabAnswer answer;
    try {
      answer = request.send(used);
    } catch (IOException | ProcessingException lost) {
      throw call.unavailable(AddressCheck.silence(lost));
    }
    hear(answer);
    if (answer.isRedirect()) {
      // Followed, a POST would become a GET. The address is asked again before anything else is.
      throw call.unavailable(address.moved(answer.header("location")));
    }
    if (answer.status() >= 500 || answer.status() < 200) {
      throw call.unavailable(AddressCheck.silence(answer.status()));
    }
    if (!answer.isJson() && answer.status() != 204) {
      throw call.unreadable(answer.status());
    }
    return answer;
  }

  /** What an answer tells of the server's clock and limits. */
  private void hear(GitLabAnswer answer) throws RetryableException {
    Instant now = clock.instant();
    answer.date().ifPresent(date -> skew = Duration.between(now, date));
    Pacer.Told told = answer.told(now);
    pacer.hear(told);
    if (answer.status() == 429) {
      throw pacer.asked(Pacer.stopFor(told));
    }
  }

  /** The server's time, as far as its newest answer told. */
  Instant serverTime() {
    return clock.instant().plus(skew);
  }

  /** How far the server's clock is ahead of ours. */
  Duration skew() {
    return skew;
  }
}

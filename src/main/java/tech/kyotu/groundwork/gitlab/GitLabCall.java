package tech.kyotu.groundwork.gitlab;

import tech.kyotu.groundwork.gitlab.GitLabJson.UnreadableException;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * One call, as its failures are told: what is asked for, and whether it may have taken effect.
 *
 * @param purpose ends a sentence that starts with "GitLab refused to"
 * @param isOfOneThing whether one group alone is concerned, and not what all Projects share
 */
record GitLabCall(Method method, String purpose, boolean isOfOneThing) {

  /** What a lost answer means depends on it. */
  enum Method {
    GET,
    POST,
    DELETE
  }

  /** Takes what is wanted out of an answer. */
  interface Reader<T> {
    T read(GitLabAnswer answer) throws UnreadableException;
  }

  /** A look at what all Projects share. */
  static GitLabCall get(String purpose) {
    return new GitLabCall(Method.GET, purpose, false);
  }

  /** A look at one group. */
  static GitLabCall getOfOne(String purpose) {
    return new GitLabCall(Method.GET, purpose, true);
  }

  static GitLabCall post(String purpose) {
    return new GitLabCall(Method.POST, purpose, true);
  }

  static GitLabCall delete(String purpose) {
    return new GitLabCall(Method.DELETE, purpose, true);
  }

  /** What a good answer says; any other one is a failure. */
  <T> T read(GitLabAnswer answer, int goodStatus, Reader<T> reader) throws StepException {
    require(answer, goodStatus);
    try {
      return reader.read(answer);
    } catch (UnreadableException strange) {
      throw unreadable(answer.status());
    }
  }

  /** Passes if the answer has exactly this status. */
  void require(GitLabAnswer answer, int goodStatus) throws StepException {
    if (answer.status() == goodStatus) {
      return;
    }
    throw answer.status() < 400 ? unreadable(answer.status()) : refusal(answer.status());
  }

  /** No answer, or none that tells anything, for this reason. */
  RetryableException unavailable(String message) {
    return switch (method) {
      case GET, DELETE -> new RetryableException(Reason.REMOTE_UNAVAILABLE, message);
      // After a POST nobody knows whether it took effect.
      case POST -> RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, message);
    };
  }

  /** An answer that we cannot make sense of. */
  RetryableException unreadable(int status) {
    return unavailable(
        "GitLab's answer to %s cannot be read (%d). Is a proxy in the way? It is tried again."
            .formatted(purpose, status));
  }

  /** GitLab's no, with what is missing in our words. */
  RejectedException refusal(int status) {
    return status == 404
        ? new RejectedException(
            Reason.PREREQUISITE_MISSING,
            "GitLab cannot %s (404): it is absent or hidden. Create it, or grant Owner."
                .formatted(purpose))
        : new RejectedException(
            Reason.ACCESS_DENIED,
            "GitLab refused to %s (%d). Give the operator's token scope api and role Owner there."
                .formatted(purpose, status));
  }
}

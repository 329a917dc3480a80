package tech.kyotu.groundwork.gitlab;

import tech.kyotu.groundwork.step.StepException;

/**
 * The image registry, as far as we ask it: does it accept this login? Trouble on the way is a
 * {@code RetryableException} with reason {@code ProbeFailed} and says nothing about the token.
 */
public interface ImageRegistry {

  /** What the registry said to a login. */
  sealed interface Verdict {
    /** The login is good. */
    record Accepted() implements Verdict {}

    /**
     * The login is bad.
     *
     * @param status what was answered: 401, or 403 for a token without the scope
     */
    record Refused(int status) implements Verdict {}
  }

  /**
   * Makes sure that the registry is there and says where it wants logins; remembered for an hour.
   * Asked before a token is made, so that none is made in vain.
   */
  void requireReady() throws StepException;

  /**
   * Logs in once.
   *
   * @param user any name; GitLab looks at the token alone
   * @param value the token
   */
  Verdict probe(String user, SecretValue value) throws StepException;
}

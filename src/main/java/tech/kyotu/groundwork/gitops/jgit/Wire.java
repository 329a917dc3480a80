package tech.kyotu.groundwork.gitops.jgit;

import org.eclipse.jgit.transport.Transport;
import tech.kyotu.groundwork.step.StepException;

/** The connections of one conversation, and what the server's front said in it. */
interface Wire {

  /** Makes a transport speak over these connections. */
  void carry(Transport transport);

  /** Whether a Git server has answered, so that what it does not name is not there. */
  boolean isAnswered();

  /** Whether a push may have reached the server although it failed. */
  boolean mayHavePushed();

  /** Whether a push was refused for its size; a smaller one may pass. */
  boolean isTooLarge();

  /** What the failure of the conversation means. */
  StepException meaning(Exception cause);
}

package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/** Pushes to one branch, never by force, and what the answers mean. */
record Pushes(String branch, LocalClone local) {

  /** What Git, JGit and Gitaly say when they cannot move a ref; hooks say other things. */
  private static final Pattern LOCK =
      Pattern.compile("failed to (?:update ref|lock)|(?:cannot|unable to) lock ref");

  /** See the port; where zeros are expected, the branch must not be there. */
  PushVerdict push(Transport transport, Wire wire, String expected, String commit)
      throws IOException, StepException {
    RemoteRefUpdate update =
        new RemoteRefUpdate(
            local.opened(),
            commit,
            ObjectId.fromString(commit),
            branch,
            false,
            null,
            ObjectId.fromString(expected));
    PushResult result;
    try {
      result = transport.push(NullProgressMonitor.INSTANCE, List.of(update));
    } catch (IOException | RuntimeException e) {
      if (local.isCauseOf(e) || e.getCause() instanceof CorruptObjectException) {
        throw local.damaged(e);
      }
      String text = String.valueOf(e.getMessage());
      if (wire.isTooLarge() || (text.contains("unpack") && text.contains("abnormal exit"))) {
        return new PushVerdict(PushVerdict.Kind.DECLINED, Sanitizer.foreign(text));
      }
      if (wire.mayHavePushed()) {
        return new PushVerdict(PushVerdict.Kind.UNKNOWN, Sanitizer.foreign(text));
      }
      throw e;
    }
    RemoteRefUpdate answer = result.getRemoteUpdate(branch);
    if (result.getRemoteUpdates().size() != 1 || answer == null) {
      return new PushVerdict(PushVerdict.Kind.UNKNOWN, "");
    }
    return verdict(answer, result, commit);
  }

  private PushVerdict verdict(RemoteRefUpdate answer, PushResult result, String commit)
      throws IOException, StepException {
    String said = String.valueOf(answer.getMessage());
    String text = result.getMessages().isBlank() ? said : result.getMessages();
    String shown = Sanitizer.foreign(text.equals("null") ? answer.getStatus().name() : text);
    return switch (answer.getStatus()) {
      case OK -> {
        local.pushed(ObjectId.fromString(commit));
        yield PushVerdict.ACCEPTED;
      }
      case REJECTED_NONFASTFORWARD -> new PushVerdict(PushVerdict.Kind.DECLINED, shown);
      case REJECTED_OTHER_REASON ->
          new PushVerdict(
              LOCK.matcher(said).find() ? PushVerdict.Kind.LOCKED : PushVerdict.Kind.DECLINED,
              shown);
      // The caller looks at the branch, whatever these mean. A branch that changed was seen by JGit
      // before it asked the server, which so has refused nothing.
      case UP_TO_DATE, NOT_ATTEMPTED, AWAITING_REPORT, REJECTED_REMOTE_CHANGED ->
          new PushVerdict(PushVerdict.Kind.UNKNOWN, shown);
      case REJECTED_NODELETE, NON_EXISTING ->
          throw new IllegalStateException("a push of ours never deletes");
    };
  }
}

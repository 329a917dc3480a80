package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.GitRepository;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/** One of the two repositories, through JGit. */
public final class JGitRepository implements GitRepository {

  static {
    AmbientGit.hide();
  }

  /** HTTP's 413; a smaller push may pass. */
  private static final int TOO_LARGE = 413;

  /** What Git, JGit and Gitaly say when they cannot move a ref; hooks say other things. */
  private static final Pattern LOCK =
      Pattern.compile("failed to (?:update ref|lock)|(?:cannot|unable to) lock ref");

  private final PathFence fence;
  private final String branch;
  private final String trackingRef;
  private final Limits limits;
  private final GitEndpoint endpoint;
  private final LocalClone clone;
  private final Conversations conversations;
  private final History history;
  private final CommitWriter commits;

  /**
   * The repository of the settings; nothing is opened before the first call.
   *
   * @param config its Git settings are read
   * @param fence which of the two
   * @param clock for the time of commits
   * @throws IllegalArgumentException if the address or the branch is not one that we use
   */
  public JGitRepository(GroundworkConfig config, PathFence fence, Clock clock) {
    this(config, fence, clock, Limits.NORMAL);
  }

  JGitRepository(GroundworkConfig config, PathFence fence, Clock clock, Limits limits) {
    GroundworkConfig.Git git = config.git();
    GroundworkConfig.Repository settings =
        switch (fence) {
          case FLUX -> git.flux();
          case DEPLOYMENT -> git.deployment();
        };
    this.fence = fence;
    this.branch = "refs/heads/" + settings.branch();
    if (!Repository.isValidRefName(branch)) {
      throw new IllegalArgumentException(
          "The branch of the " + fence.title() + " has no valid name.");
    }
    this.trackingRef = "refs/remotes/origin/" + settings.branch();
    this.limits = limits;
    this.endpoint = GitEndpoint.of(fence, settings, git.allowPlainHttp());
    this.clone = new LocalClone(fence, git.cloneFolder(), trackingRef);
    this.conversations = new Conversations(endpoint, clone);
    this.history = new History(clone);
    this.commits =
        new CommitWriter(clone, new PersonIdent(git.authorName(), git.authorEmail()), clock);
  }

  @Override
  public String tip() throws StepException {
    clone.repackIfDue();
    return conversations.hold(
        limits.tip(),
        (transport, wire) -> {
          // One ref is asked for, so that the answer does not grow with the repository.
          try (FetchConnection connection = transport.openFetch(List.of(new RefSpec(branch)))) {
            return tipOf(connection.getRef(branch));
          }
        });
  }

  @Override
  public String fetch() throws StepException {
    clone.replaceIfDamaged();
    String tip =
        conversations.hold(clone.isFilled() ? limits.transfer() : limits.firstClone(), this::fetch);
    clone.filled();
    return tip;
  }

  private String fetch(Transport transport, Wire wire) throws IOException, StepException {
    RefSpec follow = new RefSpec("+" + branch + ":" + trackingRef);
    try {
      FetchResult result = transport.fetch(NullProgressMonitor.INSTANCE, List.of(follow));
      clone.followed(result);
      return tipOf(result.getAdvertisedRef(branch));
    } catch (TransportException e) {
      // JGit tells of a missing branch with a text only.
      String text = String.valueOf(e.getMessage());
      if (wire.code == HttpURLConnection.HTTP_OK
          && (text.contains("does not have " + branch)
              || text.contains(branch + " available for fetch"))) {
        throw branchIsMissing();
      }
      throw e;
    }
  }

  private String tipOf(@Nullable Ref ref) throws RejectedException {
    if (ref == null || ref.getObjectId() == null) {
      throw branchIsMissing();
    }
    return ref.getObjectId().name();
  }

  private RejectedException branchIsMissing() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "The %s has no branch %s. Create it with a first commit."
            .formatted(fence.title(), branch.substring("refs/heads/".length())));
  }

  @Override
  public PushVerdict push(String expected, String commit) throws StepException {
    return conversations.hold(
        limits.transfer(), (transport, wire) -> push(transport, wire, expected, commit));
  }

  private PushVerdict push(Transport transport, Wire wire, String expected, String commit)
      throws IOException, StepException {
    RemoteRefUpdate update =
        new RemoteRefUpdate(
            clone.opened(),
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
      if (clone.isCauseOf(e) || e.getCause() instanceof CorruptObjectException) {
        throw clone.damaged(e);
      }
      String text = String.valueOf(e.getMessage());
      if (wire.code == TOO_LARGE || (text.contains("unpack") && text.contains("abnormal exit"))) {
        return new PushVerdict(PushVerdict.Kind.DECLINED, Sanitizer.foreign(text));
      }
      if (wire.posted && (wire.code < 400 || wire.code >= 500)) {
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
        clone.pushed(ObjectId.fromString(commit));
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

  @Override
  public boolean isSound() {
    return clone.isSound();
  }

  @Override
  public boolean has(String commit) throws StepException {
    return history.has(commit);
  }

  @Override
  public boolean isAncestor(String commit, String of) throws StepException {
    return history.isAncestor(commit, of);
  }

  @Override
  public Optional<Set<String>> changedPaths(String older, String newer, Set<String> below, int most)
      throws StepException {
    return history.changedPaths(older, newer, below, most);
  }

  @Override
  public Optional<Touch> lastTouched(String commit, String path) throws StepException {
    return history.lastTouched(commit, path);
  }

  @Override
  public TreeView view(String commit) throws StepException {
    return new CommitTree(fence, clone, history.tree(commit));
  }

  @Override
  public String commit(String parent, List<FileChange> changes, String message)
      throws StepException {
    clone.repackIfDue();
    return commits.write(parent, changes, message);
  }

  @Override
  public String credentialVersion() {
    return endpoint.credentialVersion();
  }

  /** Also ends a conversation that another thread is in. */
  @Override
  public void close() {
    conversations.close();
    clone.close();
  }
}

package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.GitRepository;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** One of the two repositories, through JGit. */
public final class JGitRepository implements GitRepository {

  static {
    AmbientGit.hide();
  }

  private static final Logger LOG = Logger.getLogger(JGitRepository.class);

  private final PathFence fence;
  private final String branch;
  private final String trackingRef;
  private final Limits limits;
  private final GitEndpoint endpoint;
  private final LocalClone clone;
  private final Conversations conversations;
  private final Pushes pushes;
  private final History history;
  private final CommitWriter commits;
  private final FirstFiles firstFiles;
  private final boolean mayBootstrap;

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
    this.clone =
        new LocalClone(fence, git.cloneFolder(), trackingRef, git.cloneMaxSize().asLongValue());
    this.conversations = new Conversations(endpoint, clone);
    this.pushes = new Pushes(branch, clone);
    this.history = new History(clone);
    this.commits =
        new CommitWriter(clone, new PersonIdent(git.authorName(), git.authorEmail()), clock);
    this.firstFiles = new FirstFiles(fence, git.templateFolder());
    this.mayBootstrap = git.bootstrap();
  }

  @Override
  public String tip() throws StepException {
    clone.repackIfDue();
    if (clone.isTooLarge()) {
      clone.replace();
      return brought();
    }
    Optional<String> tip =
        conversations.hold(
            limits.tip(),
            (transport, wire) -> {
              // One ref is asked for, so that the answer does not grow with the repository.
              try (FetchConnection connection = transport.openFetch(List.of(new RefSpec(branch)))) {
                return commitOf(connection.getRef(branch));
              }
            });
    // Without its branch the repository may be empty, and begin anew.
    return tip.isPresent() ? tip.get() : brought();
  }

  @Override
  public String fetch() throws StepException {
    if (!clone.isSound()) {
      clone.replace();
    }
    return brought();
  }

  private String brought() throws StepException {
    Optional<String> tip = fetched();
    return tip.isPresent() ? tip.get() : bootstrapped();
  }

  /** The branch's commit, which is here then; empty if the repository has no branch and no tag. */
  private Optional<String> fetched() throws StepException {
    Optional<String> tip =
        conversations.hold(clone.isFilled() ? limits.transfer() : limits.firstClone(), this::fetch);
    clone.filled();
    return tip;
  }

  /** Whoever comes second loses the race, and finds the other's commit. */
  private String bootstrapped() throws StepException {
    String template = firstFiles.template();
    if (!mayBootstrap) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The %s is empty. Push %s to its branch %s as its README says, or set groundwork.git.bootstrap=true."
              .formatted(fence.title(), template, branchName()));
    }
    String commit =
        commits.first(firstFiles.read(), "Groundwork: set up from %s\n".formatted(template));
    PushVerdict verdict = push(ObjectId.zeroId().name(), commit);
    Optional<String> tip = fetched();
    if (tip.isEmpty()) {
      throw verdict.kind() != PushVerdict.Kind.DECLINED
          ? new RetryableException(
              Reason.REMOTE_UNAVAILABLE,
              "The %s does not say what became of its first commit.".formatted(fence.title()))
          : new RejectedException(
              Reason.PUSH_REJECTED,
              "The %s is empty and did not take %s as its first commit (%s). Push it yourself."
                  .formatted(fence.title(), template, verdict.text()));
    }
    LOG.infof("the empty %s begins with the commit %s", fence.title(), tip.get());
    return tip.get();
  }

  private Optional<String> fetch(Transport transport, Wire wire) throws IOException, StepException {
    RefSpec follow = new RefSpec("+" + branch + ":" + trackingRef);
    try {
      FetchResult result = transport.fetch(NullProgressMonitor.INSTANCE, List.of(follow));
      clone.followed(result);
      Optional<String> tip = commitOf(result.getAdvertisedRef(branch));
      if (tip.isEmpty()) {
        throw branchIsMissing();
      }
      return tip;
    } catch (TransportException e) {
      // JGit tells of a missing branch with a text only.
      String text = String.valueOf(e.getMessage());
      if (wire.isAnswered()
          && (text.contains("does not have " + branch)
              || text.contains(branch + " available for fetch"))) {
        try (FetchConnection all = transport.openFetch()) {
          if (all.getRefs().isEmpty()) {
            return Optional.empty();
          }
        }
        throw branchIsMissing();
      }
      throw e;
    }
  }

  private static Optional<String> commitOf(@Nullable Ref ref) {
    return Optional.ofNullable(ref).map(Ref::getObjectId).map(ObjectId::name);
  }

  private RejectedException branchIsMissing() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "The %s has no branch %s. Create it with a first commit."
            .formatted(fence.title(), branchName()));
  }

  private String branchName() {
    return branch.substring("refs/heads/".length());
  }

  @Override
  public PushVerdict push(String expected, String commit) throws StepException {
    return conversations.hold(
        limits.transfer(), (transport, wire) -> pushes.push(transport, wire, expected, commit));
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

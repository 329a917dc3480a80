package tech.kyotu.groundwork.gitops;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FileUtils;
import org.eclipse.jgit.util.SystemReader;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * A repository through JGit 7.5, the only file that knows it: a bare clone without a work tree, so
 * that no hook, filter, link or Git program can ever run, and smart HTTP over connections of our
 * own.
 *
 * <p>Facts about JGit that this file rests on: a push returns normally when it was rejected;
 * without an expected old id it creates a branch that is gone; closing a transport frees no thread
 * that waits on its socket; the results of a local ref update are values, not exceptions.
 */
public final class JGitRepository implements GitRepository {

  private static final Logger LOG = Logger.getLogger(JGitRepository.class);
  private static final int SOCKET_SECONDS = 15;
  private static final Duration TIP_TIME = Duration.ofSeconds(20);
  private static final Duration TRANSFER_TIME = Duration.ofMinutes(2);
  private static final Duration FIRST_CLONE_TIME = Duration.ofMinutes(10);
  private static final int PACKS_BEFORE_REPACK = 50;
  private static final int MOST_COMMITS_WALKED = 1000;
  private static final int MIB = 1 << 20;

  static {
    Ambient.hide();
  }

  private final String title;
  private final String branch;
  private final String trackingRef;
  private final GitEndpoint endpoint;
  private final PersonIdent identity;
  private final Path folder;
  private final String folderPrefix;
  private final Clock clock;
  private final Limits limits;
  private final ScheduledExecutorService timer;

  /** Reads hold the one, the swap of a damaged clone the other. */
  private final ReadWriteLock swap = new ReentrantReadWriteLock();

  private @Nullable FileRepository clone;
  private volatile boolean isDamaged;
  private volatile boolean isClosed;
  private volatile @Nullable Deadline current;
  private int packsWritten;

  /** How long conversations may take; shorter ones are for tests. */
  record Limits(Duration tip, Duration transfer, Duration firstClone) {
    static final Limits NORMAL = new Limits(TIP_TIME, TRANSFER_TIME, FIRST_CLONE_TIME);
  }

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
    GroundworkConfig.Repository settings =
        fence == PathFence.FLUX ? config.git().flux() : config.git().deployment();
    this.title = fence.title();
    this.branch = "refs/heads/" + settings.branch();
    if (!org.eclipse.jgit.lib.Repository.isValidRefName(branch)) {
      throw new IllegalArgumentException("The branch of the " + title + " has no valid name.");
    }
    this.trackingRef = "refs/remotes/origin/" + settings.branch();
    this.endpoint = GitEndpoint.of(title, settings, config.git().allowPlainHttp());
    this.identity = new PersonIdent(config.git().authorName(), config.git().authorEmail());
    this.folder = config.git().cloneFolder();
    this.folderPrefix = fence == PathFence.FLUX ? "flux-" : "deployment-";
    this.clock = clock;
    this.limits = limits;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "git-deadlines");
              thread.setDaemon(true);
              return thread;
            });
  }

  // Conversations with the server.

  @FunctionalInterface
  private interface Talk<T> {
    T with(Transport transport, Wire wire) throws IOException, StepException;
  }

  @Override
  public String tip() throws StepException {
    repackIfDue();
    return talk(
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
    if (isDamaged) {
      dropClone();
    }
    boolean isFirst = clone == null;
    return talk(
        isFirst ? limits.firstClone() : limits.transfer(),
        (transport, wire) -> {
          RefSpec follow = new RefSpec("+" + branch + ":" + trackingRef);
          try {
            return tipOf(
                transport
                    .fetch(NullProgressMonitor.INSTANCE, List.of(follow))
                    .getAdvertisedRef(branch));
          } catch (TransportException e) {
            if (wire.code == HttpURLConnection.HTTP_OK && e.getMessage() != null) {
              throw missingBranchOr(e);
            }
            throw e;
          }
        });
  }

  private String tipOf(@Nullable Ref ref) throws RejectedException {
    if (ref == null || ref.getObjectId() == null) {
      throw branchIsMissing();
    }
    return ref.getObjectId().name();
  }

  /** JGit says so with a text only. */
  private IOException missingBranchOr(TransportException cause) throws RejectedException {
    if (String.valueOf(cause.getMessage()).contains("does not have " + branch)
        || String.valueOf(cause.getMessage()).contains(branch + " available for fetch")) {
      throw branchIsMissing();
    }
    return cause;
  }

  private RejectedException branchIsMissing() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "The %s has no branch %s. Create it with a first commit."
            .formatted(title, branch.substring("refs/heads/".length())));
  }

  @Override
  public PushVerdict push(String expected, String commit) throws StepException {
    return talk(limits.transfer(), (transport, wire) -> push(transport, wire, expected, commit));
  }

  private PushVerdict push(Transport transport, Wire wire, String expected, String commit)
      throws IOException, StepException {
    FileRepository repository = opened();
    RemoteRefUpdate update =
        new RemoteRefUpdate(
            repository,
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
      String text = String.valueOf(e.getMessage());
      if (text.contains("unpack") && text.contains("abnormal exit")) {
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
        moveTrackingRef(ObjectId.fromString(commit));
        yield PushVerdict.ACCEPTED;
      }
      case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED ->
          new PushVerdict(PushVerdict.Kind.DECLINED, shown);
      case REJECTED_OTHER_REASON ->
          new PushVerdict(
              said.contains("failed to update ref") || said.contains("lock")
                  ? PushVerdict.Kind.LOCKED
                  : PushVerdict.Kind.DECLINED,
              shown);
      // The caller looks at the branch, whatever these mean.
      case UP_TO_DATE, NOT_ATTEMPTED, AWAITING_REPORT ->
          new PushVerdict(PushVerdict.Kind.UNKNOWN, shown);
      case REJECTED_NODELETE, NON_EXISTING ->
          throw new IllegalStateException("a push of ours never deletes");
    };
  }

  private void moveTrackingRef(ObjectId commit) throws IOException, StepException {
    RefUpdate move = opened().updateRef(trackingRef);
    move.setNewObjectId(commit);
    switch (move.update()) {
      case NEW, FAST_FORWARD, NO_CHANGE -> packsWritten++;
      default -> isDamaged = true;
    }
  }

  private <T> T talk(Duration longest, Talk<T> talk) throws StepException {
    endpoint.checkCredential();
    FileRepository repository = opened();
    try (Deadline deadline = new Deadline(longest, timer)) {
      current = deadline;
      Wire wire = new Wire(endpoint, deadline);
      if (isClosed) {
        deadline.cut();
      }
      try (Transport transport = transport(repository, wire)) {
        return talk.with(transport, wire);
      } catch (IOException e) {
        throw translated(e, wire);
      } catch (RuntimeException e) {
        // A connection that is cut ends in exceptions of any kind.
        if (deadline.isOver()) {
          throw translated(e, wire);
        }
        throw e;
      } finally {
        current = null;
      }
    }
  }

  private Transport transport(FileRepository repository, Wire wire) throws IOException {
    try {
      Transport transport = Transport.open(repository, new URIish(endpoint.address()));
      ((TransportHttp) transport).setHttpConnectionFactory(wire);
      transport.setTimeout(SOCKET_SECONDS);
      transport.setTagOpt(TagOpt.NO_TAGS);
      transport.setPushThin(true);
      transport.setCredentialsProvider(null);
      return transport;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private StepException translated(Exception cause, Wire wire) {
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (link instanceof MissingObjectException || isBelowTheClone(link)) {
        return damaged(cause);
      }
    }
    LOG.debugf(cause, "the %s did not answer well", title);
    if (wire.code >= 300 && wire.code < 400) {
      return new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The %s redirects to another address%s. Set the final address."
              .formatted(title, wire.redirectedTo()));
    }
    return switch (wire.code) {
      case 401, 403 ->
          new RejectedException(
              Reason.ACCESS_DENIED,
              "The %s refused the operator's login (%d). Put a user and token with the right to"
                      .formatted(title, wire.code)
                  + " read and push into its credential file.");
      case 404 ->
          new RejectedException(
              Reason.PREREQUISITE_MISSING,
              "The %s is absent or hidden (404). Create it, or let the operator's user in."
                  .formatted(title));
      case 429 ->
          wire.retryAfter
              .map(delay -> RetryableException.after(Reason.RATE_LIMITED, askedToWait(), delay))
              .orElseGet(() -> new RetryableException(Reason.RATE_LIMITED, askedToWait()));
      default ->
          new RetryableException(
              Reason.REMOTE_UNAVAILABLE,
              "The %s does not answer (%s). Nothing to do unless it lasts."
                  .formatted(title, shortly(cause, wire)));
    };
  }

  private String askedToWait() {
    return "The %s asked to wait (429).".formatted(title);
  }

  private static String shortly(Exception cause, Wire wire) {
    if (wire.deadline.isOver()) {
      return "time is over";
    }
    if (wire.code >= 400) {
      return String.valueOf(wire.code);
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Sanitizer.foreign(root.getClass().getSimpleName() + ": " + root.getMessage());
  }

  // The local clone.

  private boolean isBelowTheClone(Throwable cause) {
    return cause instanceof FileNotFoundException
        && String.valueOf(cause.getMessage()).contains(folderPrefix);
  }

  private RetryableException damaged(Exception cause) {
    LOG.warnf(cause, "the local clone of the %s is damaged and will be made anew", title);
    isDamaged = true;
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE,
        "The local clone of the %s is damaged and is being made anew.".formatted(title));
  }

  @Override
  public boolean isSound() {
    return !isDamaged;
  }

  private FileRepository opened() throws RetryableException {
    FileRepository known = clone;
    if (known != null) {
      return known;
    }
    try {
      Files.createDirectories(folder);
      deleteLeftovers();
      FileRepository fresh =
          new FileRepository(Files.createTempDirectory(folder, folderPrefix).toFile());
      fresh.create(true);
      configure(fresh.getConfig());
      clone = fresh;
      return fresh;
    } catch (IOException e) {
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE,
          "The folder for the clone of the %s cannot be written (%s). Look at its disk."
              .formatted(title, e.getClass().getSimpleName()));
    }
  }

  private static void configure(StoredConfig config) throws IOException {
    config.setBoolean("http", null, "followRedirects", false);
    config.setBoolean("transfer", null, "fsckObjects", true);
    config.setInt("protocol", null, "version", 2);
    config.setInt("gc", null, "auto", 0);
    config.setInt("gc", null, "autoPackLimit", 0);
    // A fetch asks for a collection all the same; at least nothing then runs beside us.
    config.setBoolean("gc", null, "autoDetach", false);
    config.setString("gc", null, "pruneExpire", "now");
    config.setString("gc", null, "prunePackExpire", "now");
    config.setBoolean("core", null, "logAllRefUpdates", false);
    // Together with thin pushes: otherwise each push sends whole trees again.
    config.setBoolean("pack", null, "reuseObjects", false);
    config.setInt("pack", null, "threads", 1);
    config.setInt("pack", null, "windowMemory", 16 * MIB);
    config.save();
  }

  private void dropClone() throws RetryableException {
    swap.writeLock().lock();
    try {
      FileRepository old = clone;
      clone = null;
      if (old != null) {
        old.close();
      }
      opened();
      isDamaged = false;
      packsWritten = 0;
    } finally {
      swap.writeLock().unlock();
    }
  }

  /** Of this lane only: the other one may be at work in the same folder. */
  private void deleteLeftovers() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.filter(this::isOurs).toList()) {
        deleteTree(child);
      }
    }
  }

  private boolean isOurs(Path child) {
    return child.getFileName().toString().startsWith(folderPrefix);
  }

  /**
   * What vanishes meanwhile is as good as deleted: JGit may still hold a lock file for a moment.
   */
  private static void deleteTree(Path root) throws IOException {
    FileUtils.delete(root.toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING | FileUtils.RETRY);
  }

  private void repackIfDue() throws StepException {
    if (packsWritten < PACKS_BEFORE_REPACK) {
      return;
    }
    packsWritten = 0;
    read(
        repository -> {
          GC collector = new GC(repository);
          collector.setExpireAgeMillis(0);
          collector.setPackExpireAgeMillis(0);
          return collector.repack();
        });
  }

  @FunctionalInterface
  private interface Read<T> {
    T from(FileRepository repository) throws IOException, StepException;
  }

  /** Local work; whatever cannot be read locally means that the clone is damaged. */
  private <T> T read(Read<T> read) throws StepException {
    swap.readLock().lock();
    try {
      FileRepository repository = clone;
      if (repository == null || isDamaged) {
        throw new RetryableException(
            Reason.REMOTE_UNAVAILABLE, "The local clone of the %s is being made.".formatted(title));
      }
      return read.from(repository);
    } catch (IOException e) {
      throw damaged(e);
    } finally {
      swap.readLock().unlock();
    }
  }

  @Override
  public boolean has(String commit) throws StepException {
    return ObjectId.isId(commit)
        && read(repository -> repository.getObjectDatabase().has(ObjectId.fromString(commit)));
  }

  @Override
  public boolean isAncestor(String commit, String of) throws StepException {
    if (!has(commit)) {
      return false;
    }
    return read(
        repository -> {
          try (RevWalk walk = new RevWalk(repository)) {
            return walk.isMergedInto(
                walk.parseCommit(ObjectId.fromString(commit)),
                walk.parseCommit(ObjectId.fromString(of)));
          }
        });
  }

  @Override
  public Optional<Set<String>> changedPaths(String older, String newer, Set<String> below, int most)
      throws StepException {
    if (!has(older)) {
      return Optional.empty();
    }
    return read(
        repository -> {
          Set<String> paths = new LinkedHashSet<>();
          try (TreeWalk walk = new TreeWalk(repository)) {
            walk.addTree(treeOf(repository, older));
            walk.addTree(treeOf(repository, newer));
            walk.setRecursive(true);
            walk.setFilter(
                AndTreeFilter.create(
                    PathFilterGroup.createFromStrings(below), TreeFilter.ANY_DIFF));
            while (walk.next()) {
              paths.add(walk.getPathString());
              if (paths.size() > most) {
                return Optional.empty();
              }
            }
          }
          return Optional.of(paths);
        });
  }

  @Override
  public Optional<Touch> lastTouched(String commit, String path) throws StepException {
    return read(
        repository -> {
          try (RevWalk walk = new RevWalk(repository);
              ObjectReader reader = repository.newObjectReader()) {
            RevCommit at = walk.parseCommit(ObjectId.fromString(commit));
            for (int walked = 0; walked < MOST_COMMITS_WALKED; walked++) {
              RevCommit parent =
                  at.getParentCount() == 0 ? null : walk.parseCommit(at.getParent(0));
              ObjectId before = parent == null ? ObjectId.zeroId() : idOf(reader, parent, path);
              if (!idOf(reader, at, path).equals(before)) {
                return Optional.of(touch(at));
              }
              if (parent == null) {
                return Optional.empty();
              }
              at = parent;
            }
            return Optional.empty();
          }
        });
  }

  private static ObjectId idOf(ObjectReader reader, RevCommit commit, String path)
      throws IOException {
    try (TreeWalk walk = TreeWalk.forPath(reader, path, commit.getTree())) {
      return walk == null ? ObjectId.zeroId() : walk.getObjectId(0);
    }
  }

  private static Touch touch(RevCommit commit) {
    return new Touch(
        commit.name(),
        Sanitizer.foreign(commit.getAuthorIdent().getName()),
        Instant.ofEpochSecond(commit.getCommitTime()),
        commit.getFullMessage().contains("\n" + OWN_TRAILER));
  }

  private static ObjectId treeOf(FileRepository repository, String commit) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      return walk.parseCommit(ObjectId.fromString(commit)).getTree().copy();
    }
  }

  @Override
  public TreeView view(String commit) throws StepException {
    return new Tree(read(repository -> treeOf(repository, commit)));
  }

  /** Keeps an id, no content and no open file. */
  private final class Tree implements TreeView {

    private final ObjectId root;

    Tree(ObjectId root) {
      this.root = root;
    }

    @Override
    public Kind kind(String path) throws StepException {
      return read(
          repository -> {
            try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
              return walk == null ? Kind.ABSENT : kindOf(walk.getFileMode());
            }
          });
    }

    private static Kind kindOf(FileMode mode) {
      if (mode == FileMode.TREE) {
        return Kind.FOLDER;
      }
      boolean isFile = mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
      return isFile ? Kind.FILE : Kind.OTHER;
    }

    @Override
    public Optional<byte[]> file(String path) throws StepException {
      return read(
          repository -> {
            try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
              if (walk == null) {
                return Optional.empty();
              }
              if (kindOf(walk.getFileMode()) != Kind.FILE) {
                throw unreadable(path, "is no regular file");
              }
              ObjectLoader loader = walk.getObjectReader().open(walk.getObjectId(0));
              if (loader.getSize() > LARGEST_FILE) {
                throw unreadable(path, "is larger than 1 MiB");
              }
              return Optional.of(loader.getBytes());
            }
          });
    }

    private RejectedException unreadable(String path, String why) {
      return new RejectedException(
          Reason.UNREADABLE_FILE,
          "%s in the %s %s. Remove it; nothing is written there before."
              .formatted(path, title, why));
    }

    @Override
    public Optional<String> id(String path) throws StepException {
      return read(
          repository -> {
            try (TreeWalk walk = TreeWalk.forPath(repository, path, root)) {
              return walk == null || kindOf(walk.getFileMode()) != Kind.FILE
                  ? Optional.empty()
                  : Optional.of(walk.getObjectId(0).name());
            }
          });
    }

    @Override
    public List<String> filesBelow(String below) throws StepException {
      return read(
          repository -> {
            List<String> paths = new ArrayList<>();
            try (TreeWalk found = TreeWalk.forPath(repository, below, root)) {
              if (found == null || found.getFileMode() != FileMode.TREE) {
                return List.of();
              }
              try (TreeWalk walk = new TreeWalk(repository)) {
                walk.addTree(found.getObjectId(0));
                walk.setRecursive(true);
                while (walk.next()) {
                  if (kindOf(walk.getFileMode()) == Kind.FILE) {
                    paths.add(below + "/" + walk.getPathString());
                  }
                }
              }
            }
            return paths;
          });
    }
  }

  // Commits.

  @Override
  public String commit(String parent, List<FileChange> changes, String message)
      throws StepException {
    Map<String, Optional<byte[]>> wanted = new TreeMap<>();
    for (FileChange change : changes) {
      wanted.put(
          change.path(),
          change instanceof FileChange.Put put ? Optional.of(put.content()) : Optional.empty());
    }
    return read(
        repository -> {
          // One pack per commit: loose files would slow down everything that follows.
          try (RevWalk walk = new RevWalk(repository);
              PackInserter inserter = repository.getObjectDatabase().newPackInserter()) {
            RevCommit base = walk.parseCommit(ObjectId.fromString(parent));
            Trees trees = new Trees(walk.getObjectReader(), inserter);
            Optional<ObjectId> rewritten = trees.rewritten(base.getTree(), wanted);
            ObjectId tree =
                rewritten.isPresent() ? rewritten.get() : inserter.insert(new TreeFormatter());
            if (tree.equals(base.getTree())) {
              return parent;
            }
            ObjectId commit = inserter.insert(commitOf(tree, base, message));
            inserter.flush();
            return commit.name();
          }
        });
  }

  /** Never earlier than its parent: some programs walk history by time. */
  private CommitBuilder commitOf(ObjectId tree, RevCommit parent, String message) {
    Instant now = clock.instant();
    Instant before = Instant.ofEpochSecond(parent.getCommitTime());
    PersonIdent who =
        new PersonIdent(identity, now.isBefore(before) ? before : now, ZoneOffset.UTC);
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    commit.setParentId(parent);
    commit.setAuthor(who);
    commit.setCommitter(who);
    commit.setMessage(message);
    return commit;
  }

  /**
   * Writes only the trees on the way to what changes. Names of entries are kept as Latin-1, one
   * char for each byte, so that any name comes out as it went in, and sorts as Git sorts.
   */
  private record Trees(ObjectReader reader, PackInserter inserter) {

    private record Entry(FileMode mode, ObjectId id) {}

    /** The tree with these changes; empty if nothing is left in it. */
    Optional<ObjectId> rewritten(@Nullable ObjectId tree, Map<String, Optional<byte[]>> wanted)
        throws IOException {
      Map<String, Entry> entries = entries(tree);
      Map<String, Map<String, Optional<byte[]>>> inFolders = new TreeMap<>();
      for (Map.Entry<String, Optional<byte[]>> change : wanted.entrySet()) {
        String[] parts = change.getKey().split("/", 2);
        if (parts.length == 2) {
          inFolders
              .computeIfAbsent(parts[0], absent -> new TreeMap<>())
              .put(parts[1], change.getValue());
        } else {
          put(entries, parts[0], change.getValue());
        }
      }
      for (Map.Entry<String, Map<String, Optional<byte[]>>> folder : inFolders.entrySet()) {
        Entry known = entries.get(folder.getKey());
        ObjectId below = known != null && known.mode() == FileMode.TREE ? known.id() : null;
        rewritten(below, folder.getValue())
            .ifPresentOrElse(
                id -> entries.put(folder.getKey(), new Entry(FileMode.TREE, id)),
                () -> entries.remove(folder.getKey()));
      }
      return entries.isEmpty() ? Optional.empty() : Optional.of(written(entries));
    }

    private void put(Map<String, Entry> entries, String name, Optional<byte[]> content)
        throws IOException {
      if (content.isEmpty()) {
        entries.remove(name);
        return;
      }
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, content.get());
      Entry known = entries.get(name);
      boolean isExecutable = known != null && known.mode() == FileMode.EXECUTABLE_FILE;
      entries.put(
          name, new Entry(isExecutable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE, id));
    }

    private Map<String, Entry> entries(@Nullable ObjectId tree) throws IOException {
      Map<String, Entry> entries = new HashMap<>();
      if (tree == null) {
        return entries;
      }
      CanonicalTreeParser parser = new CanonicalTreeParser();
      for (parser.reset(reader, tree); !parser.eof(); parser.next()) {
        byte[] name = new byte[parser.getNameLength()];
        parser.getName(name, 0);
        entries.put(
            new String(name, StandardCharsets.ISO_8859_1),
            new Entry(parser.getEntryFileMode(), parser.getEntryObjectId()));
      }
      return entries;
    }

    private ObjectId written(Map<String, Entry> entries) throws IOException {
      TreeMap<String, String> sorted = new TreeMap<>();
      entries.forEach(
          (name, entry) -> sorted.put(entry.mode() == FileMode.TREE ? name + "/" : name, name));
      TreeFormatter formatter = new TreeFormatter();
      for (String name : sorted.values()) {
        Entry entry = entries.get(name);
        if (entry != null) {
          formatter.append(name.getBytes(StandardCharsets.ISO_8859_1), entry.mode(), entry.id());
        }
      }
      return inserter.insert(formatter);
    }
  }

  @Override
  public String credentialVersion() {
    return endpoint.credentialVersion();
  }

  /** Also ends a conversation that another thread is in. */
  @Override
  public void close() {
    isClosed = true;
    Deadline running = current;
    if (running != null) {
      running.cut();
    }
    timer.shutdownNow();
    swap.writeLock().lock();
    try {
      isDamaged = true;
      if (clone != null) {
        clone.close();
      }
      if (Files.isDirectory(folder)) {
        deleteLeftovers();
      }
    } catch (IOException e) {
      LOG.debugf(e, "the clone of the %s is left for the next start", title);
    } finally {
      swap.writeLock().unlock();
    }
  }

  /** The connections of one conversation, and what the server's front said in it. */
  private static final class Wire implements HttpConnectionFactory {

    private final GitEndpoint endpoint;
    private final Deadline deadline;
    private int code;
    private boolean posted;
    private Optional<Duration> retryAfter = Optional.empty();
    private @Nullable String location;

    Wire(GitEndpoint endpoint, Deadline deadline) {
      this.endpoint = endpoint;
      this.deadline = deadline;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
      HttpURLConnection connection = endpoint.open(url);
      deadline.watch(connection);
      code = 0;
      return new Request(connection, this);
    }

    /** The proxy is ours to choose: the one that is handed over comes from the machine. */
    @Override
    public HttpConnection create(URL url, @Nullable Proxy ambient) throws IOException {
      return create(url);
    }

    void answered(HttpURLConnection connection) throws IOException {
      code = connection.getResponseCode();
      location = connection.getHeaderField("Location");
      String after = connection.getHeaderField("Retry-After");
      if (after != null && after.matches("[0-9]{1,5}")) {
        retryAfter = Optional.of(Duration.ofSeconds(Integer.parseInt(after)));
      }
    }

    /** Only the host: the rest of an address may hold a secret. */
    String redirectedTo() {
      try {
        String host = location == null ? null : new URI(location).getHost();
        return host == null ? "" : " on " + Sanitizer.foreign(host);
      } catch (URISyntaxException e) {
        return "";
      }
    }
  }

  /** One HTTP request, on a connection that others can cut. */
  private record Request(HttpURLConnection wrapped, Wire wire) implements HttpConnection {

    @Override
    public int getResponseCode() throws IOException {
      wire.answered(wrapped);
      return wire.code;
    }

    @Override
    public URL getURL() {
      return wrapped.getURL();
    }

    @Override
    public String getResponseMessage() throws IOException {
      return wrapped.getResponseMessage();
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
      return wrapped.getHeaderFields();
    }

    @Override
    public void setRequestProperty(String key, String value) {
      wrapped.setRequestProperty(key, value);
    }

    @Override
    public void setRequestMethod(String method) throws ProtocolException {
      wrapped.setRequestMethod(method);
    }

    @Override
    public void setUseCaches(boolean useCaches) {
      wrapped.setUseCaches(useCaches);
    }

    @Override
    public void setConnectTimeout(int timeout) {
      wrapped.setConnectTimeout(timeout);
    }

    @Override
    public void setReadTimeout(int timeout) {
      wrapped.setReadTimeout(timeout);
    }

    @Override
    public String getContentType() {
      return wrapped.getContentType();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return wire.deadline.watched(wrapped.getInputStream());
    }

    @Override
    public String getHeaderField(String name) {
      return wrapped.getHeaderField(name);
    }

    @Override
    public List<String> getHeaderFields(String name) {
      return wrapped.getHeaderFields().getOrDefault(name, List.of());
    }

    @Override
    public int getContentLength() {
      return wrapped.getContentLength();
    }

    /** Redirects are never followed, whatever is asked for. */
    @Override
    public void setInstanceFollowRedirects(boolean followRedirects) {
      wrapped.setInstanceFollowRedirects(false);
    }

    @Override
    public void setDoOutput(boolean doOutput) {
      wrapped.setDoOutput(doOutput);
    }

    @Override
    public void setFixedLengthStreamingMode(int contentLength) {
      wrapped.setFixedLengthStreamingMode(contentLength);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      wire.posted = true;
      return wrapped.getOutputStream();
    }

    @Override
    public void setChunkedStreamingMode(int chunkLength) {
      wrapped.setChunkedStreamingMode(chunkLength);
    }

    @Override
    public String getRequestMethod() {
      return wrapped.getRequestMethod();
    }

    @Override
    public boolean usingProxy() {
      return wrapped.usingProxy();
    }

    @Override
    public void connect() throws IOException {
      wrapped.connect();
    }

    /** Asked for only to turn verification off, which cannot be done here. */
    @Override
    public void configure(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("verification is never turned off");
    }

    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) throws KeyManagementException {
      throw new KeyManagementException("verification is never turned off");
    }
  }

  /**
   * Nothing of the machine reaches the library: no configuration of a user or a system, no GIT_
   * variables. JGit would also write there, start Git programs to find it, and measure the file
   * system's clock, which costs the first clone seconds.
   */
  private static final class Ambient extends SystemReader.Delegate {

    private Ambient(SystemReader machine) {
      super(machine);
      setPlatformChecker();
    }

    /** For the whole process, because these are static in JGit. */
    static void hide() {
      SystemReader.setInstance(new Ambient(SystemReader.getInstance()));
      WindowCacheConfig cache = new WindowCacheConfig();
      cache.setPackedGitLimit(32L * MIB);
      cache.setPackedGitOpenFiles(64);
      cache.setDeltaBaseCacheLimit(8 * MIB);
      cache.setStreamFileThreshold(MIB);
      cache.install();
    }

    @Override
    public @Nullable String getenv(String variable) {
      return variable.startsWith("GIT_") ? null : super.getenv(variable);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
      return new Empty(fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
      return new Empty(fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
      return new Empty(fs);
    }
  }

  /** A configuration that holds nothing and is never written. */
  private static final class Empty extends FileBasedConfig {

    Empty(FS fs) {
      super(new File("/nonexistent"), fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section,
        @Nullable String subsection,
        String name,
        long defaultValue,
        TimeUnit wanted) {
      return section.equals("filesystem") && name.equals("timestampResolution")
          ? wanted.convert(10, TimeUnit.MILLISECONDS)
          : super.getTimeUnit(section, subsection, name, defaultValue, wanted);
    }
  }
}

package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * The lane of one repository and the only writer of it in this process. It takes edits and answers
 * at once; one thread turns them into commits, many Projects in one, and wakes each Project when
 * the branch holds what it wanted or when it does not get through.
 *
 * <p>While a push is in flight edits gather: the slower the server, the larger the next commit. An
 * idle lane pushes at once. A lost race costs nothing but a replay: edits are functions and run
 * again on the newer tip. After an unknown outcome the lane looks before it writes again.
 *
 * <p>Steps may call every public method from any thread; none of them uses the network.
 */
public final class GitPublisher implements AutoCloseable {

  static final int FULL_BATCH = 500;
  static final long FULL_COMMIT = 8L << 20;

  /** A push that is refused may mean one file of many; so many pushes are spent to find it. */
  static final int PUSHES_PER_INCIDENT = 16;

  /** So many lost races in a row are contention. */
  static final int MOST_TRIES = 12;

  private static final int TRIES_AT_ONCE = 5;
  private static final int MOST_CHANGED_PATHS = 2000;
  private static final Duration CREDENTIAL_LOOK = Duration.ofSeconds(5);
  private static final Duration LAST_PUSH = Duration.ofSeconds(15);
  private static final int SPREAD_SECONDS = 60;
  private static final Logger LOG = Logger.getLogger(GitPublisher.class);

  /** A push whose verdict is not acted upon before the branch was looked at. */
  private record Attempt(List<Edit> edits, String parent, String commit, PushVerdict verdict) {}

  private final LaneSettings settings;
  private final GitRepository repository;
  private final Supplier<List<Project>> projects;
  private final Wakeups wakeups;
  private final Clock clock;
  private final RandomGenerator random;
  private final Thread thread;

  // Shared with the steps.
  private final EditQueue queue = new EditQueue();
  private final Map<String, Commit> commits = new ConcurrentHashMap<>();
  private final Set<ProjectRef> lookers = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Boolean> nudges = new ArrayBlockingQueue<>(1);
  private volatile @Nullable RepositoryView view;
  private volatile @Nullable StepException trouble;
  private volatile boolean lookWanted;
  private volatile boolean stopping;

  // The lane's own.
  private Instant nextTip = Instant.MIN;
  private Instant nextPush = Instant.MIN;
  private Instant notBefore = Instant.MIN;
  private int crowdedPushes;
  private @Nullable Attempt unsettled;
  private List<Edit> suspects = List.of();
  private int incidentPushes;
  private int lostRaces;
  private int failures;
  private String credential = "";
  private final List<ProjectRef> spread = new ArrayList<>();
  private int spreadChunk;
  private Instant nextSpread = Instant.MIN;

  /**
   * A lane; nothing runs before {@link #start()}.
   *
   * @param repository owned by the lane from now on
   * @param projects all Projects that are known, from memory
   * @param wakeups how a Project is told to look again
   * @param clock the time
   * @param random for the jitter
   */
  public GitPublisher(
      LaneSettings settings,
      GitRepository repository,
      Supplier<List<Project>> projects,
      Wakeups wakeups,
      Clock clock,
      RandomGenerator random) {
    this.settings = settings;
    this.repository = repository;
    this.projects = projects;
    this.wakeups = wakeups;
    this.clock = clock;
    this.random = random;
    this.thread = new Thread(this::run, "git-" + settings.repository());
    this.thread.setDaemon(true);
  }

  /** Starts the lane's thread: the first thing it does is to bring the branch here. */
  public void start() {
    thread.start();
  }

  /** How this lane works. */
  public LaneSettings settings() {
    return settings;
  }

  /** The newest known tip; empty until the first fetch. */
  public Optional<RepositoryView> view() {
    return Optional.ofNullable(view);
  }

  /** The newest known tip if the server confirmed it lately enough to call something in place. */
  public Optional<RepositoryView> freshView() {
    return view().filter(known -> known.isFresh(clock.instant(), settings.tipMaxAge()));
  }

  /**
   * The files of an older commit, empty if it is not here.
   *
   * @throws StepException if the local clone cannot be read
   */
  public Optional<TreeView> filesAt(String commit) throws StepException {
    return repository.has(commit) ? Optional.of(repository.view(commit)) : Optional.empty();
  }

  /** See {@link GitRepository#lastTouched}, on the newest known tip. */
  public Optional<GitRepository.Touch> lastTouched(String path) throws StepException {
    RepositoryView known = view;
    return known == null ? Optional.empty() : repository.lastTouched(known.tip(), path);
  }

  /** Takes an edit; it replaces an earlier one of the same Project. Returns at once. */
  public void submit(Edit edit) {
    if (!stopping) {
      queue.submit(edit);
      nudge();
    }
  }

  /** Where an edit stands. */
  public Standing standing(Edit edit) {
    Standing standing = queue.standing(edit);
    StepException laneTrouble = trouble;
    if (laneTrouble != null && standing instanceof Standing.Queued) {
      return new Standing.Failed(laneTrouble);
    }
    return standing;
  }

  /** Asks for a look at the branch; the Project is woken when the answer is there. */
  public void look(ProjectRef project) {
    lookers.add(project);
    lookSoon();
  }

  /** Asks for a look at the branch, because somebody said that it moved. */
  public void lookSoon() {
    lookWanted = true;
    nudge();
  }

  /** Why the lane as a whole does not get through; empty while it does. */
  public Optional<StepException> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Our newest commit for a Project since the start. */
  public Optional<Commit> newestCommit(String uid) {
    return Optional.ofNullable(commits.get(uid));
  }

  /** Forgets a Project that is gone. */
  public void forget(String uid) {
    queue.forget(uid);
    commits.remove(uid);
  }

  /** Edits that wait or are being pushed. */
  public int queued() {
    return queue.size();
  }

  /** Whether the lane's thread runs; a restart helps if it does not. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Takes no new edits, lets a push in flight end, and frees everything. */
  @Override
  public void close() {
    stopping = true;
    nudge();
    try {
      thread.join(LAST_PUSH.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    repository.close();
  }

  private void nudge() {
    var unused = nudges.offer(true);
  }

  private void run() {
    while (!stopping) {
      Duration pause = turn();
      try {
        var unused = nudges.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Does what is due, at most one push.
   *
   * @return how long nothing is due if nobody nudges
   */
  Duration turn() {
    Instant now = clock.instant();
    wakeSomeOfMany(now);
    noticeNewCredential(now);
    queue.retryRefused(now);
    if (!now.isBefore(notBefore)) {
      try {
        work(now);
      } catch (StepException expected) {
        hindered(expected);
      } catch (RuntimeException bug) {
        LOG.errorf(bug, "the lane of the %s failed unexpectedly", settings.title());
        hindered(
            new RetryableException(
                Reason.INTERNAL_ERROR,
                "The operator failed unexpectedly at the %s.".formatted(settings.title())));
      }
    }
    return pause(clock.instant());
  }

  private void work(Instant now) throws StepException {
    if (unsettled != null) {
      settle(unsettled, now);
    }
    if (view == null || lookWanted || !now.isBefore(nextTip) || !repository.isSound()) {
      look(now);
    }
    boolean isRetry = lostRaces > 0 || !suspects.isEmpty();
    if (queue.size() > 0 && !now.isBefore(notBefore) && (isRetry || !now.isBefore(nextPush))) {
      publish(now);
    }
    if (unsettled == null && queue.size() == 0) {
      freed();
    }
  }

  // Looking.

  private void look(Instant now) throws StepException {
    lookWanted = false;
    Set<ProjectRef> asked = new LinkedHashSet<>(lookers);
    RepositoryView known = view;
    boolean isSound = repository.isSound();
    if (known != null && isSound && repository.tip().equals(known.tip())) {
      view = known.confirmed(now);
    } else {
      refresh(now);
    }
    if (!isSound) {
      wakeEverybody();
    }
    nextTip = clock.instant().plus(settings.tipInterval());
    lookers.removeAll(asked);
    asked.forEach(wakeups::wake);
  }

  private RepositoryView refresh(Instant now) throws StepException {
    RepositoryView known = view;
    String tip = repository.fetch();
    RepositoryView newest = new RepositoryView(tip, repository.view(tip), now);
    view = newest;
    if (known != null && !known.tip().equals(tip)) {
      wakeConcerned(known.tip(), tip);
    }
    return newest;
  }

  /** Only those whose files moved are woken; everybody if that cannot be told. */
  private void wakeConcerned(String older, String newer) throws StepException {
    boolean isContinued = repository.isAncestor(older, newer);
    if (!isContinued) {
      LOG.warnf(
          "the history of %s in the %s was rewritten; its new tip counts",
          settings.branch(), settings.title());
    }
    Optional<Set<String>> paths =
        isContinued
            ? repository.changedPaths(older, newer, settings.fence().folders(), MOST_CHANGED_PATHS)
            : Optional.empty();
    if (paths.isEmpty()) {
      wakeEverybody();
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    paths.get().forEach(path -> PathFence.projectOf(path).ifPresent(names::add));
    if (!names.isEmpty()) {
      projects.get().stream()
          .filter(project -> names.contains(nameOf(project)))
          .forEach(project -> wakeups.wake(project.ref()));
    }
  }

  /** Within a minute, so that the systems behind the other steps are not asked all at once. */
  private void wakeEverybody() {
    spread.clear();
    projects.get().forEach(project -> spread.add(project.ref()));
    spreadChunk = 1 + spread.size() / SPREAD_SECONDS;
  }

  /** The name a stored spec derives to, also one that breaks today's rules. */
  private static String nameOf(Project project) {
    var spec = project.getSpec();
    return spec == null || spec.projectId() == null || spec.environmentType() == null
        ? ""
        : spec.projectId() + "-" + spec.environmentType().word();
  }

  private void wakeSomeOfMany(Instant now) {
    if (spread.isEmpty() || now.isBefore(nextSpread)) {
      return;
    }
    List<ProjectRef> chunk = spread.subList(0, Math.min(spreadChunk, spread.size()));
    chunk.forEach(wakeups::wake);
    chunk.clear();
    nextSpread = now.plusSeconds(1);
  }

  // Pushing.

  private void publish(Instant now) throws StepException {
    RepositoryView base = view;
    if (base == null) {
      return;
    }
    Workspace workspace = new Workspace(base.files());
    List<Edit> edits = build(nextBatch(), workspace, now);
    if (edits.isEmpty()) {
      return;
    }
    String commit =
        repository.commit(
            base.tip(), workspace.changes(), CommitMessage.of(edits, settings.version()));
    if (commit.equals(base.tip())) {
      answered(edits);
      return;
    }
    nextPush = now.plus(floor(edits, now));
    if (incidentPushes > 0) {
      incidentPushes++;
    }
    PushVerdict verdict = repository.push(base.tip(), commit);
    Attempt attempt = new Attempt(edits, base.tip(), commit, verdict);
    if (verdict.kind() == PushVerdict.Kind.ACCEPTED) {
      view = new RepositoryView(commit, repository.view(commit), now);
      landed(attempt);
      return;
    }
    unsettled = attempt;
    // Sleeping between fetch and push would lose more races; so sleep now, then fetch and push.
    if (lostRaces >= TRIES_AT_ONCE) {
      notBefore = clock.instant().plusMillis(100 + random.nextLong(400));
    }
  }

  private List<Edit> nextBatch() {
    suspects = queue.stillWaiting(suspects);
    if (suspects.isEmpty()) {
      return queue.first(FULL_BATCH);
    }
    return suspects.subList(0, (suspects.size() + 1) / 2);
  }

  /** Runs the edits on the workspace; answers those that need nothing and those that cannot be. */
  private List<Edit> build(List<Edit> batch, Workspace workspace, Instant now)
      throws StepException {
    List<Edit> effective = new ArrayList<>();
    List<Edit> inPlace = new ArrayList<>();
    for (Edit edit : batch) {
      if (workspace.newBytes() >= FULL_COMMIT) {
        break;
      }
      try {
        List<FileChange> changes = edit.changes(workspace);
        for (FileChange change : changes) {
          settings.fence().check(change, edit.project(), workspace);
        }
        workspace.apply(changes);
        (changes.isEmpty() ? inPlace : effective).add(edit);
      } catch (RejectedException rejected) {
        refuse(edit, rejected, now);
      } catch (RuntimeException bug) {
        LOG.errorf(bug, "an edit of project %s failed unexpectedly", edit.owner().owner());
        refuse(
            edit,
            new RetryableException(
                Reason.INTERNAL_ERROR, "The operator failed unexpectedly while editing."),
            now);
      }
    }
    answered(inPlace);
    return effective;
  }

  /**
   * The floor protects the server. In a crowd, push after push for several Projects, it doubles
   * twice: who waits among many waits a moment more, and a slow burst costs few pushes too. A
   * Project alone, and a full batch, never wait longer.
   */
  private Duration floor(List<Edit> edits, Instant now) {
    boolean isCrowd = edits.stream().map(Edit::owner).distinct().count() > 1;
    boolean isUnbroken = !now.isAfter(nextPush.plus(settings.pushInterval()));
    crowdedPushes = isCrowd ? (isUnbroken ? crowdedPushes + 1 : 1) : 0;
    int doublings = queue.size() >= FULL_BATCH ? 0 : Math.min(2, crowdedPushes / 2);
    return settings.pushInterval().multipliedBy(1L << doublings);
  }

  // What became of it.

  /** Decides what a verdict means, once the branch has been looked at. */
  private void settle(Attempt attempt, Instant now) throws StepException {
    RepositoryView newest = refresh(now);
    unsettled = null;
    if (repository.isAncestor(attempt.commit(), newest.tip())) {
      landed(attempt);
      return;
    }
    if (!newest.tip().equals(attempt.parent())
        || attempt.verdict().kind() == PushVerdict.Kind.UNKNOWN) {
      lostRace();
      return;
    }
    if (attempt.verdict().kind() == PushVerdict.Kind.LOCKED) {
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE,
          "The %s could not move %s (%s). If it lasts, look for a stale lock on its server."
              .formatted(settings.title(), settings.branch(), attempt.verdict().text()));
    }
    refused(attempt, now);
  }

  private void landed(Attempt attempt) {
    Instant now = clock.instant();
    for (Edit edit : attempt.edits()) {
      commits.put(
          edit.key(),
          new Commit(
              settings.repository(),
              settings.branch(),
              attempt.commit(),
              null,
              now.truncatedTo(ChronoUnit.SECONDS).toString()));
    }
    LOG.infof(
        "pushed %s to %s of the %s for %d projects",
        attempt.commit(), settings.branch(), settings.title(), attempt.edits().size());
    if (suspects.isEmpty()) {
      incidentPushes = 0;
    }
    lostRaces = 0;
    answered(attempt.edits());
    freed();
  }

  private void lostRace() throws StepException {
    lostRaces++;
    if (lostRaces >= MOST_TRIES) {
      lostRaces = 0;
      throw new RetryableException(
          Reason.PUSH_CONTENTION,
          "The %s moved on %d times while pushing. Nothing to do unless it lasts."
              .formatted(settings.title(), MOST_TRIES));
    }
  }

  /**
   * One file of many may be what the server does not like: the batch is halved until that one
   * stands alone; the others get through.
   */
  private void refused(Attempt attempt, Instant now) throws StepException {
    incidentPushes = Math.max(incidentPushes, 1);
    RejectedException refusal =
        new RejectedException(
            Reason.PUSH_REJECTED,
            "The %s refused the push to %s (%s). Allow the operator's user to push, or set another"
                    .formatted(settings.title(), settings.branch(), attempt.verdict().text())
                + " branch.");
    lostRaces = 0;
    suspects = attempt.edits().size() > 1 ? attempt.edits() : List.of();
    if (attempt.edits().size() == 1) {
      refuse(attempt.edits().get(0), refusal, now);
    }
    if (incidentPushes >= PUSHES_PER_INCIDENT) {
      incidentPushes = 0;
      suspects = List.of();
      throw refusal;
    }
  }

  private void refuse(Edit edit, StepException why, Instant now) {
    credential = repository.credentialVersion();
    queue.refuse(edit, why, now.plus(settings.rejected()));
    wakeups.wake(edit.owner().owner());
  }

  /** The newest view holds what these wanted. */
  private void answered(Collection<Edit> edits) {
    queue.done(edits);
    edits.forEach(edit -> wakeups.wake(edit.owner().owner()));
  }

  private void freed() {
    if (trouble != null) {
      LOG.infof("the %s takes changes again", settings.title());
    }
    trouble = null;
    failures = 0;
  }

  private void hindered(StepException why) {
    failures++;
    notBefore = clock.instant().plus(delay(why));
    lookWanted = !lookers.isEmpty();
    credential = repository.credentialVersion();
    StepException before = trouble;
    trouble = why;
    if (before == null || before.reason() != why.reason()) {
      LOG.warnf("the %s: %s", settings.title(), why.sentence());
      queue.owners().forEach(wakeups::wake);
      lookers.forEach(wakeups::wake);
    }
  }

  private Duration delay(StepException why) {
    if (why instanceof RetryableException retryable) {
      long cap = Math.min(settings.longest().toMillis(), 1000L << Math.min(failures - 1, 20));
      return retryable
          .retryAfter()
          .orElseGet(() -> Duration.ofMillis(cap / 4 + random.nextLong(cap * 3 / 4 + 1)));
    }
    return settings.rejected();
  }

  /** A new credential is tried at once. */
  private void noticeNewCredential(Instant now) {
    boolean isRefused = trouble instanceof RejectedException || queue.nextRetry().isPresent();
    if (isRefused && !repository.credentialVersion().equals(credential)) {
      credential = repository.credentialVersion();
      queue.retryRefused(Instant.MAX);
      if (trouble instanceof RejectedException) {
        notBefore = now;
      }
    }
  }

  private Duration pause(Instant now) {
    Instant next = nextTip;
    if (unsettled != null || lookWanted || view == null) {
      next = now;
    } else if (queue.size() > 0) {
      boolean isRetry = lostRaces > 0 || !suspects.isEmpty();
      next = isRetry ? now : earlier(next, nextPush);
    }
    next = next.isBefore(notBefore) ? notBefore : next;
    Optional<Instant> retry = queue.nextRetry();
    if (retry.isPresent()) {
      next = earlier(next, retry.get());
    }
    if (retry.isPresent() || trouble instanceof RejectedException) {
      next = earlier(next, now.plus(CREDENTIAL_LOOK));
    }
    if (!spread.isEmpty()) {
      next = earlier(next, nextSpread);
    }
    Duration pause = Duration.between(now, next);
    return pause.isNegative() ? Duration.ZERO : pause;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}

package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;
import tech.kyotu.groundwork.step.WriteLease;

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
public final class GitPublisher implements Branch, AutoCloseable {

  private static final Duration LAST_PUSH = Duration.ofSeconds(15);

  private final LaneSettings settings;
  private final GitRepository repository;
  private final Clock clock;
  private final LaneState state = new LaneState();
  private final PublisherLane lane;
  private final Thread thread;
  private final BlockingQueue<Boolean> nudges = new ArrayBlockingQueue<>(1);
  private volatile boolean stopping;

  /**
   * A lane; nothing runs before {@link #start()}.
   *
   * @param repository owned by the lane from now on
   * @param projects all Projects that are known, from memory
   * @param wakeups how a Project is told to look again
   * @param clock the time
   * @param random for the jitter
   * @param lease asked before each push
   */
  public GitPublisher(
      LaneSettings settings,
      GitRepository repository,
      Supplier<List<Project>> projects,
      Wakeups wakeups,
      Clock clock,
      RandomGenerator random,
      WriteLease lease) {
    this.settings = settings;
    this.repository = repository;
    this.clock = clock;
    this.lane =
        new PublisherLane(
            settings,
            repository,
            state,
            new ProjectWaking(settings, projects, wakeups),
            wakeups,
            clock,
            random,
            lease);
    this.thread = new Thread(this::run, "git-" + settings.repository());
    this.thread.setDaemon(true);
  }

  /** Starts the lane's thread: the first thing it does is to bring the branch here. */
  public void start() {
    thread.start();
  }

  @Override
  public LaneSettings settings() {
    return settings;
  }

  @Override
  public Optional<RepositoryView> view() {
    return Optional.ofNullable(state.view);
  }

  @Override
  public Optional<RepositoryView> freshView() {
    return view()
        .filter(
            known -> repository.isSound() && known.isFresh(clock.instant(), settings.tipMaxAge()));
  }

  @Override
  public Optional<TreeView> filesAt(String commit) throws StepException {
    return repository.has(commit) ? Optional.of(repository.view(commit)) : Optional.empty();
  }

  @Override
  public Optional<GitRepository.Touch> lastTouched(String path) throws StepException {
    RepositoryView known = state.view;
    return known == null ? Optional.empty() : repository.lastTouched(known.tip(), path);
  }

  @Override
  public void submit(Edit edit) {
    if (!stopping) {
      state.queue.submit(edit);
      nudge();
    }
  }

  /** Where an edit stands. */
  public Standing standing(Edit edit) {
    return standing(edit.key(), edit.wish());
  }

  @Override
  public Standing standing(String key, String wish) {
    Standing standing = state.queue.standing(key, wish);
    StepException trouble = state.trouble;
    if (trouble != null && standing instanceof Standing.Queued) {
      return new Standing.Failed(trouble);
    }
    return standing;
  }

  @Override
  public void heed(Look look) {
    Map<String, String> before = state.requests.put(look.uid(), look.requests());
    if (before != null && !before.equals(look.requests())) {
      state.queue.pardon(look.uid());
      state.tryWanted = true;
      look(look.project());
    }
  }

  @Override
  public void look(ProjectRef project) {
    state.lookers.add(project);
    lookSoon();
  }

  /** Asks for a look at the branch, because somebody said that it moved. */
  public void lookSoon() {
    state.lookWanted = true;
    nudge();
  }

  /**
   * Looks at the branch and waits for the answer, unless a fresh one is here.
   *
   * @param longest how long; after it, or if the lane is in trouble, there is no answer
   */
  Optional<RepositoryView> awaitFreshView(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    Optional<RepositoryView> fresh = freshView();
    while (fresh.isEmpty() && trouble().isEmpty()) {
      long turns = state.turns.count();
      lookSoon();
      if (!state.turns.awaitAfter(turns, end)) {
        break;
      }
      fresh = freshView();
    }
    return fresh;
  }

  /** Has this run after each look at the branch, in the lane's thread; it must be quick. */
  public void afterEachLook(Runnable action) {
    state.looked = action;
  }

  @Override
  public Optional<StepException> trouble() {
    return Optional.ofNullable(state.trouble);
  }

  @Override
  public Optional<Commit> newestCommit(String uid) {
    return Optional.ofNullable(state.commits.get(uid));
  }

  @Override
  public void forget(String uid) {
    state.queue.forget(uid);
    state.commits.remove(uid);
    state.requests.remove(uid);
  }

  /** Edits that wait or are being pushed. */
  public int queued() {
    return state.queue.size();
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

  /** See {@link PublisherLane#turn()}. */
  Duration turn() {
    try {
      return lane.turn();
    } finally {
      state.turns.next();
    }
  }
}

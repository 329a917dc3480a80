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
public final class GitPublisher implements AutoCloseable {

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

  /** How this lane works. */
  public LaneSettings settings() {
    return settings;
  }

  /** The newest known tip; empty until the first fetch. */
  public Optional<RepositoryView> view() {
    return Optional.ofNullable(state.view);
  }

  /**
   * The newest known tip if its files are here, and the server confirmed it lately enough to call
   * something in place.
   */
  public Optional<RepositoryView> freshView() {
    return view()
        .filter(
            known -> repository.isSound() && known.isFresh(clock.instant(), settings.tipMaxAge()));
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
    RepositoryView known = state.view;
    return known == null ? Optional.empty() : repository.lastTouched(known.tip(), path);
  }

  /** Takes an edit; it replaces an earlier one of the same Project. Returns at once. */
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

  /** Where an edit with this key and this wish stands, if there is one. */
  Standing standing(String key, String wish) {
    Standing standing = state.queue.standing(key, wish);
    StepException trouble = state.trouble;
    if (trouble != null && standing instanceof Standing.Queued) {
      return new Standing.Failed(trouble);
    }
    return standing;
  }

  /**
   * Follows what people ask of a Project: for each new request the lane looks at the branch, and
   * tries once more what was refused.
   *
   * @param look as the Project's step asks now
   */
  void heed(Look look) {
    Map<String, String> before = state.requests.put(look.uid(), look.requests());
    if (before != null && !before.equals(look.requests())) {
      state.queue.pardon(look.uid());
      state.tryWanted = true;
      look(look.project());
    }
  }

  /** Asks for a look at the branch; the Project is woken when the answer is there. */
  public void look(ProjectRef project) {
    state.lookers.add(project);
    lookSoon();
  }

  /** Asks for a look at the branch, because somebody said that it moved. */
  public void lookSoon() {
    state.lookWanted = true;
    nudge();
  }

  /** Has this run after each look at the branch, in the lane's thread; it must be quick. */
  public void afterEachLook(Runnable action) {
    state.looked = action;
  }

  /** Why the lane as a whole does not get through; empty while it does. */
  public Optional<StepException> trouble() {
    return Optional.ofNullable(state.trouble);
  }

  /** Our newest commit for a Project since the start. */
  public Optional<Commit> newestCommit(String uid) {
    return Optional.ofNullable(state.commits.get(uid));
  }

  /** Forgets a Project that is gone. */
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
    return lane.turn();
  }
}

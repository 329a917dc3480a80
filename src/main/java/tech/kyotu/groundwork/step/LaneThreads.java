package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.ProjectRef;

/**
 * The lane of one slow system. It works on a few threads of its own, so that no reconcile waits; it
 * answers from memory what still holds, so that a pass woken by another lane costs no call; and it
 * alone retries while the system as a whole is away: one look at a time goes out, and the first
 * that is answered wakes everybody who waits.
 *
 * <p>A good answer that is due for a refresh stands until the refresh is back.
 */
public final class LaneThreads implements Lane, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(LaneThreads.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** How long "it waits for somebody" is believed, if the step does not say. */
  private static final Duration WAITING_LOOK = Duration.ofMinutes(1);

  private record Key(String uid, StepName step) {}

  private final String system;
  private final Duration regularLook;
  private final Wakeups wakeups;
  private final Clock clock;
  private final ThreadPoolExecutor threads;
  private final ScheduledExecutorService timer;
  private final Runnable forgetReads;
  private final Map<Key, Entry> entries = new HashMap<>();

  /** Projects to wake once the system is back, in the order in which they asked. */
  private final Set<ProjectRef> waiting = new LinkedHashSet<>();

  private @Nullable StepResult outage;
  private Duration pause = Duration.ZERO;

  /** How many pokes were scheduled; only the last one counts. */
  private long pokes;

  private boolean probeIsFree;
  private boolean closed;

  /** Work that is out. */
  private int running;

  /**
   * A lane.
   *
   * @param system its name in messages and logs
   * @param regularLook how long an answer holds if its step says nothing else
   * @param wakeups tells a Project that its answer is there
   * @param clock the time
   * @param threads the lane's own, ended by {@link #close()}
   * @param timer shared by all lanes
   * @param forgetReads drops what steps remember of the system, so that a probe really asks it;
   *     called when the system goes away
   */
  public LaneThreads(
      String system,
      Duration regularLook,
      Wakeups wakeups,
      Clock clock,
      ThreadPoolExecutor threads,
      ScheduledExecutorService timer,
      Runnable forgetReads) {
    this.system = system;
    this.regularLook = regularLook;
    this.wakeups = wakeups;
    this.clock = clock;
    this.threads = threads;
    this.timer = timer;
    this.forgetReads = forgetReads;
  }

  /** What is known about one step of one Project. */
  private static final class Entry {
    private final ProjectRef project;
    private @Nullable Look answered;
    private @Nullable StepResult result;
    private final List<Change> untold = new ArrayList<>();
    private boolean delivered;
    private boolean running;
    private boolean stale;

    Entry(ProjectRef project) {
      this.project = project;
    }

    @Nullable StepResult answerTo(Look look) {
      return look.equals(answered) ? result : null;
    }

    /** A failure is told once; whether it is tried again is for the Project's back-off to say. */
    boolean isFresh(StepResult known, Instant now, Duration longest) {
      return !stale
          && !(delivered && known.isFailure())
          // An answer that holds longer than any does was given under a clock that was wrong.
          && known
              .lookAgainAt()
              .map(at -> at.isAfter(now) && !at.isAfter(now.plus(longest)))
              .orElse(true);
    }

    void keep(Look look, StepResult answer) {
      answered = look;
      result = answer;
      delivered = false;
    }

    /**
     * Changes are told once, otherwise each pass would send their events again. What was made for
     * an answer that nobody fetched is told with the next one.
     */
    StepResult deliver(StepResult known) {
      delivered = true;
      if (known.state() == StepResult.State.PLANNED) {
        return known;
      }
      StepResult told = known.after(untold);
      untold.clear();
      return told;
    }
  }

  @Override
  public boolean paces(Reason reason) {
    return reason == Reason.REMOTE_UNAVAILABLE || reason == Reason.RATE_LIMITED;
  }

  @Override
  public synchronized StepResult take(Look look, Supplier<StepResult> work) {
    Key key = new Key(look.uid(), look.step());
    Entry entry = entries.computeIfAbsent(key, absent -> new Entry(look.project()));
    StepResult known = entry.answerTo(look);
    if (known != null && entry.isFresh(known, clock.instant(), regularLook)) {
      return entry.deliver(known);
    }
    if (!entry.running && !closed && mayCall(look.project())) {
      start(entry, look, work);
    }
    if (outage != null) {
      return outageFor(look.step(), outage);
    }
    if (known != null && !known.isFailure()) {
      return entry.deliver(known);
    }
    return StepResult.handedOver(look.step(), system);
  }

  @Override
  public synchronized Optional<StepResult> news(Look look) {
    Entry entry = entries.get(new Key(look.uid(), look.step()));
    return Optional.ofNullable(entry)
        .filter(known -> !known.delivered && !known.stale)
        .flatMap(known -> Optional.ofNullable(known.answerTo(look)).map(known::deliver));
  }

  private void start(Entry entry, Look look, Supplier<StepResult> work) {
    entry.running = true;
    entry.stale = false;
    boolean isProbe = outage != null;
    running++;
    try {
      threads.execute(() -> run(entry, look, work, isProbe));
    } catch (RejectedExecutionException full) {
      entry.running = false;
      entry.stale = true;
      running--;
      probeIsFree = isProbe;
      LOG.debugf("%s takes no more work, %s waits for its next look", system, look.project());
    }
  }

  /** While the system is away only the probe goes out. */
  private boolean mayCall(ProjectRef project) {
    if (outage == null) {
      return true;
    }
    if (probeIsFree) {
      probeIsFree = false;
      return true;
    }
    waiting.add(project);
    return false;
  }

  private static StepResult outageFor(StepName step, StepResult cause) {
    return StepResult.of(step, StepResult.State.RETRYING, cause.reason(), cause.message());
  }

  private void run(Entry entry, Look look, Supplier<StepResult> work, boolean isProbe) {
    StepResult result =
        StepResult.of(
            look.step(),
            StepResult.State.RETRYING,
            Reason.INTERNAL_ERROR,
            "The operator failed unexpectedly in " + look.step().conditionType() + ".");
    try {
      result = work.get();
    } finally {
      finish(entry, look, result, isProbe).forEach(wakeups::wake);
    }
  }

  /** Keeps the answer; says whom to wake. */
  private synchronized List<ProjectRef> finish(
      Entry entry, Look look, StepResult result, boolean isProbe) {
    entry.running = false;
    running--;
    if (result.state() != StepResult.State.PLANNED) {
      entry.untold.addAll(result.changes());
    }
    if (paces(result.reason()) && !result.ofOneThing()) {
      waiting.add(look.project());
      systemIsAway(result, isProbe);
      return List.of(look.project());
    }
    entry.keep(look, result.isFailure() ? result : result.lookingAgainAt(holdsUntil(result)));
    Set<ProjectRef> toWake = new LinkedHashSet<>(List.of(look.project()));
    if (isProbe && isAnAnswer(result)) {
      toWake.addAll(systemAnswers());
    } else if (isProbe && outage != null) {
      waiting.add(look.project());
      schedulePoke(pause);
    }
    return List.copyOf(toWake);
  }

  /**
   * Only a probe tells: work that was begun before the system went away may live on older answers.
   * And what a step says of itself, for example that its token has run out, may come of an outage.
   */
  private static boolean isAnAnswer(StepResult result) {
    return result.state() != StepResult.State.RETRYING || result.ofOneThing();
  }

  /** Never longer than the regular look: what a step asks for can only be earlier. */
  private Optional<Instant> holdsUntil(StepResult result) {
    Instant now = clock.instant();
    Instant latest = now.plus(regularLook);
    Instant asked =
        result
            .lookAgainAt()
            .orElse(result.state() == StepResult.State.WAITING ? now.plus(WAITING_LOOK) : latest);
    return Optional.of(asked.isBefore(latest) ? asked : latest);
  }

  private void systemIsAway(StepResult result, boolean isProbe) {
    boolean isNew = outage == null;
    if (isNew) {
      LOG.warnf("%s is away: %s", system, result.message());
      forgetReads.run();
    }
    // One outage has one text, however each probe words it: a settled Project tells it once.
    if (outage == null
        || outage.reason() != Reason.REMOTE_UNAVAILABLE
        || outage.reason() != result.reason()) {
      outage = result;
    }
    if (!isNew && !isProbe) {
      // Begun before: it tells nothing that the first failure has not told.
      return;
    }
    Duration doubled = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    Duration asked =
        result.lookAgainAt().map(at -> Duration.between(clock.instant(), at)).orElse(pause);
    schedulePoke(asked.compareTo(pause) > 0 ? asked : pause);
  }

  private List<ProjectRef> systemAnswers() {
    if (outage == null) {
      return List.of();
    }
    LOG.infof("%s answers again", system);
    outage = null;
    probeIsFree = false;
    pause = Duration.ZERO;
    List<ProjectRef> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  private void schedulePoke(Duration delay) {
    if (!closed) {
      long mine = ++pokes;
      var unused = timer.schedule(() -> poke(mine), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Lets one waiting Project through, to see whether the system is back. */
  private void poke(long mine) {
    Optional<ProjectRef> next;
    synchronized (this) {
      if (mine != pokes || outage == null || closed) {
        return;
      }
      if (running > 0) {
        schedulePoke(FIRST_PAUSE);
        return;
      }
      probeIsFree = true;
      next = waiting.stream().findFirst();
      next.ifPresent(waiting::remove);
      // If that Project has gone meanwhile, nobody takes the probe: the next one is asked then.
      if (!waiting.isEmpty()) {
        schedulePoke(LONGEST_PAUSE);
      }
    }
    next.ifPresent(wakeups::wake);
  }

  /** The world moved: the next look at this step of this Project goes out again. */
  public synchronized void forget(String uid, StepName step) {
    Entry entry = entries.get(new Key(uid, step));
    if (entry != null) {
      entry.stale = true;
    }
  }

  /** The credential changed: all that failed may be tried at once; their Projects are woken. */
  public void credentialChanged() {
    Set<ProjectRef> concerned;
    synchronized (this) {
      concerned = new LinkedHashSet<>(systemAnswers());
      entries.values().stream()
          .filter(entry -> entry.result != null && entry.result.isFailure())
          .forEach(entry -> concerned.add(entry.project));
    }
    concerned.forEach(wakeups::wake);
  }

  /** Drops what is remembered of a Project that is gone. */
  public synchronized void drop(String uid) {
    for (StepName step : StepName.values()) {
      Entry entry = entries.remove(new Key(uid, step));
      if (entry != null) {
        waiting.remove(entry.project);
      }
    }
  }

  /** Why the system is away; empty while it answers. */
  public synchronized Optional<String> outage() {
    return Optional.ofNullable(outage).map(StepResult::message);
  }

  /** Takes nothing new; what runs may finish within seconds, and is resumable if it cannot. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

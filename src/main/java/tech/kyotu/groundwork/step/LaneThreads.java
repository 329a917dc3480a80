package tech.kyotu.groundwork.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.LaneMemory.Entry;
import tech.kyotu.groundwork.step.StepException.Scope;

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
  private static final Duration NEXT_POKE = Duration.ofSeconds(1);

  /** How long "it waits for somebody" is believed, if the step does not say. */
  private static final Duration WAITING_LOOK = Duration.ofMinutes(1);

  private final String system;
  private final Duration regularLook;
  private final Wakeups wakeups;
  private final Clock clock;
  private final ThreadPoolExecutor threads;
  private final ScheduledExecutorService timer;
  private final Runnable forgetReads;
  private final LaneMemory memory = new LaneMemory();
  private final Outage outage = new Outage();

  /** How many pokes were scheduled; only the last one counts. */
  private long pokes;

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

  @Override
  public boolean paces(Reason reason) {
    return reason == Reason.REMOTE_UNAVAILABLE || reason == Reason.RATE_LIMITED;
  }

  @Override
  public synchronized StepResult take(Look look, Supplier<StepResult> work) {
    Entry entry = memory.entry(look);
    Optional<StepResult> known = entry.answerTo(look);
    if (known.filter(it -> entry.isFresh(it, clock.instant(), regularLook)).isPresent()) {
      return entry.deliver(known.get());
    }
    if (!entry.running && !closed && outage.admits(look.project())) {
      start(entry, look, work);
    }
    return outage
        .cause()
        .map(cause -> outageFor(look.step(), cause))
        .or(() -> known.filter(it -> !it.isFailure()).map(entry::deliver))
        .orElseGet(() -> StepResult.handedOver(look.step(), system));
  }

  @Override
  public synchronized Optional<StepResult> news(Look look) {
    return memory.news(look);
  }

  private void start(Entry entry, Look look, Supplier<StepResult> work) {
    entry.running = true;
    entry.stale(false);
    boolean isProbe = outage.isOn();
    running++;
    try {
      threads.execute(() -> run(entry, look, work, isProbe));
    } catch (RejectedExecutionException full) {
      entry.running = false;
      entry.stale(true);
      running--;
      if (isProbe) {
        outage.freeProbe();
      }
      LOG.debugf("%s takes no more work, %s waits for its next look", system, look.project());
    }
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
      entry.made(result.changes());
    }
    if (paces(result.reason()) && result.scope() == Scope.SYSTEM) {
      outage.waits(look.project());
      systemIsAway(result, isProbe);
      return List.of(look.project());
    }
    entry.keep(look, result.isFailure() ? result : result.lookingAgainAt(holdsUntil(result)));
    Set<ProjectRef> toWake = new LinkedHashSet<>(List.of(look.project()));
    if (isProbe && isAnAnswer(result)) {
      toWake.addAll(systemAnswers());
    } else if (isProbe && outage.isOn()) {
      outage.waits(look.project());
      schedulePoke(outage.pause());
    }
    return List.copyOf(toWake);
  }

  /**
   * Only a probe tells: work that was begun before the system went away may live on older answers.
   * And what a step says of itself, for example that its token has run out, may come of an outage.
   */
  private static boolean isAnAnswer(StepResult result) {
    return switch (result.scope()) {
      case SYSTEM -> result.state() != StepResult.State.RETRYING;
      case ONE_THING -> true;
      case ELSEWHERE -> false;
    };
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
    if (!outage.isOn()) {
      LOG.warnf("%s is away: %s", system, result.message());
      forgetReads.run();
    }
    outage.found(result, isProbe, clock.instant()).ifPresent(this::schedulePoke);
  }

  private List<ProjectRef> systemAnswers() {
    if (!outage.isOn()) {
      return List.of();
    }
    LOG.infof("%s answers again", system);
    return outage.over();
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
      if (mine != pokes || !outage.isOn() || closed) {
        return;
      }
      if (running > 0) {
        schedulePoke(NEXT_POKE);
        return;
      }
      outage.freeProbe();
      next = outage.nextProbe();
      // If that Project has gone meanwhile, nobody takes the probe: the next one is asked then.
      if (outage.isAwaited()) {
        schedulePoke(Outage.LONGEST_PAUSE);
      }
    }
    next.ifPresent(wakeups::wake);
  }

  /** The world moved: the next look at this step of this Project goes out again. */
  public synchronized void forget(String uid, StepName step) {
    memory.forget(uid, step);
  }

  /** The credential changed: all that failed may be tried at once; their Projects are woken. */
  public void credentialChanged() {
    Set<ProjectRef> concerned;
    synchronized (this) {
      concerned = new LinkedHashSet<>(systemAnswers());
      memory.failed().forEach(concerned::add);
    }
    concerned.forEach(wakeups::wake);
  }

  /** Drops what is remembered of a Project that is gone. */
  public synchronized void drop(String uid) {
    memory.drop(uid).ifPresent(outage::forget);
  }

  /** Why the system is away; empty while it answers. */
  public synchronized Optional<String> outage() {
    return outage.cause().map(StepResult::message);
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

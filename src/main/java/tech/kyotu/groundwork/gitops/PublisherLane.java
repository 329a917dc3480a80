package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;
import tech.kyotu.groundwork.step.WriteLease;

/**
 * The work of one lane, turn by turn: look at the branch, push what waits, find out what became of
 * it. Belongs to one thread.
 */
final class PublisherLane {

  /** So many lost races in a row are contention. */
  private static final int MOST_TRIES = 12;

  private static final int TRIES_AT_ONCE = 5;
  private static final Logger LOG = Logger.getLogger(PublisherLane.class);

  /** A push whose verdict is not acted upon before the branch was looked at. */
  private record Attempt(List<Edit> edits, String parent, String commit, PushVerdict verdict) {}

  private final LaneSettings settings;
  private final GitRepository repository;
  private final LaneState state;
  private final EditQueue queue;
  private final ProjectWaking waking;
  private final WriteLease lease;
  private final Wakeups wakeups;
  private final Clock clock;
  private final PushPace pace;
  private final Setbacks setbacks;
  private final RefusalSearch search = new RefusalSearch();
  private Instant nextTip = Instant.MIN;
  private @Nullable Attempt unsettled;
  private int lostRaces;
  private int unanswered;

  PublisherLane(
      LaneSettings settings,
      GitRepository repository,
      LaneState state,
      ProjectWaking waking,
      Wakeups wakeups,
      Clock clock,
      RandomGenerator random,
      WriteLease lease) {
    this.settings = settings;
    this.repository = repository;
    this.state = state;
    this.queue = state.queue;
    this.waking = waking;
    this.lease = lease;
    this.wakeups = wakeups;
    this.clock = clock;
    this.pace = new PushPace(settings.pushInterval());
    this.setbacks = new Setbacks(settings, repository, state, wakeups, clock, random);
  }

  /**
   * Does what is due, at most one push.
   *
   * @return how long nothing is due if nobody nudges
   */
  Duration turn() {
    Instant now = clock.instant();
    waking.someOfMany(now);
    setbacks.noticeNewChance(now);
    queue.retryRefused(now);
    if (setbacks.allowWork(now)) {
      try {
        work(now);
      } catch (StepException expected) {
        setbacks.hindered(expected);
      } catch (RuntimeException bug) {
        LOG.errorf(CleanTrace.of(bug), "the lane of the %s failed unexpectedly", settings.title());
        setbacks.hindered(
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
    if (state.view == null || state.lookWanted || !now.isBefore(nextTip) || !repository.isSound()) {
      look(now);
    }
    if (queue.size() > 0
        && setbacks.allowWork(now)
        && (isRetry() || !now.isBefore(pace.nextPush()))) {
      publish(now);
    }
    if (unsettled == null && queue.size() == 0) {
      setbacks.over();
    }
  }

  private boolean isRetry() {
    return lostRaces > 0 || unanswered > 0 || search.isOn();
  }

  // Looking.

  private void look(Instant now) throws StepException {
    state.lookWanted = false;
    Set<ProjectRef> asked = new LinkedHashSet<>(state.lookers);
    RepositoryView known = state.view;
    boolean isSound = repository.isSound();
    if (known != null && isSound && repository.tip().equals(known.tip())) {
      state.view = known.confirmed(now);
    } else {
      refresh(now);
    }
    if (!isSound) {
      waking.everybody();
    }
    nextTip = clock.instant().plus(settings.tipInterval());
    state.lookers.removeAll(asked);
    asked.forEach(wakeups::wake);
    state.looked.run();
  }

  private RepositoryView refresh(Instant now) throws StepException {
    RepositoryView known = state.view;
    String tip = repository.fetch();
    RepositoryView newest = new RepositoryView(tip, repository.view(tip), now);
    state.view = newest;
    if (known != null && !known.tip().equals(tip)) {
      waking.concerned(repository, known.tip(), tip);
    }
    return newest;
  }

  // Pushing.

  private void publish(Instant now) throws StepException {
    RepositoryView base = state.view;
    if (base == null) {
      return;
    }
    Batch batch = Batch.run(search.nextBatch(queue), base.files(), settings);
    batch.refused().forEach((edit, why) -> refuse(edit, why, now));
    answered(batch.inPlace());
    List<Edit> edits = batch.effective();
    if (edits.isEmpty()) {
      if (batch.hindrance().isPresent()) {
        throw batch.hindrance().get();
      }
      return;
    }
    String commit =
        repository.commit(base.tip(), batch.changes(), CommitMessage.of(edits, settings.version()));
    if (commit.equals(base.tip())) {
      answered(edits);
      return;
    }
    lease.require();
    pace.starts(edits, queue.size(), now);
    PushVerdict verdict = repository.push(base.tip(), commit);
    Attempt attempt = new Attempt(edits, base.tip(), commit, verdict);
    if (verdict.kind() == PushVerdict.Kind.ACCEPTED) {
      state.view = new RepositoryView(commit, repository.view(commit), now);
      landed(attempt);
      return;
    }
    unsettled = attempt;
    // Sleeping between fetch and push would lose more races; so sleep now, then fetch and push.
    if (lostRaces >= TRIES_AT_ONCE) {
      setbacks.rest();
    }
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
    if (!newest.tip().equals(attempt.parent())) {
      lostRace();
      return;
    }
    switch (attempt.verdict().kind()) {
      case UNKNOWN -> unanswered(attempt);
      case LOCKED ->
          throw new RetryableException(
              Reason.REMOTE_UNAVAILABLE,
              "The %s could not move %s (%s). If it lasts, look for a stale lock on its server."
                  .formatted(settings.title(), settings.branch(), attempt.verdict().text()));
      case ACCEPTED, DECLINED -> refused(attempt, now);
    }
  }

  /** A push without an effect that anybody told of: one may be an accident, two are an outage. */
  private void unanswered(Attempt attempt) throws StepException {
    if (++unanswered > 1) {
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE,
          "The %s does not say what becomes of pushes (%s). Nothing to do unless it lasts."
              .formatted(settings.title(), attempt.verdict().text()));
    }
  }

  private void landed(Attempt attempt) {
    Commit commit =
        new Commit(
            settings.repository(),
            settings.branch(),
            attempt.commit(),
            settings.pages().of(attempt.commit()).orElse(null),
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    attempt.edits().forEach(edit -> state.commits.put(edit.key(), commit));
    LOG.infof(
        "pushed %s to %s of the %s for %d projects",
        attempt.commit(), settings.branch(), settings.title(), attempt.edits().size());
    search.landed();
    lostRaces = 0;
    unanswered = 0;
    answered(attempt.edits());
    setbacks.over();
  }

  private void lostRace() throws StepException {
    lostRaces++;
    unanswered = 0;
    if (lostRaces >= MOST_TRIES) {
      lostRaces = 0;
      throw new RetryableException(
          Reason.PUSH_CONTENTION,
          "The %s moved on %d times while pushing. Nothing to do unless it lasts; next try within %ds."
              .formatted(settings.title(), MOST_TRIES, settings.longest().toSeconds()));
    }
  }

  private void refused(Attempt attempt, Instant now) throws StepException {
    RejectedException refusal =
        new RejectedException(
            Reason.PUSH_REJECTED,
            "The %s refused the push to %s (%s). Allow the operator's user to push, or set another"
                    .formatted(settings.title(), settings.branch(), attempt.verdict().text())
                + " branch.");
    lostRaces = 0;
    unanswered = 0;
    search.refused(attempt.edits());
    if (attempt.edits().size() == 1) {
      refuse(attempt.edits().get(0), refusal, now);
    }
    if (search.givesUp()) {
      throw refusal;
    }
  }

  private void refuse(Edit edit, StepException why, Instant now) {
    Instant until = now.plus(settings.rejected());
    queue.refuse(edit, setbacks.refused(why, until), until);
    wakeups.wake(edit.owner().owner());
  }

  /** The newest view holds what these wanted. */
  private void answered(Collection<Edit> edits) {
    queue.done(edits);
    edits.forEach(edit -> wakeups.wake(edit.owner().owner()));
  }

  private Duration pause(Instant now) {
    Instant next = nextTip;
    if (unsettled != null || state.lookWanted || state.view == null) {
      next = now;
    } else if (queue.size() > 0) {
      next = isRetry() ? now : earlier(next, pace.nextPush());
    }
    next = earlier(setbacks.next(next, now), waking.next().orElse(Instant.MAX));
    Duration pause = Duration.between(now, next);
    return pause.isNegative() ? Duration.ZERO : pause;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}

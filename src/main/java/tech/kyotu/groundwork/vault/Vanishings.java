package tech.kyotu.groundwork.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * Tells what was lost once from what another tool keeps taking away: to put that back each time
 * would be a fight that nobody sees, and in which people have their rights now and then. An hour
 * later, or as soon as somebody asks for a reconcile, it is tried anew.
 */
final class Vanishings {

  private static final Duration SPAN = Duration.ofHours(1);
  private static final int MOST = 3;

  /** A request makes it another thing, whose count begins with it. */
  private record Thing(String uid, Optional<String> request, String subject) {
    static Thing of(Project project, String subject) {
      return new Thing(project.uid(), project.reconcileRequest(), subject);
    }
  }

  private final Clock clock;
  private final Map<Thing, List<Instant>> putBack = new HashMap<>();

  Vanishings(Clock clock) {
    this.clock = clock;
  }

  /**
   * A thing is gone that was in place.
   *
   * @throws RejectedException if that is so for the third time within an hour
   */
  synchronized void require(Project project, String subject) throws RejectedException {
    forgetOld();
    if (putBack.getOrDefault(Thing.of(project, subject), List.of()).size() >= MOST - 1) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s vanished %d times within an hour. Stop what removes it: where bank-vaults purges, it must exclude policies, groups and group-aliases."
              .formatted(subject, MOST));
    }
  }

  /** The same change, counted once it is done. */
  Change counted(Project project, Change change) {
    return change.with(
        held -> {
          Outcome outcome = change.effect().apply(held);
          if (outcome instanceof Outcome.Done) {
            note(Thing.of(project, change.subject()));
          }
          return outcome;
        });
  }

  private synchronized void note(Thing thing) {
    putBack.computeIfAbsent(thing, fresh -> new ArrayList<>()).add(clock.instant());
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(SPAN);
    putBack.values().forEach(times -> times.removeIf(time -> time.isBefore(oldest)));
    putBack.values().removeIf(List::isEmpty);
  }
}

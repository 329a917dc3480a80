package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Preview;
import tech.kyotu.groundwork.step.Verb;

/**
 * How an edit is told to people, before it is known how it ends.
 *
 * @param beside what else is to be said, for example that something stays
 * @param verb what is done
 * @param subject to which file
 * @param reason why
 * @param event the event that tells of it; empty if it is too small to tell
 */
record Telling(
    List<Change> beside, Verb verb, String subject, String reason, Optional<EventReason> event) {

  static Telling of(Verb verb, String subject, String reason, EventReason event) {
    return new Telling(List.of(), verb, subject, reason, Optional.of(event));
  }

  /** The same, and this is said first. */
  Telling beside(Change change) {
    return new Telling(List.of(change), verb, subject, reason, event);
  }

  List<Change> changes(Effect effect, Preview preview) {
    List<Change> changes = new ArrayList<>(beside);
    changes.add(new Change(verb, subject, reason, event, effect).showing(preview));
    return changes;
  }

  /** What the file is being changed for, if that is more to people than the file itself. */
  String purpose() {
    return event.equals(Optional.of(EventReason.ACCESS_CHANGED)) ? Change.begun(reason) + ": " : "";
  }
}

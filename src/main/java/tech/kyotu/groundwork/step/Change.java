package tech.kyotu.groundwork.step;

import java.util.Optional;

/**
 * One intended write with its reason. Neither subject nor reason ever holds a secret.
 *
 * @param verb what is done
 * @param subject to what, as people call it: {@code Namespace shop-dev}
 * @param reason why
 * @param event the event that tells of it once it is done; empty if it is too small to tell
 * @param effect the write
 */
public record Change(
    Verb verb, String subject, String reason, Optional<EventReason> event, Effect effect) {

  /** A change that is told of by an event. */
  public static Change of(
      Verb verb, String subject, String reason, EventReason event, Effect effect) {
    return new Change(verb, subject, reason, Optional.of(event), effect);
  }

  /** A change that no event tells of. */
  public static Change of(Verb verb, String subject, String reason, Effect effect) {
    return new Change(verb, subject, reason, Optional.empty(), effect);
  }

  /** Something that stays on purpose. */
  public static Change retain(String subject, String reason) {
    return new Change(
        Verb.RETAIN, subject, reason, Optional.of(EventReason.RETAINED), Effect.NOTHING);
  }
}

package tech.kyotu.groundwork.step;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One intended write with its reason. Neither subject nor reason ever holds a secret.
 *
 * @param verb what is done
 * @param subject to what, as people call it: {@code Namespace shop-dev}
 * @param reason why, as a clause without a full stop that holds before and after: {@code there was
 *     none}
 * @param event the event that tells of it once it is done; empty if it is too small to tell
 * @param effect the write
 * @param foreseen what its effect would tell, as far as that is known before: a plan goes on with
 *     it, so that later steps are planned for the world that will be
 * @param preview what it would make of files
 */
public record Change(
    Verb verb,
    String subject,
    String reason,
    Optional<EventReason> event,
    Effect effect,
    UnaryOperator<Holdings> foreseen,
    Preview preview) {

  /** A change that foresees nothing and touches no files. */
  public Change(
      Verb verb, String subject, String reason, Optional<EventReason> event, Effect effect) {
    this(verb, subject, reason, event, effect, UnaryOperator.identity(), Preview.NONE);
  }

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

  /** The reason as a sentence begins: {@code There was none}. */
  public String why() {
    return begun(reason);
  }

  /** A clause as a sentence begins; empty stays empty. */
  public static String begun(String clause) {
    return clause.isEmpty()
        ? clause
        : Character.toUpperCase(clause.charAt(0)) + clause.substring(1);
  }

  /** The same, and its effect would tell this. */
  public Change foreseeing(UnaryOperator<Holdings> facts) {
    return new Change(verb, subject, reason, event, effect, facts, preview);
  }

  /** The same, and it would make this of files. */
  public Change showing(Preview files) {
    return new Change(verb, subject, reason, event, effect, foreseen, files);
  }

  /** The same, with another effect. */
  public Change with(Effect other) {
    return new Change(verb, subject, reason, event, other, foreseen, preview);
  }

  /** The same, told of by this event if it has none of its own. */
  public Change orToldBy(EventReason other) {
    return new Change(
        verb, subject, reason, event.or(() -> Optional.of(other)), effect, foreseen, preview);
  }
}

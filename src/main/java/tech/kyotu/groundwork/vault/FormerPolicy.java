package tech.kyotu.groundwork.vault;

import java.util.Optional;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/**
 * The policy of people that another tool wrote to Vault while the shared files gave the right. That
 * tool takes back nothing that left its files, so a person of a former Google group might keep the
 * right for ever. It goes once our own things give the same, by rights that the operator has for
 * the time of the move only.
 *
 * @param name in Vault; empty if this Project never had one
 * @param state what was seen of it
 */
record FormerPolicy(String name, State state) {

  /** The holding that says that there was one. */
  static final String ID = "vault-shared-policy";

  /** What was seen. */
  enum State {
    ABSENT,
    OURS,
    /** It bears no mark of ours, or we may not even look. */
    BEYOND_US
  }

  static FormerPolicy of(Vault vault, Project project, Holdings held) throws StepException {
    Optional<Holding> known = held.thing(ID);
    if (known.isEmpty()) {
      return new FormerPolicy("", State.ABSENT);
    }
    String name = known.get().reference();
    return new FormerPolicy(name, look(vault, project, name));
  }

  private static State look(Vault vault, Project project, String name) throws StepException {
    try {
      Optional<String> text = vault.policy(name);
      boolean isOurs =
          text.flatMap(Marks::ofPolicy).filter(it -> it.uid().equals(project.uid())).isPresent();
      return text.isEmpty() ? State.ABSENT : isOurs ? State.OURS : State.BEYOND_US;
    } catch (RejectedException refused) {
      if (refused.reason() != Reason.ACCESS_DENIED) {
        throw refused;
      }
      // Vault refuses before it says whether there is one; names we may list at any time.
      return vault.policies().contains(name) ? State.BEYOND_US : State.ABSENT;
    }
  }

  /** Its deletion, if it is ours to delete. */
  Optional<Change> removal(Vault vault) {
    return state == State.OURS
        ? Optional.of(
            Change.of(
                Verb.DELETE,
                "Vault policy " + name,
                "Vault's own group gives the same right now",
                held -> {
                  vault.deletePolicy(name);
                  return Outcome.done();
                }))
        : Optional.empty();
  }

  /** What a person has to know of it where we cannot delete it; empty elsewhere. */
  Optional<String> remark() {
    return state == State.BEYOND_US
        ? Optional.of("Vault policy %s may still give rights: delete it.".formatted(name))
        : Optional.empty();
  }
}

package tech.kyotu.groundwork.vault;

import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/** How a Project's folder of secrets becomes its own: nobody inherits by choosing a free name. */
final class FolderClaim {

  private final Vault vault;
  private final Project project;
  private final Holdings held;
  private final Seen seen;
  private final Ownership ownership;
  private final GroundworkConfig.Vault settings;
  private final VaultNames names;
  private final String folder;

  FolderClaim(
      Vault vault,
      GroundworkConfig.Vault settings,
      Project project,
      Holdings held,
      Seen seen,
      Ownership ownership) {
    this.vault = vault;
    this.settings = settings;
    this.project = project;
    this.held = held;
    this.seen = seen;
    this.ownership = ownership;
    this.names = VaultNames.of(project.name(), settings);
    this.folder = settings.mount() + "/" + names.key();
  }

  /**
   * The marker that has to be written before any right; empty if the folder is ours already.
   *
   * @throws RejectedException if the secrets are another's
   */
  Optional<Change> change() throws StepException {
    Optional<OwnerMark> owner = seen.markOfSecrets();
    if (owner.isPresent()) {
      if (ownership.ofSecrets(owner.get()) == Ownership.Claim.OURS) {
        return Optional.empty();
      }
      String from = "kyotu.tech/adopt names it; its owner " + owner.get().owner() + " is gone";
      return marking(Verb.ADOPT, from, Origin.ADOPTED);
    }
    if (seen.isGroupOf(project)) {
      // The rights are this Project's by their own mark, so the secrets came about under it.
      return marking(Verb.CREATE, "it is gone", origin());
    }
    if (vault.list(names.key()).isEmpty()) {
      String reason = "nobody's secrets are there, and none may come before an owner";
      return marking(Verb.CREATE, reason, Origin.CREATED);
    }
    return marking(Verb.ADOPT, unmarked(), Origin.ADOPTED);
  }

  /** Where the marker is gone, the status may still say how the folder came to its owner. */
  private Origin origin() {
    return held.thing(Seen.SECRETS).map(known -> known.origin()).orElse(Origin.CREATED);
  }

  private String unmarked() throws RejectedException {
    if (settings.adoptUnmarked().orElse(Set.of()).contains(names.project())) {
      return "it holds secrets, and vault.adopt-unmarked names it";
    }
    boolean namespaceWasThere =
        held.thing("namespace").filter(found -> found.origin() == Origin.ADOPTED).isPresent();
    if (namespaceWasThere && project.mayAdopt(Seen.SECRETS)) {
      return "it holds secrets, and the namespace existed before as well";
    }
    throw new RejectedException(
        Reason.SECRETS_RETAINED,
        "Vault holds secrets of nobody in %s. Destroy them, or list %s in vault.adopt-unmarked."
            .formatted(folder, names.project()));
  }

  /** Write, read back, compare: who loses a race stops here, before any right. */
  private Optional<Change> marking(Verb verb, String reason, Origin origin) {
    OwnerMark mark = OwnerMark.of(project);
    Effect effect =
        now -> {
          vault.writeOwner(names.project(), Marks.metadata(mark, origin));
          Optional<OwnerMark> written = vault.owner(names.project()).flatMap(Marks::of);
          if (written.filter(mark::equals).isEmpty()) {
            throw new RejectedException(
                Reason.OWNERSHIP_CONFLICT,
                "The owner marker of " + folder + " was changed while it was written.");
          }
          return Outcome.done();
        };
    Optional<EventReason> event =
        seen.isGroupOf(project) ? Optional.of(EventReason.DRIFT_REPAIRED) : Optional.empty();
    return Optional.of(new Change(verb, "Owner marker of " + folder, reason, event, effect));
  }
}

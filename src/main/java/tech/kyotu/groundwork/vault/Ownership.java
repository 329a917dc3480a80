package tech.kyotu.groundwork.vault;

import java.util.Optional;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** Whether a thing that was found under one of our names may be used, or why not. */
final class Ownership {

  /** How a thing stands to the Project. */
  enum Claim {
    /** It bears our mark. */
    OURS,
    /** It bears no mark, and may be taken into use. */
    UNOWNED,
    /** It bears the mark of this very Project under an earlier UID. */
    REATTACHED,
    /** It bears the mark of a Project that is gone, and a person allowed it. */
    INHERITED
  }

  private final Project project;
  private final Cluster cluster;

  Ownership(Project project, Cluster cluster) {
    this.project = project;
    this.cluster = cluster;
  }

  /**
   * Judges a thing that exists.
   *
   * @param what as people call it
   * @param id of the holding
   * @param mark what it bears
   * @throws RejectedException if it is not for us
   */
  Claim of(String what, String id, Optional<OwnerMark> mark) throws StepException {
    if (mark.isEmpty()) {
      return unowned(what, id);
    }
    OwnerMark owner = mark.get();
    if (owner.uid().equals(project.uid())) {
      return Claim.OURS;
    }
    boolean isThisVeryProject = owner.owner().equals(project.ref());
    boolean mayTake = isThisVeryProject || project.isAdoptionRequested(id);
    if (mayTake && !cluster.isLiving(owner)) {
      return isThisVeryProject ? Claim.REATTACHED : Claim.INHERITED;
    }
    throw new RejectedException(
        Reason.OWNERSHIP_CONFLICT,
        "%s belongs to Project %s. Delete one of the two.".formatted(what, owner.owner()));
  }

  /**
   * Judges the folder of secrets by its marker. Here alone an earlier life of the same Project does
   * not count: what a team left behind is only given to whom a person allowed it.
   *
   * @throws RejectedException if the secrets are another's
   */
  Claim ofSecrets(OwnerMark owner) throws StepException {
    if (owner.uid().equals(project.uid())) {
      return Claim.OURS;
    }
    if (!project.isAdoptionRequested(Seen.SECRETS)) {
      throw new RejectedException(
          Reason.SECRETS_RETAINED,
          "Vault holds secrets of an earlier %s. Destroy them, or set kyotu.tech/adopt: %s."
              .formatted(project.name(), Seen.SECRETS));
    }
    if (cluster.isLiving(owner)) {
      throw new RejectedException(
          Reason.SECRETS_RETAINED,
          "Vault holds secrets of Project %s, which lives. They cannot be adopted."
              .formatted(owner.owner()));
    }
    return Claim.INHERITED;
  }

  private Claim unowned(String what, String id) throws RejectedException {
    if (project.mayAdopt(id)) {
      return Claim.UNOWNED;
    }
    throw new RejectedException(
        Reason.ADOPTION_FORBIDDEN,
        "%s exists and spec.adoption is Never. Set IfUnowned, or annotate kyotu.tech/adopt: %s."
            .formatted(what, id));
  }
}

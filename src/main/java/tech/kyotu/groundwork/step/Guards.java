package tech.kyotu.groundwork.step;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.api.SpecRules;

/**
 * What is asked before any step: may this Project be worked on at all, and may it be taken away?
 */
public final class Guards {

  /** Whether the namespace of this name bears the Project's mark; read live. */
  @FunctionalInterface
  public interface Claim {
    /** True if it does. */
    boolean holdsName(Project project) throws StepException;
  }

  /** Another operator that may be at work on the same Projects. */
  public interface Rival {
    /** None. */
    Rival NONE =
        new Rival() {
          @Override
          public Optional<String> atWork() {
            return Optional.empty();
          }

          @Override
          public Optional<String> look() {
            return Optional.empty();
          }
        };

    /** What to tell while it works, by a look of late; empty if it does not. */
    Optional<String> atWork();

    /** The same, read live. */
    Optional<String> look();
  }

  private final Claim claim;
  private final Rival rival;

  /** Guards that ask this claim; there is no other operator. */
  public Guards(Claim claim) {
    this(claim, Rival.NONE);
  }

  /** Guards that ask this claim, and hold everything while the rival is at work. */
  public Guards(Claim claim, Rival rival) {
    this.claim = claim;
    this.rival = rival;
  }

  /** What keeps a Project from being brought into place; empty if nothing does. */
  public Optional<Report.Guard> beforeConverge(Project project) {
    Optional<Report.Guard> invalid = invalidSpec(project);
    if (invalid.isPresent()) {
      return invalid;
    }
    if (!project.isSuspended()) {
      return rival.atWork().map(Guards::heldFor);
    }
    String expiry =
        Optional.ofNullable(project.statusOrUnseen().registryToken())
            .map(RegistryToken::expiresAt)
            .map(date -> " Registry token valid until " + date + " is not rotated meanwhile.")
            .orElse("");
    return Optional.of(
        new Report.Guard(
            Reason.SUSPENDED, "Suspended. Set spec.suspend: false to go on." + expiry));
  }

  /** What keeps a Project from being taken away; empty if nothing does. */
  public Optional<Report.Guard> beforeRelease(Project project) {
    if (project.isDeletionProtected()) {
      return Optional.of(
          new Report.Guard(
              Reason.DELETION_PROTECTED,
              "kyotu.tech/deletion-protection is set, nothing was removed. Remove the annotation to"
                  + " let the deletion go on; a delete cannot be taken back."));
    }
    if (project.isSuspended()) {
      return Optional.of(
          new Report.Guard(
              Reason.SUSPENDED,
              "Suspended. Nothing is removed while spec.suspend is true; set it to false to go"
                  + " on."));
    }
    Optional<Report.Guard> held = rival.look().map(Guards::heldFor);
    return held.isPresent() ? held : invalidSpec(project);
  }

  /**
   * A removal that was only thought through, held back as a whole: Plan mode writes nothing.
   *
   * @param plan what each step would take away or keep
   */
  public static Report onlyPlanned(Report plan) {
    return plan.heldBackBy(
        Reason.DELETION_PLANNED,
        "Deletion would remove %s%d and keep %d (status.plan). Set spec.mode: Apply to carry it out."
            .formatted(
                plan.first(StepResult.State.WAITING).isPresent() ? "at least " : "",
                subjects(plan, change -> change.verb() != Verb.RETAIN),
                subjects(plan, change -> change.verb() == Verb.RETAIN)));
  }

  /** Things, not changes: a file that is emptied before it is deleted counts once. */
  private static long subjects(Report plan, Predicate<Change> which) {
    return plan.changes().filter(which).map(Change::subject).distinct().count();
  }

  /**
   * Whether a guard of this reason holds even a Project that holds nothing: a person asked for it,
   * or another operator has still to take away what it made.
   */
  public static boolean holdsAlways(Reason reason) {
    return reason == Reason.DELETION_PROTECTED
        || reason == Reason.SUSPENDED
        || reason == Reason.OWNERSHIP_CONFLICT;
  }

  private static Report.Guard heldFor(String rivalAtWork) {
    return new Report.Guard(Reason.OWNERSHIP_CONFLICT, rivalAtWork);
  }

  /**
   * Whether a Project never got so far as to hold anything, so that it may go at once. Nothing is
   * made before the namespace bears the mark: without holdings and without that mark there is
   * nothing.
   *
   * @throws StepException if the namespace cannot be read
   */
  public boolean holdsNothing(Project project) throws StepException {
    if (!project.statusOrUnseen().holdings().isEmpty()) {
      return false;
    }
    return !SpecRules.faults(project.getSpec()).isEmpty() || !claim.holdsName(project);
  }

  private static Optional<Report.Guard> invalidSpec(Project project) {
    List<String> faults = SpecRules.faults(project.getSpec());
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Report.Guard(
                Reason.INVALID_SPEC,
                String.join(" ", faults).replaceFirst("[.]$", "") + "; nothing was changed."));
  }
}

package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * Before a file is written whose sets call their Applications otherwise than the one that is there,
 * what is deployed must be spared: Argo CD drops an Application that no set makes any more, and all
 * that it deployed with it (3.2.6: a set without preserveResourcesOnDeletion gives the resources
 * finalizer to each of its Applications). So the file that is there is told to spare it first, and
 * ours is pushed once no Application takes anything with it.
 */
final class ArgoSparing {

  private final PublishedFiles published;
  private final ArgoLeftovers leftovers;
  private final boolean isAllowed;

  /**
   * The way.
   *
   * @param isAllowed whether a person said that Applications may be renamed
   */
  ArgoSparing(PublishedFiles published, ArgoLeftovers leftovers, boolean isAllowed) {
    this.published = published;
    this.leftovers = leftovers;
    this.isAllowed = isAllowed;
  }

  /**
   * What comes before the write; empty if it endangers nothing.
   *
   * @throws RejectedException {@code AdoptionForbidden} if Applications would be renamed and nobody
   *     allowed it; {@code UnreadableFile} if what is there cannot be read
   */
  Optional<StepPlan> before(Project project, FileClaim claim, WantedFile wanted, TreeView tree)
      throws StepException {
    Optional<byte[]> found = tree.file(claim.path());
    if (found.isEmpty() || wanted.isAt(claim.path(), tree)) {
      return Optional.empty();
    }
    ApplicationSets now = ApplicationSets.of(found.get(), claim.path());
    Optional<String> lost = lost(now, claim, wanted);
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    if (!isAllowed) {
      throw forbidden(claim, lost.get());
    }
    if (now.spare()) {
      return leftovers.waitsUntilSpared(project);
    }
    Edit edit =
        Edit.of(
            project,
            Edit.Purpose.SET_UP,
            "spare",
            newer -> {
              claim.check(newer.file(claim.path()));
              return endangers(claim, wanted, newer)
                  ? List.of(
                      FileChange.put(
                          claim.path(),
                          ApplicationSets.of(newer.file(claim.path()).orElseThrow(), claim.path())
                              .sparing()))
                  : List.of();
            });
    return published.needed(
        project,
        edit,
        tree,
        claim.path(),
        () ->
            Telling.of(
                Verb.UPDATE,
                claim.path(),
                "%s will not be made any more; what it deployed is spared first"
                    .formatted(lost.get()),
                EventReason.COMMITTED));
  }

  /** Whether a write to this tree would cost what is deployed. The lane asks once more. */
  boolean endangers(FileClaim claim, WantedFile wanted, TreeView tree) throws StepException {
    Optional<byte[]> found = tree.file(claim.path());
    if (found.isEmpty() || wanted.isAt(claim.path(), tree)) {
      return false;
    }
    ApplicationSets now = ApplicationSets.of(found.get(), claim.path());
    return !now.spare() && lost(now, claim, wanted).isPresent();
  }

  /**
   * An Application that the wanted file does not make any more. In a file of our own only another
   * name counts: a set that is switched off shall take its Applications with it.
   */
  private static Optional<String> lost(ApplicationSets now, FileClaim claim, WantedFile wanted)
      throws RejectedException {
    Map<String, String> names = now.names();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> later = ApplicationSets.of(wanted.content(), claim.path()).names();
    boolean isOurs = claim.state() != FileClaim.State.ADOPTED;
    return names.entrySet().stream()
        .filter(set -> !isOurs || later.containsKey(set.getKey()))
        .filter(set -> !Objects.equals(later.get(set.getKey()), set.getValue()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static RejectedException forbidden(FileClaim claim, String lost) {
    return new RejectedException(
        Reason.ADOPTION_FORBIDDEN,
        ("%s makes Applications (%s) that ours does not, and Argo CD would delete what they"
                + " deployed. Set argo.application-names as it was, and takeover.older-operator=true"
                + " to have the rest spared and taken over.")
            .formatted(claim.path(), lost));
  }
}

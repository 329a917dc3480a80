package tech.kyotu.groundwork.vault;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/**
 * When the group that stands for a Google group goes: it is shared by all Projects, and those that
 * others made stay for ever.
 */
final class ExternalGroups {

  private ExternalGroups() {}

  /** Whether we made it. */
  static boolean isOurs(Vault.Group group) {
    return OwnerMark.GROUNDWORK.equals(group.metadata().get(Marks.MANAGED_BY));
  }

  /** The group to take away: also one of ours that never got its alias, because of a crash. */
  static Optional<Vault.Group> find(Vault vault, String mail) throws StepException {
    Optional<Vault.Group> aliased = vault.externalGroup(mail);
    return aliased.isPresent()
        ? aliased
        : vault.group(VaultNames.externalGroup(mail)).filter(ExternalGroups::isOurs);
  }

  /**
   * The removal of a Google group's group, empty if it stays.
   *
   * @param group that stands for the Google group
   * @param mail of the Google group
   * @param project whose use of it ends
   * @param leaving ids of groups that it is a member of, but no longer when the removal runs
   */
  static Optional<Change> removal(
      Vault vault,
      Cluster cluster,
      Vault.Group group,
      String mail,
      Project project,
      Set<String> leaving)
      throws StepException {
    if (isUsed(cluster, mail, project) || !isFree(vault, group, leaving)) {
      return Optional.empty();
    }
    Effect effect =
        held -> {
          // Somebody may have taken it into use since it was planned.
          Optional<Vault.Group> now = find(vault, mail);
          if (now.isPresent()
              && isFree(vault, now.get(), Set.of())
              && !isUsed(cluster, mail, project)) {
            vault.deleteExternalGroup(now.get());
          }
          return Outcome.done();
        };
    String subject = "Vault group " + group.name();
    return Optional.of(Change.of(Verb.DELETE, subject, "no Project uses it any more", effect));
  }

  private static boolean isFree(Vault vault, Vault.Group group, Set<String> leaving)
      throws StepException {
    if (!isOurs(group) || !group.policies().isEmpty()) {
      return false;
    }
    for (String parent : group.parents()) {
      if (!leaving.contains(parent) && vault.hasGroup(parent)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUsed(Cluster cluster, String mail, Project project) {
    return cluster.projects().stream()
        .filter(other -> !other.uid().equals(project.uid()) && !other.isBeingDeleted())
        .anyMatch(other -> isOf(other.getSpec(), mail));
  }

  private static boolean isOf(@Nullable ProjectSpec spec, String mail) {
    return spec != null && mail.equals(spec.googleGroup());
  }
}

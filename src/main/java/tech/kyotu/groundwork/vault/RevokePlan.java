package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/**
 * The changes that take one Project's rights away. First nobody logs in any more, then people lose
 * the right, then the policies go: tokens that pods hold still name them and can do nothing. Only
 * when Vault answered that all these are absent are secrets touched.
 */
final class RevokePlan {

  private static final int DEEPEST = 20;
  private static final int MOST_KEYS = 100_000;

  private final Vault vault;
  private final Cluster cluster;
  private final GroundworkConfig.Vault settings;
  private final Project project;
  private final VaultNames names;
  private final Seen seen;
  private final boolean hasFormerRights;
  private final Replanning again;
  private final List<Change> changes = new ArrayList<>();

  RevokePlan(
      Vault vault,
      Cluster cluster,
      GroundworkConfig.Vault settings,
      Project project,
      Seen seen,
      boolean hasFormerRights,
      Replanning again) {
    this.vault = vault;
    this.cluster = cluster;
    this.settings = settings;
    this.project = project;
    this.names = VaultNames.of(project.name(), settings);
    this.seen = seen;
    this.hasFormerRights = hasFormerRights;
    this.again = again;
  }

  /** What is to be deleted, in order. */
  List<Change> deletions() throws StepException {
    rights();
    if (seen.isMarkerOf(project) && project.areSecretsDestroyed()) {
      try {
        secrets();
      } catch (RejectedException refused) {
        // What cannot be destroyed must not keep the rights alive; they go first, then this is
        // told.
        if (!seen.holdsRightsOf(project) && !hasFormerRights) {
          throw refused;
        }
      }
    }
    String mail = project.googleGroup();
    externalGroup(
        mail, seen.external().isPresent() ? seen.external() : ExternalGroups.find(vault, mail));
    // The address may have changed without access having moved yet.
    String people = people().orElse(mail);
    if (!people.equals(mail)) {
      externalGroup(people, ExternalGroups.find(vault, people));
    }
    return changes;
  }

  private Optional<String> people() {
    return seen.group()
        .filter(found -> seen.isGroupOf(project))
        .map(found -> found.metadata().get(Marks.PEOPLE));
  }

  private void externalGroup(String mail, Optional<Vault.Group> found) throws StepException {
    if (found.isPresent()) {
      Set<String> leaving =
          seen.group()
              .filter(group -> seen.isGroupOf(project))
              .map(group -> Set.of(group.id()))
              .orElse(Set.of());
      ExternalGroups.removal(vault, cluster, found.get(), mail, project, leaving)
          .ifPresent(changes::add);
    }
  }

  /** What stays on purpose. */
  Optional<Change> retained() {
    return seen.isMarkerOf(project) && !project.areSecretsDestroyed()
        ? Optional.of(
            Change.retain(
                "Secrets in " + settings.mount() + "/" + names.key(),
                "spec.deletion.secrets is Retain"))
        : Optional.empty();
  }

  private void rights() {
    if (seen.isRoleOf(project)) {
      delete(
          "Vault role " + names.role(),
          "no pod logs in any more",
          () -> vault.deleteRole(names.role()));
    }
    if (seen.isGroupOf(project)) {
      delete(
          "Vault group " + names.group(),
          "people lose the right",
          () -> vault.deleteGroup(names.group()));
    }
    String reason = "tokens that name it can do nothing any more";
    if (seen.isAccessOf(project)) {
      delete("Vault policy " + names.access(), reason, () -> vault.deletePolicy(names.access()));
    }
    if (seen.isReadOf(project)) {
      delete("Vault policy " + names.read(), reason, () -> vault.deletePolicy(names.read()));
    }
  }

  private void secrets() throws StepException {
    List<String> doomed = secretsBelow(names.key());
    String folder = settings.mount() + "/" + names.key();
    Effect effect =
        held -> {
          if (Seen.of(vault, names, project.googleGroup()).holdsRightsOf(project)) {
            return new Outcome.Replanned(again.plan());
          }
          for (String secret : doomed) {
            vault.destroy(secret);
          }
          return Outcome.done();
        };
    String subject = doomed.size() + " secrets in " + folder;
    String reason = "spec.deletion.secrets is Destroy";
    changes.add(Change.of(Verb.DELETE, subject, reason, EventReason.REMOVED, effect));
    add(
        "Owner marker of " + folder,
        "the folder is empty",
        held -> {
          // What was written before the last right ended would outlive its owner unseen.
          if (!vault.list(names.key()).isEmpty()) {
            return new Outcome.Replanned(again.plan());
          }
          vault.deleteOwner(names.project());
          return Outcome.done();
        });
  }

  private List<String> secretsBelow(String folder) throws StepException {
    List<String> found = new ArrayList<>();
    collect(folder, 1, found);
    return found;
  }

  private void collect(String folder, int depth, List<String> found) throws StepException {
    for (String name : vault.list(folder)) {
      String path = folder + "/" + name;
      if (depth > DEEPEST || found.size() >= MOST_KEYS) {
        throw new RejectedException(
            Reason.SECRETS_RETAINED,
            "%s/%s holds more than %d secrets or %d levels. Destroy them by hand, or set Retain."
                .formatted(settings.mount(), names.key(), MOST_KEYS, DEEPEST));
      }
      if (name.endsWith("/")) {
        collect(path.substring(0, path.length() - 1), depth + 1, found);
      } else {
        found.add(path);
      }
    }
  }

  /** A write that tells nothing. */
  private interface Deletion {
    void run() throws StepException;
  }

  private void delete(String subject, String reason, Deletion deletion) {
    add(
        subject,
        reason,
        held -> {
          deletion.run();
          return Outcome.done();
        });
  }

  private void add(String subject, String reason, Effect effect) {
    changes.add(Change.of(Verb.DELETE, subject, reason, effect));
  }
}

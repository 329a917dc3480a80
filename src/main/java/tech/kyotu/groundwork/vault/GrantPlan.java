package tech.kyotu.groundwork.vault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/**
 * The changes that bring one Project's rights into place. The order is the safety: whose the folder
 * and the names are is settled before the first right exists, and the role, by which pods log in,
 * comes last.
 */
final class GrantPlan {

  private static final Duration TTL = Duration.ofMinutes(15);
  private static final Duration MAX_TTL = Duration.ofHours(1);

  private final Vault vault;
  private final Cluster cluster;
  private final GroundworkConfig.Vault settings;
  private final Project project;
  private final Holdings held;
  private final VaultNames names;
  private final OwnerMark mark;
  private final Ownership ownership;
  private final Seen seen;
  private final boolean isSettled;
  private final Replanning again;
  private final List<Change> changes = new ArrayList<>();
  private final Set<String> vanished = new HashSet<>();

  /** Id of the external group, once this plan made it. */
  private Optional<String> made = Optional.empty();

  GrantPlan(
      Vault vault,
      Cluster cluster,
      GroundworkConfig.Vault settings,
      Project project,
      Holdings held,
      Seen seen,
      Replanning again) {
    this.vault = vault;
    this.cluster = cluster;
    this.settings = settings;
    this.project = project;
    this.held = held;
    this.seen = seen;
    this.again = again;
    this.names = VaultNames.of(project.name(), settings);
    this.mark = OwnerMark.of(project);
    this.ownership = new Ownership(project, cluster);
    // What lacks a group although it was told to have one was in place as well, and was changed.
    boolean hadGroup = seen.group().isEmpty() && held.thing(Seen.GROUP).isPresent();
    this.isSettled = seen.isMarkerOf(project) && (hadGroup || seen.isGroupOf(project));
  }

  /**
   * What is to be written, in order; nothing if all is in place.
   *
   * @throws RejectedException if anything under our names is not for us; then nothing is written
   */
  List<Change> changes() throws StepException {
    new FolderClaim(vault, settings, project, held, seen, ownership)
        .change()
        .ifPresent(changes::add);
    externalGroup();
    group();
    policy(
        Seen.ACCESS,
        names.access(),
        seen.access(),
        seen.isAccessOf(project),
        PolicyText.ofPeople(settings, names, project.name().environment(), mark));
    policy(
        Seen.READ,
        names.read(),
        seen.read(),
        seen.isReadOf(project),
        PolicyText.ofPods(settings, names, mark));
    role();
    return changes;
  }

  private void externalGroup() {
    if (seen.external().isEmpty()) {
      String mail = project.googleGroup();
      Effect effect =
          held -> {
            made = Optional.of(vault.createExternalGroup(mail));
            return Outcome.done();
          };
      String name = VaultNames.externalGroup(mail);
      String subject = "Vault group " + name;
      if (held.thing(Seen.EXTERNAL_GROUP).filter(it -> it.reference().equals(name)).isPresent()) {
        vanished.add(subject);
      }
      add(Verb.CREATE, subject, "it stands for the Google group " + mail, Optional.empty(), effect);
    }
  }

  private void group() throws StepException {
    String subject = "Vault group " + names.group();
    if (seen.group().isEmpty()) {
      create(subject, "it carries the rights of people", grouping());
      return;
    }
    Vault.Group found = seen.group().get();
    if (found.external()) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          subject + " is an external group that we did not make. Rename it.");
    }
    if (seen.isGroupOf(project)) {
      ownGroup(subject, found);
      return;
    }
    switch (ownership.of(subject, Seen.GROUP, seen.markOfGroup())) {
      case OURS -> ownGroup(subject, found);
      case UNOWNED ->
          add(Verb.ADOPT, subject, "it exists and is nobody's", Optional.empty(), grouping());
      case REATTACHED ->
          add(
              Verb.ADOPT,
              subject,
              "its mark is of an earlier life of this Project",
              Optional.of(EventReason.REATTACHED),
              grouping());
      case INHERITED ->
          add(
              Verb.ADOPT,
              subject,
              "kyotu.tech/adopt names it; its owner is gone",
              Optional.empty(),
              grouping());
    }
  }

  private void ownGroup(String subject, Vault.Group found) throws StepException {
    String before = found.metadata().getOrDefault(Marks.PEOPLE, project.googleGroup());
    if (!before.equals(project.googleGroup())) {
      moveFrom(before, subject, found);
      return;
    }
    boolean isAsWanted =
        found.policies().equals(Set.of(names.access()))
            && found.members().equals(memberIds(seen.external()))
            && found.metadata().equals(metadata(project.googleGroup()));
    if (!isAsWanted) {
      add(Verb.UPDATE, subject, "it was changed", repaired(), grouping());
    }
  }

  /**
   * The group's mark names the former Google group until nothing of that is left, so that whoever
   * goes on after a death in between knows what to remove.
   */
  private void moveFrom(String before, String subject, Vault.Group found) throws StepException {
    String reason = "moving access from " + before + " to " + project.googleGroup();
    Optional<Vault.Group> old = ExternalGroups.find(vault, before);
    Optional<Change> removal =
        old.isPresent()
            ? ExternalGroups.removal(vault, cluster, old.get(), before, project, Set.of(found.id()))
            : Optional.empty();
    String markedFor = removal.isPresent() ? before : project.googleGroup();
    add(Verb.UPDATE, subject, reason, Optional.of(EventReason.ACCESS_CHANGED), grouping(markedFor));
    if (removal.isPresent()) {
      changes.add(removal.get());
      add(
          Verb.UPDATE,
          subject,
          "nothing is left of " + before,
          Optional.empty(),
          grouping(project.googleGroup()));
    }
  }

  private Effect grouping() {
    return grouping(project.googleGroup());
  }

  /**
   * Writes the group with its present members.
   *
   * @param people the Google group that its mark names
   */
  private Effect grouping(String people) {
    return held -> {
      Set<String> members = made.map(Set::of).orElseGet(() -> memberIds(seen.external()));
      try {
        vault.writeGroup(names.group(), Set.of(names.access()), members, metadata(people));
      } catch (StepException refused) {
        // Vault 1.13 fails (500) where a member is gone: another Project gave it up meanwhile.
        if (memberIds(vault.externalGroup(project.googleGroup())).equals(members)) {
          throw refused;
        }
        return new Outcome.Replanned(again.plan());
      }
      return Outcome.done();
    };
  }

  private static Set<String> memberIds(Optional<Vault.Group> external) {
    return external.map(Vault.Group::id).map(Set::of).orElse(Set.of());
  }

  private Map<String, String> metadata(String people) {
    Origin origin =
        seen.group()
            .map(found -> seen.isGroupOf(project) ? Marks.origin(found.metadata()) : Origin.ADOPTED)
            .orElse(Origin.CREATED);
    Map<String, String> metadata = new TreeMap<>(Marks.metadata(mark, origin));
    metadata.put(Marks.PEOPLE, people);
    return metadata;
  }

  private void policy(String id, String name, Optional<String> found, boolean isOurs, String wanted)
      throws StepException {
    String subject = "Vault policy " + name;
    Effect effect =
        held -> {
          vault.writePolicy(name, wanted);
          return Outcome.done();
        };
    if (found.isEmpty()) {
      create(subject, "it says what the folder allows", effect);
      return;
    }
    if (!isOurs) {
      ownership.of(subject, id, Marks.ofPolicy(found.get()));
      add(Verb.ADOPT, subject, "it exists and has no living owner", Optional.empty(), effect);
    } else if (!PolicyText.isSame(found.get(), wanted)) {
      add(Verb.UPDATE, subject, "its text differs", repaired(), effect);
    }
  }

  private void role() throws StepException {
    String subject = "Vault role " + names.role();
    Vault.Role wanted =
        new Vault.Role(
            settings.serviceAccounts(),
            Set.of(names.project()),
            settings.audience(),
            "serviceaccount_uid",
            Set.of(names.read()),
            TTL,
            MAX_TTL);
    Effect effect =
        held -> {
          requireNamespace();
          vault.writeRole(names.role(), wanted);
          return Outcome.done();
        };
    if (seen.role().isEmpty()) {
      create(subject, "it lets pods log in", effect);
      return;
    }
    if (!seen.isRoleOf(project)) {
      // The group's claim was judged before and carries the role; alone it is judged for itself.
      if (seen.group().isEmpty()) {
        ownership.of(subject, Seen.ROLE, Optional.empty());
      }
      add(Verb.ADOPT, subject, "it exists and follows its group", Optional.empty(), effect);
    } else if (!seen.role().get().equals(wanted)) {
      add(Verb.UPDATE, subject, "it differs", repaired(), effect);
    }
  }

  /** A role admits pods by the name of their namespace, so that name must be ours right now. */
  private void requireNamespace() throws StepException {
    // The watch is as good as a read where it says yes; where it does not, only the server counts.
    if (!isOurs(cluster.knownNamespace(names.project()))
        && !isOurs(cluster.namespace(names.project()))) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "Namespace " + names.project() + " does not bear our mark; no role is written for it.");
    }
  }

  private boolean isOurs(Optional<Cluster.NamespaceView> namespace) {
    return namespace
        .flatMap(Cluster.NamespaceView::owner)
        .filter(owner -> owner.uid().equals(project.uid()))
        .isPresent();
  }

  private void create(String subject, String purpose, Effect effect) {
    if (isSettled) {
      vanished.add(subject);
    }
    add(Verb.CREATE, subject, isSettled ? "it is gone" : purpose, repaired(), effect);
  }

  private Optional<EventReason> repaired() {
    return isSettled ? Optional.of(EventReason.DRIFT_REPAIRED) : Optional.empty();
  }

  private void add(
      Verb verb, String subject, String reason, Optional<EventReason> event, Effect effect) {
    changes.add(new Change(verb, subject, reason, event, effect));
  }

  /** Subjects of changes that put back what was in place before. */
  Set<String> vanished() {
    return vanished;
  }

  /** Whether this Project had its rights before this plan. */
  boolean isSettled() {
    return isSettled;
  }
}

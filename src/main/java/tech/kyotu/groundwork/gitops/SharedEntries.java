package tech.kyotu.groundwork.gitops;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * How a Project's entries come into the two shared files and leave them.
 *
 * <p>A Project looks at its own entries, but the edit that it hands in is one function for all: it
 * brings in the entries of every Project, as they are when it runs, so that a batch of them runs it
 * once and none undoes what another did. Removals are a Project's own.
 */
final class SharedEntries {

  /** The holding's id. */
  static final String ENTRIES = "flux-shared";

  /** Vault's step tells what it leaves behind by the beginning of this id. */
  private static final String VAULT_POLICY = "vault-shared-policy";

  /** The holding that says that Vault's step gives people their rights. */
  private static final String VAULT_GROUP = "vault-group";

  private static final String CLEANING = "less in the shared files";
  private static final Duration NEXT_LOOK = Duration.ofSeconds(60);

  private final PublishedFiles published;
  private final SharedRights rights;
  private final LiveRole role;
  private final Clock clock;
  private final Edit.Function wantedOfAll;

  SharedEntries(PublishedFiles published, SharedRights rights, LiveRole role, Clock clock) {
    this.published = published;
    this.rights = rights;
    this.role = role;
    this.clock = clock;
    this.wantedOfAll = rights::wantedOfAll;
  }

  /** Whether the layout asks for them. */
  boolean areWanted() {
    return rights.areWanted();
  }

  private static String subject(Project project) {
    return "the entries of " + project.name();
  }

  /** Whether these files hold the entries that the layout asks for. */
  boolean areIn(Project project, TreeView tree) throws StepException {
    return rights.wanted(project, tree).isEmpty();
  }

  /** Towards the entries that the layout asks for. */
  StepPlan setUp(Project project, Holdings held, TreeView tree) throws StepException {
    Edit edit =
        Edit.of(project, Edit.Purpose.SET_UP, "entries for " + project.googleGroup(), wantedOfAll);
    return published
        .needed(
            project,
            edit,
            newer -> rights.wanted(project, newer),
            tree,
            subject(project),
            () -> told(project, held, rights.wanted(project, tree)))
        .orElseGet(() -> inPlace(project));
  }

  private Telling told(Project project, Holdings held, List<FileChange> changes)
      throws StepException {
    String subject = subject(project);
    Optional<String> former = held.thing(ENTRIES).map(Holding::reference);
    if (former.isEmpty()) {
      return Telling.of(
          Verb.CREATE, subject, "they were absent, or differed", EventReason.COMMITTED);
    }
    if (!former.get().equals(project.googleGroup())) {
      return Telling.of(
          Verb.UPDATE,
          subject,
          "moving access from %s to %s".formatted(former.get(), project.googleGroup()),
          EventReason.ACCESS_CHANGED);
    }
    Optional<String> culprit =
        new WriteTelling(published.publisher()).culprit(changes.get(0).path());
    return culprit.isPresent()
        ? WriteTelling.repair(Verb.UPDATE, subject, "they were changed by " + culprit.get())
        : Telling.of(Verb.UPDATE, subject, "a setting changed", EventReason.COMMITTED);
  }

  private StepPlan inPlace(Project project) {
    List<Holding> things = new ArrayList<>();
    things.add(Holding.of(ENTRIES, "GitEntries", Origin.CREATED, project.googleGroup()));
    if (rights.giveVault()) {
      things.add(Holding.of(VAULT_POLICY, "VaultPolicy", Origin.CREATED, rights.policy(project)));
    }
    return published.settled(
        "The entries of %s are on branch %s."
            .formatted(project.name(), published.publisher().settings().branch()),
        project,
        things);
  }

  /** The plan while a cleaning waits for its push: nothing may take its place then. */
  Optional<StepPlan> cleaning(Project project) throws StepException {
    return published.publisher().standing(project.uid(), CLEANING) instanceof Standing.Queued
        ? published.underWay(project, CLEANING)
        : Optional.empty();
  }

  /**
   * What another layout or writer left, and what the settings forget, goes once all else is in
   * place and whatever gives the same rights has been seen: two sources overlap for a while, a gap
   * would shut people out.
   *
   * @param plan of all else, settled
   */
  StepPlan cleaned(Project project, Holdings held, TreeView tree, StepPlan plan)
      throws StepException {
    Set<ProjectName> vault = new HashSet<>(rights.forgotten());
    Set<ProjectName> argo = new HashSet<>(vault);
    boolean waits = false;
    if (!rights.giveVault() && held.thing(VAULT_GROUP).isPresent()) {
      vault.add(project.name());
    }
    if (!rights.areWanted() && !rights.withoutArgo(Set.of(project.name()), tree).isEmpty()) {
      waits = !project.isPlanOnly() && !role.isLive(project);
      if (!waits) {
        argo.add(project.name());
      }
    }
    Edit edit =
        Edit.of(project, Edit.Purpose.SET_UP, CLEANING, newer -> without(vault, argo, newer));
    Optional<StepPlan> needed =
        published.needed(
            project,
            edit,
            tree,
            subject(project),
            () ->
                Telling.of(
                    Verb.DELETE,
                    "entries in shared files",
                    "something else gives these rights, or shared.forget names them",
                    EventReason.COMMITTED));
    StepPlan settled = waits ? plan.lookingAgainAt(clock.instant().plus(NEXT_LOOK)) : plan;
    return needed.orElse(settled);
  }

  private List<FileChange> without(Set<ProjectName> vault, Set<ProjectName> argo, TreeView tree)
      throws StepException {
    List<FileChange> changes = new ArrayList<>(rights.withoutVault(vault, tree));
    changes.addAll(rights.withoutArgo(argo, tree));
    return changes;
  }

  /** What takes all entries of a Project away; empty if there are none. */
  List<FileChange> removals(Project project, TreeView tree) throws StepException {
    Set<ProjectName> name = Set.of(project.name());
    return without(name, name, tree);
  }
}

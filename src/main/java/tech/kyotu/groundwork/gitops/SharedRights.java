package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.shared.ArgoPolicy;
import tech.kyotu.groundwork.gitops.shared.ArgoRole;
import tech.kyotu.groundwork.gitops.shared.ArgoRole.Right;
import tech.kyotu.groundwork.gitops.shared.VaultRight;
import tech.kyotu.groundwork.gitops.shared.VaultValues;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.StepException;

/**
 * Which Projects have entries in the two shared files, and which entries. Ours is what derives from
 * a Project's name; a Project that is merely unknown loses nothing, because removal needs a Project
 * that asks for it, or a name in the settings.
 *
 * <p>In layout {@code shared} every Project has its rights in Argo CD there, and those in Vault if
 * nothing else gives them: where Vault has an address here, its own step does. In layout {@code
 * per-project} nothing is wanted there, and what an earlier layout left is taken away.
 */
public final class SharedRights {

  private static final List<Right> BOTH =
      List.of(
          new Right("applications", "get"),
          new Right("applications", "sync"),
          new Right("logs", "get"));

  private final GroundworkConfig config;
  private final PeoplesPolicy policies;
  private final Cluster cluster;
  private final Set<ProjectName> forgotten;
  private final SharedFile<VaultRight, VaultValues> vault;
  private final SharedFile<ArgoRole, ArgoPolicy> argo;

  /**
   * The rights that these settings ask for.
   *
   * @param config the layout, the files, the rights
   * @param policies what Vault's policies say
   * @param cluster all Projects, and who holds which name; from its caches
   */
  public SharedRights(GroundworkConfig config, PeoplesPolicy policies, Cluster cluster) {
    this.config = config;
    this.policies = policies;
    this.cluster = cluster;
    forgotten =
        config.shared().forget().orElse(Set.of()).stream()
            .map(SharedRights::named)
            .collect(Collectors.toUnmodifiableSet());
    vault =
        new SharedFile<>(
            config.shared().vaultValuesFile(),
            (path, content) -> VaultValues.read(path, content, config.vault().oidcMount()));
    argo =
        new SharedFile<>(
            config.shared().argoPolicyFile(),
            (path, content) -> ArgoPolicy.read(path, content, config.shared().argoPolicyNode()));
  }

  private static ProjectName named(String name) {
    int dash = name.lastIndexOf('-');
    return EnvironmentType.of(name.substring(dash + 1))
        .map(type -> new ProjectName(name.substring(0, Math.max(dash, 0)), type))
        .orElseThrow(() -> new IllegalArgumentException("not the name of a Project"));
  }

  /** Whether Projects have entries at all. */
  boolean areWanted() {
    return config.git().layout() == GroundworkConfig.Layout.SHARED;
  }

  /** Whether those entries are what gives people their rights in Vault. */
  boolean giveVault() {
    return areWanted() && config.vault().address().isEmpty();
  }

  /** What Vault's policy of a Project is called there. */
  String policy(Project project) {
    return policies.name().apply(project.name());
  }

  /**
   * What the files need for one Project.
   *
   * @throws StepException {@code OwnershipConflict} if its group is privileged; {@code
   *     UnreadableFile}, {@code PrerequisiteMissing}
   */
  List<FileChange> wanted(Project project, TreeView tree) throws StepException {
    if (giveVault()) {
      Optional<VaultValues> values = vault.read(tree);
      if (values.isPresent()) {
        values.get().refusePrivileged(project.googleGroup());
      }
    }
    return changes(List.of(project), tree);
  }

  /**
   * What the files need for all Projects that are being set up or live, as the cluster knows them
   * now. Those in deletion, suspended or only planned stay as they are.
   */
  List<FileChange> wantedOfAll(TreeView tree) throws StepException {
    List<Project> present =
        cluster.projects().stream()
            .filter(SharedRights::isServed)
            .filter(this::holdsName)
            .sorted(Comparator.comparing(project -> project.name().value()))
            .toList();
    return changes(present, tree);
  }

  private static boolean isServed(Project project) {
    return SpecRules.faults(project.getSpec()).isEmpty()
        && !project.isBeingDeleted()
        && !project.isSuspended()
        && !project.isPlanOnly();
  }

  private boolean holdsName(Project project) {
    return cluster
        .knownNamespace(project.name().value())
        .flatMap(Cluster.NamespaceView::owner)
        .map(OwnerMark::uid)
        .equals(Optional.of(project.uid()));
  }

  private List<FileChange> changes(List<Project> present, TreeView tree) throws StepException {
    List<VaultRight> rights = new ArrayList<>();
    List<ArgoRole> roles = new ArrayList<>();
    for (Project project : present) {
      if (giveVault()) {
        rights.add(right(project));
      }
      roles.add(role(project));
    }
    List<FileChange> changes = new ArrayList<>(vault.changes(rights, tree));
    changes.addAll(argo.changes(roles, tree));
    return changes;
  }

  private VaultRight right(Project project) {
    return new VaultRight(
        policy(project),
        Optional.of(new VaultRight.People(project.googleGroup(), policies.rules().apply(project))));
  }

  private ArgoRole role(Project project) {
    List<Right> rights = new ArrayList<>(BOTH);
    GroundworkConfig.Argo argoCd = config.argo();
    boolean isNarrow = argoCd.rights() == GroundworkConfig.Rights.NARROW;
    if (isNarrow) {
      rights.add(new Right("applications", "action/apps/Deployment/restart"));
    }
    if (!isNarrow || argoCd.allowUpdate()) {
      rights.add(new Right("applications", "update"));
    }
    EnvironmentType type = project.name().environment();
    if (!isNarrow || argoCd.execEnvironments().orElse(Set.of()).contains(type)) {
      rights.add(new Right("exec", "create"));
    }
    return ArgoRole.of(project.name().value(), project.googleGroup(), rights);
  }

  /** What takes the entries of these names out of Vault's values. */
  List<FileChange> withoutVault(Set<ProjectName> names, TreeView tree) throws StepException {
    return vault.removals(
        names.stream()
            .map(name -> new VaultRight(policies.name().apply(name), Optional.empty()))
            .toList(),
        tree);
  }

  /** What takes the lines of these names out of Argo CD's policy. */
  List<FileChange> withoutArgo(Set<ProjectName> names, TreeView tree) throws StepException {
    return argo.removals(names.stream().map(name -> ArgoRole.none(name.value())).toList(), tree);
  }

  /** The names that the settings give up and that no Project has. */
  Set<ProjectName> forgotten() {
    Set<ProjectName> names =
        cluster.projects().stream()
            .filter(project -> SpecRules.faults(project.getSpec()).isEmpty())
            .map(Project::name)
            .collect(Collectors.toSet());
    return forgotten.stream()
        .filter(name -> !names.contains(name))
        .collect(Collectors.toUnmodifiableSet());
  }
}

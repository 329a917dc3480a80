package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.StepException;

/**
 * What Projects that are gone left in Vault. Four lists tell under which names something stands;
 * only names that no Project has are read.
 */
public final class VaultOrphans implements OrphanSource {

  private static final Pattern POLICY = Pattern.compile("project-(.+)-(?:access|read)");
  private static final Pattern GROUP_OR_ROLE = Pattern.compile("project-(.+)");

  private final Vault vault;
  private final GroundworkConfig.Vault settings;

  /** Searches this Vault. */
  public VaultOrphans(Vault vault, GroundworkConfig.Vault settings) {
    this.vault = vault;
    this.settings = settings;
  }

  @Override
  public String system() {
    return "Vault";
  }

  @Override
  public Found search(Collection<Project> living) throws StepException {
    Set<String> groups = vault.groups();
    Set<String> roles = vault.roles();
    Set<String> lost = new TreeSet<>(vault.list(VaultPaths.OWNERS));
    addProjects(POLICY, vault.policies(), lost);
    addProjects(GROUP_OR_ROLE, groups, lost);
    addProjects(GROUP_OR_ROLE, roles, lost);
    lost.removeAll(named(living, project -> project.name().value()));
    List<Orphan> orphans = new ArrayList<>();
    for (String project : lost) {
      orphans.addAll(of(project, roles));
    }
    Set<String> people = named(living, Project::googleGroup);
    for (String group : new TreeSet<>(groups)) {
      Optional<String> mail = VaultNames.mailOf(group).filter(it -> !people.contains(it));
      if (mail.isPresent() && vault.group(group).filter(ExternalGroups::isOurs).isPresent()) {
        orphans.add(
            new Orphan(
                "VaultGroup", group, Optional.empty(), Optional.empty(), Optional.empty(), false));
      }
    }
    return new Found(orphans, List.of());
  }

  private static void addProjects(Pattern form, Set<String> names, Set<String> into) {
    names.stream()
        .map(form::matcher)
        .filter(Matcher::matches)
        .forEach(match -> into.add(match.group(1)));
  }

  private static Set<String> named(Collection<Project> living, Function<Project, String> name) {
    return living.stream()
        .filter(project -> SpecRules.faults(project.getSpec()).isEmpty())
        .map(name)
        .collect(Collectors.toSet());
  }

  /** What bears a mark under the names of one Project. */
  private List<Orphan> of(String project, Set<String> roles) throws StepException {
    VaultNames names = VaultNames.of(project, settings);
    List<Orphan> orphans = new ArrayList<>();
    for (String policy : List.of(names.access(), names.read())) {
      vault
          .policy(policy)
          .flatMap(Marks::ofPolicy)
          .ifPresent(mark -> orphans.add(Orphan.of("VaultPolicy", policy, mark)));
    }
    Optional<Map<String, String>> group = vault.group(names.group()).map(Vault.Group::metadata);
    add(group, "VaultGroup", names.group(), orphans);
    Optional<Map<String, String>> marker = vault.owner(project);
    String role = "auth/" + settings.authMount() + "/role/" + names.role();
    if (roles.contains(names.role())) {
      // A role can hold no mark; it goes with what stands beside it.
      Stream.concat(
              orphans.stream().map(it -> it.withName("VaultRole", role)),
              marker.flatMap(Marks::of).map(mark -> Orphan.of("VaultRole", role, mark)).stream())
          .findFirst()
          .ifPresent(orphans::add);
    }
    add(marker, "VaultSecrets", settings.mount() + "/" + names.key(), orphans);
    return orphans;
  }

  private static void add(
      Optional<Map<String, String>> marks, String kind, String name, List<Orphan> orphans) {
    Optional<OwnerMark> owner = marks.flatMap(Marks::of);
    if (owner.isPresent()) {
      Orphan orphan = Orphan.of(kind, name, owner.get()).from(Marks.origin(marks.get()));
      orphans.add(kind.equals("VaultSecrets") ? orphan.onPurpose() : orphan);
    }
  }
}

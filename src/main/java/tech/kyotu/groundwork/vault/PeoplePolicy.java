package tech.kyotu.groundwork.vault;

import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.config.GroundworkConfig;

/** The policy of a Project's people, where not this room but another tool writes it to Vault. */
public final class PeoplePolicy {

  private final GroundworkConfig.Vault settings;

  /** By these settings: mount, version and key style. */
  public PeoplePolicy(GroundworkConfig.Vault settings) {
    this.settings = settings;
  }

  /** What the policy is called there, as earlier installations call it. */
  public String name(ProjectName name) {
    return VaultNames.of(name, settings).key() + "_access";
  }

  /** What it says: the same as the one that this room writes. */
  public String rules(Project project) {
    return PolicyText.ofPeople(
        settings,
        VaultNames.of(project.name(), settings),
        project.name().environment(),
        OwnerMark.of(project));
  }
}

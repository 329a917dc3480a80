package tech.kyotu.groundwork.vault;

import java.util.Optional;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.config.GroundworkConfig.KeyStyle;

/**
 * What a Project's things in Vault are called. All names have a fixed beginning, because a rule of
 * Vault's policies can match by the beginning only.
 *
 * @param project name of the Project
 * @param key name of its folder of secrets
 * @param group its internal group, and its role
 * @param access policy of people
 * @param read policy of pods
 */
record VaultNames(String project, String key, String group, String access, String read) {

  /** The prefix of all but the shared groups. */
  private static final String PREFIX = "project-";

  /** The prefix of groups that stand for a Google group. */
  private static final String EXTERNAL_PREFIX = "groundwork-";

  static VaultNames of(ProjectName name, GroundworkConfig.Vault settings) {
    return of(name.value(), settings);
  }

  /** Of a Project whose name is all that is known. */
  static VaultNames of(String project, GroundworkConfig.Vault settings) {
    String key = settings.keyStyle() == KeyStyle.UNDERSCORE ? project.replace('-', '_') : project;
    String group = PREFIX + project;
    return new VaultNames(project, key, group, group + "-access", group + "-read");
  }

  /** The group that we make for a Google group, if nobody did before. */
  static String externalGroup(String mail) {
    return EXTERNAL_PREFIX + mail;
  }

  /** The mail address in the name of a group that we make for one; empty for other names. */
  static Optional<String> mailOf(String group) {
    return group.startsWith(EXTERNAL_PREFIX)
        ? Optional.of(group.substring(EXTERNAL_PREFIX.length()))
        : Optional.empty();
  }

  /** The role of pods; roles and groups are different kinds, so the name may be the same. */
  String role() {
    return group;
  }
}

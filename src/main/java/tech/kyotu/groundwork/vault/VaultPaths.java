package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.config.GroundworkConfig;

/**
 * Where things are in Vault's API, without {@code v1/}. All of it is encoded: the driver is not.
 */
final class VaultPaths {

  static final String LOOKUP_GROUP = "identity/lookup/group";
  static final String ALIASES = "identity/group-alias";
  static final String POLICIES = "sys/policies/acl";
  static final String GROUPS = "identity/group/name";
  static final String AUTH_METHODS = "sys/auth";

  /** Below it, in the mount, are the owner markers of folders of secrets. */
  static final String OWNERS = "groundwork/owners";

  static final String RENEW = "auth/token/renew-self";

  private final GroundworkConfig.Vault settings;

  VaultPaths(GroundworkConfig.Vault settings) {
    this.settings = settings;
  }

  boolean isVersioned() {
    return settings.kvVersion() == 2;
  }

  String policy(String name) {
    return POLICIES + "/" + encoded(name);
  }

  /**
   * Written by name, never by id: only so the operator's own policy can fence what it may write.
   */
  String group(String name) {
    return GROUPS + "/" + encoded(name);
  }

  String groupById(String id) {
    return "identity/group/id/" + encoded(id);
  }

  String roles() {
    return "auth/" + encoded(settings.authMount()) + "/role";
  }

  String role(String name) {
    return roles() + "/" + encoded(name);
  }

  String login() {
    return "auth/" + encoded(settings.authMount()) + "/login";
  }

  String mount() {
    return "sys/internal/ui/mounts/" + encoded(settings.mount());
  }

  /** Beside the folders, where no tenant has a right. */
  String owner(String project) {
    return secrets(OWNERS + "/" + project);
  }

  /** In version 2 the part with the history; deleting there destroys all versions. */
  String secrets(String path) {
    return encoded(settings.mount()) + (isVersioned() ? "/metadata/" : "/") + encoded(path);
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(segment -> URLEncoder.encode(segment, UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}

package tech.kyotu.groundwork.gitops;

import java.util.Arrays;
import java.util.List;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.config.GroundworkConfig;

/** What a tenant's file holds where a setting asks for it, in the order of the file. */
enum TenantPart {
  /** Where External Secrets reads the namespace's secrets. */
  SECRET_STORE(
      "secret-store.yaml", "external-secrets.io/v1", "SecretStore", "groundwork.flux.secret-store"),
  /** What the namespace may use in all. */
  QUOTA("resource-quota.yaml", "v1", "ResourceQuota", "groundwork.flux.quota"),
  /** What a container gets that does not say. */
  LIMIT_RANGE("limit-range.yaml", "v1", "LimitRange", "groundwork.flux.container-defaults"),
  /** No traffic but within the namespace. */
  DEFAULT_DENY(
      "network-policy.yaml",
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "groundwork.flux.default-deny");

  private final String template;
  private final String apiVersion;
  private final String kind;
  private final String setting;

  TenantPart(String template, String apiVersion, String kind, String setting) {
    this.template = "flux-repo-template/project/" + template;
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.setting = setting;
  }

  /** What the settings ask for in this environment. */
  static List<TenantPart> wanted(GroundworkConfig.Flux settings, EnvironmentType environment) {
    return Arrays.stream(values()).filter(part -> part.isWanted(settings, environment)).toList();
  }

  private boolean isWanted(GroundworkConfig.Flux settings, EnvironmentType environment) {
    return switch (this) {
      case SECRET_STORE -> settings.secretStore();
      case QUOTA -> settings.quota().containsKey(environment);
      case LIMIT_RANGE -> settings.containerDefaults().containsKey(environment);
      case DEFAULT_DENY -> settings.defaultDeny();
    };
  }

  /** Its template, below the folder of templates. */
  String template() {
    return template;
  }

  /** API version and kind. */
  String what() {
    return apiVersion + " " + kind;
  }

  String apiVersion() {
    return apiVersion;
  }

  String kind() {
    return kind;
  }

  /** The setting that asks for it. */
  String setting() {
    return setting;
  }
}

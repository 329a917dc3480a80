package tech.kyotu.groundwork.gitops;

import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.config.Amounts;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/** What {@code projects/<name>/tenant.yaml} says, and that it says nothing else. */
final class TenantTemplates {

  static final String TENANT = "flux-repo-template/project/tenant.yaml";

  private static final String BINDING = "groundwork-developers";

  /** What a site may write into its template, beside the parts that settings ask for. */
  private static final Set<String> KINDS =
      Set.of(
          "v1 ServiceAccount",
          "v1 ResourceQuota",
          "v1 LimitRange",
          "rbac.authorization.k8s.io/v1 RoleBinding",
          "networking.k8s.io/v1 NetworkPolicy");

  private final TemplateFiles files;
  private final GroundworkConfig.Flux settings;
  private final GroundworkConfig.Vault vault;

  TenantTemplates(TemplateFiles files, GroundworkConfig config) {
    this.files = files;
    this.settings = config.flux();
    this.vault = config.vault();
  }

  /**
   * The file without its head.
   *
   * @throws RejectedException {@code TemplateInvalid}; {@code PrerequisiteMissing} if the
   *     authorities of Vault cannot be read
   */
  String text(RenderInput input) throws RejectedException {
    EnvironmentType environment = input.name().environment();
    Map<String, Object> values = input.values();
    values.put("google-group", input.googleGroup());
    putRole(environment, values);
    Set<String> seen = new HashSet<>();
    StringBuilder text = new StringBuilder(rendered(TENANT, KINDS, values, input, seen));
    for (TenantPart part : TenantPart.wanted(settings, environment)) {
      put(part, environment, values);
      text.append(rendered(part.template(), Set.of(part.what()), values, input, seen));
    }
    return text.toString();
  }

  private String rendered(
      String file,
      Set<String> kinds,
      Map<String, Object> values,
      RenderInput input,
      Set<String> seen)
      throws RejectedException {
    String text = Template.literal(file, files.template(file).render(values));
    for (RenderedDocument document : RenderedDocument.allOf(file, text, input)) {
      document.require(kinds.contains(document.kind()), "renders a kind that is not allowed");
      document.require(
          document.is(input.name().value(), "metadata", "namespace"),
          "renders an object outside the project's namespace");
      document.requireLiteral();
      document.require(
          seen.add(document.kind() + " " + document.name()), "renders an object a second time");
    }
    return text;
  }

  private void putRole(EnvironmentType environment, Map<String, Object> values) {
    String usual =
        switch (environment) {
          case DEV, QA, TEST -> "edit";
          case STAGE, PROD -> "view";
        };
    String role = settings.role().getOrDefault(environment, usual);
    values.put("developers-role", role);
    // The role of a binding cannot change. With another name Flux makes a new one and prunes the
    // old.
    values.put("developers-binding", role.equals(usual) ? BINDING : BINDING + "-" + role);
  }

  private void put(TenantPart part, EnvironmentType environment, Map<String, Object> values)
      throws RejectedException {
    switch (part) {
      case SECRET_STORE -> putVault(values);
      case QUOTA ->
          values.put(
              "quota", Amounts.quota(settings.quota().getOrDefault(environment, "")).byName());
      case LIMIT_RANGE -> {
        Amounts amounts =
            Amounts.ofContainers(settings.containerDefaults().getOrDefault(environment, ""));
        values.put("default-limits", notEmpty(amounts.below("limits")));
        values.put("default-requests", notEmpty(amounts.below("requests")));
      }
      case DEFAULT_DENY -> {}
    }
  }

  private static Optional<Map<String, String>> notEmpty(Amounts amounts) {
    return Optional.of(amounts.byName()).filter(names -> !names.isEmpty());
  }

  private void putVault(Map<String, Object> values) throws RejectedException {
    values.put("vault-address", vault.address().map(URI::toString).orElse(""));
    values.put("vault-mount", vault.mount());
    values.put("vault-version", "v" + vault.kvVersion());
    values.put("vault-auth-mount", vault.authMount());
    values.put("vault-audience", vault.audience());
    Optional<Path> authorities = vault.caFile();
    values.put(
        "vault-ca",
        authorities.isPresent()
            ? Optional.of(
                Base64.getEncoder()
                    .encodeToString(
                        files.content(
                            authorities.get().toAbsolutePath(),
                            TenantTemplates::unreadableAuthorities)))
            : Optional.empty());
  }

  private static RejectedException unreadableAuthorities() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "The file of groundwork.vault.ca-file cannot be read, so no SecretStore can be written."
            + " Make it readable.");
  }
}

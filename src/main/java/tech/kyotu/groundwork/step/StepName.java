package tech.kyotu.groundwork.step;

import java.util.Arrays;
import java.util.Optional;

/**
 * The parts of a Project's footprint. Each has one condition, and its word is the condition's type.
 */
public enum StepName {
  NAMESPACE("NamespaceReady", "namespace"),
  GITLAB_GROUP("GitLabGroupReady", "gitlab-group"),
  REGISTRY_ACCESS("RegistryAccessReady", "registry-token|pull-secret"),
  VAULT_ACCESS("VaultAccessReady", "vault-.*"),
  FLUX_RBAC("FluxRbacReady", "flux-.*"),
  ARGO_APPLICATIONS("ArgoApplicationsReady", "argo-.*|manifests");

  private final String conditionType;
  private final String holdings;

  StepName(String conditionType, String holdings) {
    this.conditionType = conditionType;
    this.holdings = holdings;
  }

  /** The condition's type, for example {@code GitLabGroupReady}. */
  public String conditionType() {
    return conditionType;
  }

  /** Whether a holding of this id is the step's work. */
  public boolean makes(String holdingId) {
    return holdingId.matches(holdings);
  }

  /** The step of this condition type, empty if the type belongs to no step. */
  public static Optional<StepName> of(String conditionType) {
    return Arrays.stream(values())
        .filter(step -> step.conditionType.equals(conditionType))
        .findFirst();
  }
}

package tech.kyotu.groundwork.step;

import java.util.Arrays;
import java.util.Optional;

/**
 * The parts of a Project's footprint. Each has one condition, and its word is the condition's type.
 */
public enum StepName {
  NAMESPACE("NamespaceReady"),
  GITLAB_GROUP("GitLabGroupReady"),
  REGISTRY_ACCESS("RegistryAccessReady"),
  VAULT_ACCESS("VaultAccessReady"),
  FLUX_RBAC("FluxRbacReady"),
  ARGO_APPLICATIONS("ArgoApplicationsReady");

  private final String conditionType;

  StepName(String conditionType) {
    this.conditionType = conditionType;
  }

  /** The condition's type, for example {@code GitLabGroupReady}. */
  public String conditionType() {
    return conditionType;
  }

  /** The step of this condition type, empty if the type belongs to no step. */
  public static Optional<StepName> of(String conditionType) {
    return Arrays.stream(values())
        .filter(step -> step.conditionType.equals(conditionType))
        .findFirst();
  }
}

package tech.kyotu.groundwork.status;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;

/**
 * How kstatus, and with it Flux, reads a custom resource: the generic rules of {@code
 * sigs.k8s.io/cli-utils/pkg/kstatus/status} (0.37), in their order.
 */
enum KStatus {
  TERMINATING,
  IN_PROGRESS,
  FAILED,
  CURRENT;

  static KStatus of(Project project) {
    if (project.getMetadata().getDeletionTimestamp() != null) {
      return TERMINATING;
    }
    if (project.getStatus() == null) {
      return CURRENT;
    }
    if (project.getStatus().observedGeneration() != project.generation()) {
      return IN_PROGRESS;
    }
    for (Condition condition : project.getStatus().conditions()) {
      if (condition.getType().equals("Reconciling") && condition.getStatus().equals("True")) {
        return IN_PROGRESS;
      }
      if (condition.getType().equals("Stalled") && condition.getStatus().equals("True")) {
        return FAILED;
      }
    }
    Optional<Condition> ready =
        ConditionList.find(project.getStatus().conditions(), Conditions.READY);
    return ready.filter(condition -> !condition.getStatus().equals("True")).isPresent()
        ? IN_PROGRESS
        : CURRENT;
  }
}

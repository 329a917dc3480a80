package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;

/**
 * The Projects of a cluster as an administrator sees them, and every state of them that was seen.
 */
final class Projects {
  private final KubernetesClient admin;
  private final Set<String> seen = new LinkedHashSet<>();

  Projects(KubernetesClient admin) {
    this.admin = admin;
  }

  /** All Projects now. */
  List<Project> all() {
    List<Project> projects = admin.resources(Project.class).inAnyNamespace().list().getItems();
    projects.forEach(project -> seen.add(Serialization.asJson(project)));
    return projects;
  }

  /** Every state of every Project that was ever returned, as JSON. */
  Collection<String> seen() {
    return seen;
  }

  /** Asks for the deletion of all. */
  void deleteAll() {
    all()
        .forEach(
            project ->
                admin
                    .resources(Project.class)
                    .inNamespace(project.getMetadata().getNamespace())
                    .withName(project.getMetadata().getName())
                    .delete());
  }

  /** Whether the operator calls it ready, for the newest spec. */
  static boolean isReady(Project project) {
    return project.statusOrUnseen().observedGeneration() == project.generation()
        && ProjectTable.ready(project).filter(it -> "True".equals(it.getStatus())).isPresent();
  }

  /** The sentence by which the API server refused an object; empty if it failed in another way. */
  static Optional<String> refusal(KubernetesClientException e) {
    return e.getCode() != 422 || e.getStatus() == null
        ? Optional.empty()
        : Optional.of(e.getStatus().getMessage());
  }
}

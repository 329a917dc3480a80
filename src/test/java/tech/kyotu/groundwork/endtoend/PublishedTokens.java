package tech.kyotu.groundwork.endtoend;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which tokens the pull secrets held, one after the other, as the API server told it. */
final class PublishedTokens implements AutoCloseable {
  /** The name of the pull secret in every namespace. */
  static final String SECRET = "gitlab-registry-image-pull-secret";

  private final Map<String, List<Published>> byProject = new ConcurrentHashMap<>();
  private final SharedIndexInformer<Secret> watch;

  /**
   * A token that a pull secret held.
   *
   * @param id in GitLab
   * @param seen when it was first seen there
   */
  record Published(long id, Instant seen) {}

  PublishedTokens(KubernetesClient admin) {
    watch =
        admin
            .secrets()
            .inAnyNamespace()
            .withField("metadata.name", SECRET)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Secret secret) {
                    look(secret);
                  }

                  @Override
                  public void onUpdate(Secret before, Secret secret) {
                    look(secret);
                  }

                  @Override
                  public void onDelete(Secret secret, boolean unknown) {}
                });
  }

  /** All of a Project's dev environment, oldest first. */
  List<Published> of(String projectId) {
    return byProject.getOrDefault(projectId, List.of());
  }

  @Override
  public void close() {
    watch.close();
  }

  private void look(Secret secret) {
    String id = secret.getMetadata().getAnnotations().get("kyotu.tech/token-id");
    String projectId = secret.getMetadata().getNamespace().replaceFirst("-dev$", "");
    List<Published> all = byProject.computeIfAbsent(projectId, it -> new CopyOnWriteArrayList<>());
    if (id != null && (all.isEmpty() || all.get(all.size() - 1).id() != Long.parseLong(id))) {
      all.add(new Published(Long.parseLong(id), Instant.now()));
    }
  }
}

package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.APIGroupList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import tech.kyotu.groundwork.step.StepException;

/**
 * What the API server serves, by its own word: every account may ask for that (role {@code
 * system:discovery}). It answers for an unknown version as a proxy does, by a page that says 404;
 * so the list of all versions comes first, and only what is missing there is absent.
 */
final class ServedKinds {

  private final KubernetesClient client;

  ServedKinds(KubernetesClient client) {
    this.client = client;
  }

  boolean serves(String apiVersion, String kind) throws StepException {
    return isListed(apiVersion)
        && listed(
                "/apis/" + apiVersion,
                () -> client.getApiResources(apiVersion),
                answer -> answer.getResources())
            .stream()
            .anyMatch(resource -> kind.equals(resource.getKind()));
  }

  private boolean isListed(String apiVersion) throws StepException {
    // The oldest group has no name, and is in no list.
    return !apiVersion.contains("/")
        || listed("/apis", client::getApiGroups, APIGroupList::getGroups).stream()
            .flatMap(group -> group.getVersions().stream())
            .anyMatch(version -> apiVersion.equals(version.getGroupVersion()));
  }

  /** An API server without any group or kind is none: something else has answered. */
  private static <T, E> List<E> listed(
      String path, Supplier<T> request, Function<T, List<E>> content) throws StepException {
    return new Call("get", path, "")
        .make(
            () -> {
              List<E> found = content.apply(Call.answered(request));
              if (found == null || found.isEmpty()) {
                throw new KubernetesClientException("the answer is empty");
              }
              return found;
            });
  }
}

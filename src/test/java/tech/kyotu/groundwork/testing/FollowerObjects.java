package tech.kyotu.groundwork.testing;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;

/**
 * The objects of Flux and of Argo CD themselves, each in the namespace where it is installed.
 *
 * @param client who may read them
 */
public record FollowerObjects(KubernetesClient client) {

  /** One Argo CD object, or one field of it by path; empty if it, or the field, is not there. */
  public String argo(String kind, String name, String... path) {
    return text(argoKind(kind).inNamespace("argocd").withName(name), path);
  }

  /** The names of all Argo CD objects of a kind. */
  public List<String> argoNames(String kind) {
    return argoKind(kind).inNamespace("argocd").list().getItems().stream()
        .map(it -> it.getMetadata().getName())
        .toList();
  }

  /** A field of one of Flux's Kustomizations; empty if it is not there. */
  public String kustomization(String name, String... path) {
    return text(
        client
            .genericKubernetesResources("kustomize.toolkit.fluxcd.io/v1", "Kustomization")
            .inNamespace("flux-system")
            .withName(name),
        path);
  }

  /** The commit that a Kustomization applied last; empty if it never did. */
  public String applied(String kustomization) {
    return kustomization(kustomization, "status", "lastAppliedRevision").replaceFirst(".*:", "");
  }

  /** Argo CD's objects of a kind, to make and delete them. */
  public MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      argoKind(String kind) {
    return client.genericKubernetesResources("argoproj.io/v1alpha1", kind);
  }

  private static String text(Resource<GenericKubernetesResource> object, String... path) {
    GenericKubernetesResource found = object.get();
    Object value = found == null ? null : found.get((Object[]) path);
    return value == null ? "" : value.toString();
  }
}

package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * Applies rendered documents as Flux does it, but takes an unknown field for an error.
 *
 * @param client whose rights count
 * @param how dry or real
 */
record ServerSideApply(KubernetesClient client, PatchContext how) {

  /** Checks everything and stores nothing. */
  static ServerSideApply dry(KubernetesClient client) {
    return new ServerSideApply(client, builder().withDryRun(List.of("All")).build());
  }

  static ServerSideApply real(KubernetesClient client) {
    return new ServerSideApply(client, builder().build());
  }

  private static PatchContext.Builder builder() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager("kustomize-controller")
        .withFieldValidation("Strict")
        .withForce(true);
  }

  /** All documents of a file, as the API server has them then. */
  List<GenericKubernetesResource> all(byte[] content) throws RejectedException {
    List<GenericKubernetesResource> applied = new ArrayList<>();
    for (Object document : Template.parsed(new String(content, UTF_8), "test")) {
      applied.add(one(document));
    }
    return applied;
  }

  /** One parsed document. */
  GenericKubernetesResource one(Object document) {
    return client
        .resource(
            client
                .getKubernetesSerialization()
                .convertValue(document, GenericKubernetesResource.class))
        .patch(how);
  }
}

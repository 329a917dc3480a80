package tech.kyotu.groundwork.testing;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/**
 * Flux's Kustomizations without Flux: what its controller would write into their status, a test
 * does. Closing takes the kind and all its objects away again.
 */
public final class FluxKind implements AutoCloseable {

  private static final String GROUP = "kustomize.toolkit.fluxcd.io";
  private static final String NAMESPACE = "flux-system";

  private final KubernetesClient admin;

  /** The kind is served when this returns, and its namespace is there. */
  public FluxKind(KubernetesClient admin) {
    this.admin = admin;
    var unused =
        admin
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
            .serverSideApply();
    admin.resource(definition()).create();
    admin.resource(definition()).waitUntilCondition(new ServedKind(), 1, MINUTES);
  }

  /** A Kustomization says that it applied this revision, or none yet where that is empty. */
  public void applied(String name, String revision) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(GROUP + "/v1");
    object.setKind("Kustomization");
    object.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    object.setAdditionalProperty(
        "status", revision.isEmpty() ? Map.of() : Map.of("lastAppliedRevision", revision));
    var unused = admin.resource(object).serverSideApply();
  }

  @Override
  public void close() {
    admin.resource(definition()).withTimeout(1, MINUTES).delete();
  }

  private static CustomResourceDefinition definition() {
    return BareKind.of(GROUP, "v1", "Kustomization", "kustomizations");
  }
}

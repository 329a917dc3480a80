package tech.kyotu.groundwork.testing;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Argo CD's three kinds on an API server, without a schema and without Argo CD: what its
 * controllers would do, a test does. Closing takes the kinds and all their objects away again.
 */
public final class ArgoKinds implements AutoCloseable {

  /** What Argo CD puts on an Application that is to take with it what it deployed. */
  public static final String RESOURCES_FINALIZER = "resources-finalizer.argocd.argoproj.io";

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String GROUP = "argoproj.io";
  private static final String VERSION = "v1alpha1";

  /** One of the kinds. */
  public enum Kind {
    APPLICATION("Application"),
    APPLICATION_SET("ApplicationSet"),
    APP_PROJECT("AppProject");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    private String plural() {
      return word.toLowerCase(Locale.ROOT) + "s";
    }
  }

  private final KubernetesClient admin;

  /** The kinds are served when this returns. */
  public ArgoKinds(KubernetesClient admin) {
    this.admin = admin;
    for (Kind kind : Kind.values()) {
      admin.resource(definition(kind)).create();
    }
    Awaitility.await().atMost(BOUND).until(() -> isServed(true));
  }

  /** Makes an Application in this AppProject. */
  public void application(String namespace, String name, String project, String... finalizers) {
    create(Kind.APPLICATION, namespace, name, Map.of("project", project), finalizers);
  }

  /** Makes an ApplicationSet whose Applications are in this AppProject. */
  public void applicationSet(String namespace, String name, String project) {
    create(
        Kind.APPLICATION_SET,
        namespace,
        name,
        Map.of("template", Map.of("spec", Map.of("project", project))));
  }

  /** Makes an AppProject with the finalizer that ours has. */
  public void appProject(String namespace, String name) {
    create(
        Kind.APP_PROJECT,
        namespace,
        name,
        Map.of("description", "Managed by Groundwork"),
        RESOURCES_FINALIZER);
  }

  /** An object as it is; its {@code get()} is null if there is none. */
  public Resource<GenericKubernetesResource> the(Kind kind, String namespace, String name) {
    return admin
        .genericKubernetesResources(GROUP + "/" + VERSION, kind.word)
        .inNamespace(namespace)
        .withName(name);
  }

  /** Takes all finalizers off an object. */
  public void release(Kind kind, String namespace, String name) {
    the(kind, namespace, name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
  }

  /** Deletes an object and all its finalizers. */
  public void remove(Kind kind, String namespace, String name) {
    release(kind, namespace, name);
    the(kind, namespace, name).withTimeoutInMillis(BOUND.toMillis()).delete();
  }

  /** The kinds are served no more when this returns. */
  @Override
  public void close() {
    for (Kind kind : Kind.values()) {
      admin
          .genericKubernetesResources(GROUP + "/" + VERSION, kind.word)
          .inAnyNamespace()
          .list()
          .getItems()
          .stream()
          .map(GenericKubernetesResource::getMetadata)
          .filter(meta -> !meta.getFinalizers().isEmpty())
          .forEach(meta -> release(kind, meta.getNamespace(), meta.getName()));
      admin.resource(definition(kind)).withTimeoutInMillis(BOUND.toMillis()).delete();
    }
    Awaitility.await().atMost(BOUND).until(() -> isServed(false));
  }

  private void create(
      Kind kind, String namespace, String name, Map<String, ?> spec, String... finalizers) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(GROUP + "/" + VERSION);
    object.setKind(kind.word);
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withFinalizers(List.of(finalizers))
            .build());
    object.setAdditionalProperty("spec", spec);
    admin
        .genericKubernetesResources(GROUP + "/" + VERSION, kind.word)
        .inNamespace(namespace)
        .resource(object)
        .create();
  }

  /** Whether all of them answer a list, or none of them does. */
  private boolean isServed(boolean expected) {
    for (Kind kind : Kind.values()) {
      if (answersAList(kind) != expected) {
        return false;
      }
    }
    return true;
  }

  private boolean answersAList(Kind kind) {
    try {
      return admin.raw("/apis/" + GROUP + "/" + VERSION + "/" + kind.plural()) != null;
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
      return false;
    }
  }

  private static CustomResourceDefinition definition(Kind kind) {
    return BareKind.of(GROUP, VERSION, kind.word, kind.plural());
  }
}

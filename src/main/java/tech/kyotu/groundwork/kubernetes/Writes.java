package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import tech.kyotu.groundwork.api.OwnerMark;

/**
 * The three writes we make to core objects, all in the name of our field manager. A raw request
 * stands where fabric8 7.3.1 offers no field manager (create) or no UID as precondition (delete).
 */
final class Writes {

  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(OwnerMark.GROUNDWORK)
          .build();

  private final KubernetesClient client;
  private final OwnWrites own;

  Writes(KubernetesClient client, OwnWrites own) {
    this.client = client;
    this.own = own;
  }

  /**
   * Creates an object.
   *
   * @throws KubernetesClientException with code 409 if there is one of that name
   */
  <T extends HasMetadata> T create(T object, Class<T> type) {
    String path = collection(object) + "?fieldManager=" + OwnerMark.GROUNDWORK;
    return own.write(
        Watched.key(object),
        () ->
            client.getKubernetesSerialization().unmarshal(client.raw(path, "POST", object), type));
  }

  /**
   * Patches an object.
   *
   * @param object names it; with an object at hand the client need not read one first
   * @throws KubernetesClientException with code 409 if its resourceVersion moved on
   */
  <T extends HasMetadata> T patch(T object, ObjectNode patch) {
    return own.write(
        Watched.key(object), () -> client.resource(object).patch(MERGE, patch.toString()));
  }

  /**
   * Deletes exactly the object of this UID. None, or another one of that name (409), is done.
   *
   * @param object names it
   */
  void delete(HasMetadata object, String uid) {
    DeleteOptions options =
        new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions().build();
    try {
      client.raw(collection(object) + "/" + object.getMetadata().getName(), "DELETE", options);
    } catch (KubernetesClientException e) {
      if (!Call.isAbsent(e) && e.getCode() != 409) {
        throw e;
      }
    }
  }

  private static String collection(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return namespace == null
        ? "/api/v1/" + object.getPlural()
        : "/api/v1/namespaces/%s/%s".formatted(namespace, object.getPlural());
  }
}

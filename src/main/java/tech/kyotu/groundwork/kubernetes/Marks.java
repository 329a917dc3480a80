package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;

/** Our marks on Kubernetes objects: read, pruned, and written as merge patches. */
final class Marks {

  /** Prefix of everything that is ours among labels and annotations. */
  private static final String OURS = "kyotu.tech/";

  static final List<String> LABELS =
      List.of(OwnerMark.OWNER_UID, OwnerMark.PROJECT, OwnerMark.ENVIRONMENT, OwnerMark.MANAGED_BY);

  private Marks() {}

  static Optional<OwnerMark> owner(ObjectMeta meta) {
    return OwnerMark.of(labels(meta), annotations(meta));
  }

  static Optional<Origin> origin(ObjectMeta meta) {
    return Origin.of(annotations(meta).getOrDefault(OwnerMark.ORIGIN, ""));
  }

  static Map<String, String> labels(ObjectMeta meta) {
    return meta.getLabels() == null ? Map.of() : meta.getLabels();
  }

  static Map<String, String> annotations(ObjectMeta meta) {
    return meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
  }

  /** Whether an annotation is one of ours. */
  static boolean isOurs(String annotation) {
    return annotation.startsWith(OURS);
  }

  /**
   * What the cache keeps of an object's metadata. Foreign annotations are left out: {@code
   * last-applied-configuration} may hold a whole secret.
   */
  static ObjectMeta pruned(ObjectMeta meta) {
    Map<String, String> own = new TreeMap<>(annotations(meta));
    own.keySet().removeIf(key -> !isOurs(key));
    return new ObjectMetaBuilder()
        .withName(meta.getName())
        .withNamespace(meta.getNamespace())
        .withUid(meta.getUid())
        .withResourceVersion(meta.getResourceVersion())
        .withCreationTimestamp(meta.getCreationTimestamp())
        .withDeletionTimestamp(meta.getDeletionTimestamp())
        .withLabels(labels(meta).isEmpty() ? null : labels(meta))
        .withAnnotations(own.isEmpty() ? null : own)
        .build();
  }

  /** A merge patch that holds only if the object still has this resourceVersion. */
  static ObjectNode patchOf(String resourceVersion) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").put("resourceVersion", resourceVersion);
    return patch;
  }

  /** Puts these entries into a map of the patch's metadata; what is not named stays. */
  static void put(ObjectNode patch, String map, Map<String, String> entries) {
    ObjectNode target = patch.withObject("/metadata").withObject("/" + map);
    entries.forEach(target::put);
  }

  /** Takes these keys out of a map of the patch's metadata. */
  static void remove(ObjectNode patch, String map, Iterable<String> keys) {
    ObjectNode target = patch.withObject("/metadata").withObject("/" + map);
    keys.forEach(target::putNull);
  }
}

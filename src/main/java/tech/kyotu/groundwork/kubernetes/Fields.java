package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads fields of objects that have no class here. */
final class Fields {

  private Fields() {}

  /** The text of a field; empty if it is absent. */
  static String text(GenericKubernetesResource object, String... path) {
    return text(object.getAdditionalProperties(), path);
  }

  /** The text of a field of a map in maps; empty if it is absent. */
  static String text(Map<?, ?> fields, String... path) {
    Object value = fields;
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return Objects.toString(value, "");
  }

  /** A condition of an object's status, by its type. */
  static Optional<Map<?, ?>> condition(GenericKubernetesResource object, String type) {
    Object status = object.getAdditionalProperties().get("status");
    Object conditions = status instanceof Map<?, ?> fields ? fields.get("conditions") : null;
    if (conditions instanceof List<?> all) {
      for (Object one : all) {
        if (one instanceof Map<?, ?> condition && type.equals(condition.get("type"))) {
          return Optional.of(condition);
        }
      }
    }
    return Optional.empty();
  }
}

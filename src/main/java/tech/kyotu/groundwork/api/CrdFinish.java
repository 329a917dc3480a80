package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The finishing step of the CRD: adds what the generator of fabric8 7.3.1 cannot express or gets
 * wrong. Runs inside the build alone.
 */
public final class CrdFinish implements CRDPostProcessor {

  private static final long MESSAGE = 1024;
  private static final long TEXT = 512;
  private static final long WORD = 64;

  /** Called by the build, by name. */
  public CrdFinish() {}

  /**
   * Finishes the CRD in place.
   *
   * @param crd as generated
   * @param crdVersion always {@code v1}
   * @return the same object
   */
  @Override
  public HasMetadata process(HasMetadata crd, String crdVersion) {
    for (CustomResourceDefinitionVersion version :
        ((CustomResourceDefinition) crd).getSpec().getVersions()) {
      version.setAdditionalPrinterColumns(columns());
      finish(version.getSchema().getOpenAPIV3Schema());
    }
    return crd;
  }

  private static void finish(JSONSchemaProps root) {
    root.setDescription("A software project in one environment, as operations commit it.");
    // Without this, adding the finalizer to an object that has just vanished would create it anew.
    root.setRequired(List.of("spec"));
    bound("", root);

    JSONSchemaProps spec = child(root, "spec");
    spec.setDescription("What operations ask for.");
    choices(child(spec, "environmentType"), "dev", "qa", "test", "stage", "prod");
    choices(child(spec, "deletion", "secrets"), "Retain", "Destroy");

    JSONSchemaProps status = child(root, "status");
    status.setDescription("What the operator answers. A view: rebuilt when it is lost.");
    // Without a status kstatus would call a Project that nobody has seen yet current.
    status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    mergedBy("type", 16, child(status, "conditions"));
    mergedBy("id", 32, child(status, "holdings"));
    mergedBy("repository", 4, child(status, "commits"));
    JSONSchemaProps plan = child(status, "plan");
    plan.setXKubernetesListType("atomic");
    plan.setMaxItems(64L);
    describeConditions(child(status, "conditions").getItems().getSchema());
  }

  private static void describeConditions(JSONSchemaProps condition) {
    condition.setRequired(List.of("status", "type"));
    choices(child(condition, "status"), "True", "False", "Unknown");
    child(condition, "type").setDescription("Which question the condition answers.");
    child(condition, "status").setDescription("The answer.");
    child(condition, "reason").setDescription("Why, in one word of a closed list.");
    child(condition, "message")
        .setDescription("What is wrong, what to do, and when the next try is.");
    child(condition, "observedGeneration").setDescription("The generation it was found for.");
    child(condition, "lastTransitionTime").setDescription("When the status last changed.");
  }

  /** Bounds every text, so that objects stay small and the cost of a rule is known. */
  private static void bound(String name, JSONSchemaProps schema) {
    if ("string".equals(schema.getType()) && schema.getMaxLength() == null) {
      schema.setMaxLength(
          schema.getEnum() != null && !schema.getEnum().isEmpty()
              ? WORD
              : name.equals("message") ? MESSAGE : TEXT);
    }
    // The generator meets the annotations of a record twice: at the field and at its accessor.
    List<ValidationRule> rules = schema.getXKubernetesValidations();
    if (rules != null) {
      schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(rules)));
    }
    if (schema.getItems() != null) {
      bound(name, schema.getItems().getSchema());
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach(CrdFinish::bound);
    }
  }

  /** Lets server-side apply merge a list by the key of its entries in place of replacing it. */
  private static void mergedBy(String key, long most, JSONSchemaProps list) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
    list.setMaxItems(most);
  }

  /** Allowed words in the order in which people think of them; the generator sorts them. */
  private static void choices(JSONSchemaProps schema, String... words) {
    schema.setEnum(new ArrayList<>(Arrays.stream(words).map(TextNode::valueOf).toList()));
    schema.setMaxLength(WORD);
  }

  private static JSONSchemaProps child(JSONSchemaProps schema, String... path) {
    JSONSchemaProps found = schema;
    for (String name : path) {
      found = found.getProperties().get(name);
      if (found == null) {
        throw new IllegalStateException("the generated CRD has no field " + name);
      }
    }
    return found;
  }

  private static List<CustomResourceColumnDefinition> columns() {
    return List.of(
        column("PROJECT", "string", 0, ".spec.projectId"),
        column("ENV", "string", 0, ".spec.environmentType"),
        column("READY", "string", 0, ".status.conditions[?(@.type==\"Ready\")].status"),
        column("STATUS", "string", 0, ".status.conditions[?(@.type==\"Ready\")].reason"),
        column("DONE", "string", 0, ".status.summary"),
        // A text: a date column would print an age.
        column("TOKEN-EXPIRES", "string", 0, ".status.registryToken.expiresAt"),
        column("AGE", "date", 0, ".metadata.creationTimestamp"),
        column("TARGET", "string", 1, ".status.projectName"),
        column("GROUP", "string", 1, ".spec.googleGroup"),
        column("MODE", "string", 1, ".spec.mode"),
        column("SUSPENDED", "boolean", 1, ".spec.suspend"),
        column("MESSAGE", "string", 1, ".status.conditions[?(@.type==\"Ready\")].message"));
  }

  private static CustomResourceColumnDefinition column(
      String name, String type, int priority, String path) {
    return new CustomResourceColumnDefinitionBuilder()
        .withName(name)
        .withType(type)
        .withPriority(priority == 0 ? null : priority)
        .withJsonPath(path)
        .build();
  }
}

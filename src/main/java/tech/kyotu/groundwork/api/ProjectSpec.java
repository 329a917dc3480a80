package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What operations ask for. A stored object may break today's rules: every component may then be
 * null, and {@link SpecRules} says what is wrong. Reading never fails, because one unreadable
 * Project would stop the watch on all.
 *
 * @param projectId path of the GitLab group and first half of the name
 * @param environmentType second half of the name
 * @param googleGroup the people who get access, one lower-case e-mail address
 * @param mode carry out, or plan only
 * @param suspend true stops all work, also deletion
 * @param adoption whether unowned things may be used
 * @param deletion what becomes of namespace and secrets
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProjectSpec(
    @JsonPropertyDescription(
            "Immutable. Path of the GitLab group and first half of the name of everything else.")
        @Required
        @SelectableField
        @Size(min = 1, max = 40)
        @Pattern(SpecRules.PROJECT_ID)
        @ValidationRule(value = "self == oldSelf", message = SpecRules.PROJECT_ID_IS_IMMUTABLE)
        @ValidationRule(
            value = "self.matches('" + SpecRules.PROJECT_ID + "') && !self.contains('--')",
            message = SpecRules.PROJECT_ID_ADVICE)
        @Nullable String projectId,
    @JsonPropertyDescription("Immutable. Second half of the name: <projectId>-<environmentType>.")
        @Required
        @SelectableField
        @ValidationRule(value = "self == oldSelf", message = SpecRules.ENVIRONMENT_IS_IMMUTABLE)
        @Nullable EnvironmentType environmentType,
    @JsonPropertyDescription(
            "The people who get access in Kubernetes, Argo CD and Vault: one lower-case e-mail"
                + " address.")
        @Required
        @SelectableField
        @Size(min = 6, max = 254)
        @Pattern(SpecRules.GOOGLE_GROUP)
        @ValidationRule(
            value = "self.matches('" + SpecRules.GOOGLE_GROUP + "')",
            message = SpecRules.GOOGLE_GROUP_ADVICE)
        @Nullable String googleGroup,
    @JsonPropertyDescription(
            "Plan reads everything, writes nothing, and shows what Apply would do in status.plan.")
        @Default("Apply")
        @Nullable Mode mode,
    @JsonPropertyDescription("True stops all work on this Project, also its deletion.")
        @Default("false")
        boolean suspend,
    @JsonPropertyDescription("May existing things that bear no owner's mark be used?")
        @Default("IfUnowned")
        @Nullable Adoption adoption,
    @JsonPropertyDescription("What becomes of the namespace and of the secrets on deletion.")
        @Default("{}")
        @Nullable DeletionPolicy deletion) {

  /**
   * Reads a spec as it is stored, whatever it holds.
   *
   * @param node the stored JSON; any shape
   * @return the values that could be read; what is absent has its default, what is unreadable is
   *     null
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ProjectSpec of(JsonNode node) {
    return new ProjectSpec(
        text(node, "projectId"),
        choice(node, "environmentType", EnvironmentType.class, null),
        text(node, "googleGroup"),
        choice(node, "mode", Mode.class, Mode.APPLY),
        node.path("suspend").asBoolean(false),
        choice(node, "adoption", Adoption.class, Adoption.IF_UNOWNED),
        deletion(node.path("deletion")));
  }

  private static DeletionPolicy deletion(JsonNode node) {
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      // Whoever wrote something here meant something; the default would delete.
      return new DeletionPolicy(null, null);
    }
    return new DeletionPolicy(
        choice(
            node,
            "namespace",
            DeletionPolicy.NamespacePolicy.class,
            DeletionPolicy.NamespacePolicy.DELETE),
        choice(
            node,
            "secrets",
            DeletionPolicy.SecretsPolicy.class,
            DeletionPolicy.SecretsPolicy.RETAIN));
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  private static <E extends Enum<E>> @Nullable E choice(
      JsonNode node, String field, Class<E> type, @Nullable E whenAbsent) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return whenAbsent;
    }
    for (E constant : type.getEnumConstants()) {
      if (word(type, constant).equals(value.asText())) {
        return constant;
      }
    }
    return null;
  }

  /** The word of a constant in the resource: the one that its {@link JsonProperty} declares. */
  private static String word(Class<?> type, Enum<?> constant) {
    try {
      JsonProperty property = type.getField(constant.name()).getAnnotation(JsonProperty.class);
      return property == null ? constant.name() : property.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same in another mode. */
  public ProjectSpec in(Mode other) {
    return new ProjectSpec(
        projectId, environmentType, googleGroup, other, suspend, adoption, deletion);
  }
}

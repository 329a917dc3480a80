package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the two things that hold a team's own data.
 *
 * @param namespace whether the namespace goes; null only in a stored object that breaks today's
 *     rules
 * @param secrets whether the data in Vault goes; null only in a stored object that breaks today's
 *     rules
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeletionPolicy(
    @JsonPropertyDescription(
            "Delete removes a namespace that Groundwork created. An adopted one always stays.")
        @Default("Delete")
        @Nullable NamespacePolicy namespace,
    @JsonPropertyDescription(
            "Retain keeps the key/value data in Vault, Destroy removes all its versions.")
        @Default("Retain")
        @Nullable SecretsPolicy secrets) {

  /** What holds when the resource says nothing. */
  public static final DeletionPolicy DEFAULT =
      new DeletionPolicy(NamespacePolicy.DELETE, SecretsPolicy.RETAIN);

  /** The fate of a namespace that we made. */
  public enum NamespacePolicy {
    @JsonProperty("Delete")
    DELETE,
    @JsonProperty("Retain")
    RETAIN
  }

  /** The fate of the data in Vault. */
  public enum SecretsPolicy {
    @JsonProperty("Retain")
    RETAIN,
    @JsonProperty("Destroy")
    DESTROY
  }
}

package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a Project has outside its own spec: public facts only, never a value of a secret.
 *
 * @param id which thing, unique within the Project: {@code namespace}, {@code gitlab-group}, ...
 * @param kind what it is in its own system, for example {@code Namespace} or {@code VaultRole}
 * @param origin whether we made it
 * @param reference how its own system names it; where the system has a numeric id, that comes first
 * @param shared true if other Projects use it too; absent otherwise
 * @param since when it was made, ISO-8601 in UTC; null where the system does not tell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Holding(
    @Required @JsonPropertyDescription("Which thing, unique within the Project.") String id,
    @JsonPropertyDescription("What it is in its own system.") String kind,
    @JsonPropertyDescription("Created or Adopted; only Created things are ever removed.")
        Origin origin,
    @JsonPropertyDescription("How its own system names it.") String reference,
    @JsonPropertyDescription("True if other Projects use it too.") @Nullable Boolean shared,
    @JsonPropertyDescription("When it was made, where the system tells.") @Nullable String since) {

  /** A thing of this Project alone whose system does not tell when it was made. */
  public static Holding of(String id, String kind, Origin origin, String reference) {
    return new Holding(id, kind, origin, reference, null, null);
  }
}

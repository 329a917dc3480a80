package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/**
 * One line of {@code status.plan}.
 *
 * @param step condition type of the step
 * @param verb CREATE, UPDATE, ROTATE, ADOPT, RETAIN or DELETE
 * @param subject what would be touched, at most 256 characters
 * @param reason why, at most 512 characters
 */
public record PlannedChange(
    @JsonPropertyDescription("Condition type of the step.") String step,
    @JsonPropertyDescription("CREATE, UPDATE, ROTATE, ADOPT, RETAIN or DELETE.") String verb,
    @JsonPropertyDescription("What would be touched.") @Size(max = 256) String subject,
    @JsonPropertyDescription("Why.") @Size(max = 512) String reason) {}

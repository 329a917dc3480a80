package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * The one gate for everything that fails in a Project. Losing it starts the back-off anew and harms
 * nothing.
 *
 * @param count attempts that failed in a row, at least 1
 * @param step condition type of the first failing step
 * @param since when the trouble began, ISO-8601 in UTC
 * @param nextAttemptAt when it is tried again; null while a lane waits for its system, which nobody
 *     can date
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failures(
    @JsonPropertyDescription("Attempts that failed in a row.") int count,
    @JsonPropertyDescription("Condition type of the first failing step.") String step,
    @JsonPropertyDescription("When the trouble began.") String since,
    @JsonPropertyDescription("When it is tried again.") @Nullable String nextAttemptAt) {}

package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Our newest commit for a Project in one repository.
 *
 * @param repository {@code flux} or {@code deployment}
 * @param branch the branch
 * @param revision the full commit id
 * @param url a page that shows it; null where none is known
 * @param pushedAt when the server took it, ISO-8601 in UTC
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Commit(
    @JsonPropertyDescription("flux or deployment.") @Required String repository,
    @JsonPropertyDescription("The branch that was pushed to.") String branch,
    @JsonPropertyDescription("The full commit id.") String revision,
    @JsonPropertyDescription("A page that shows the commit.") @Size(max = 2048)
        @Nullable String url,
    @JsonPropertyDescription("When the server took it.") @Nullable String pushedAt) {}

package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
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
    @Required String repository,
    String branch,
    String revision,
    @Nullable String url,
    @Nullable String pushedAt) {}

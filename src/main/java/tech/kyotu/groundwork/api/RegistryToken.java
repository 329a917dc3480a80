package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * The life of the token in the pull secret: ids and dates, never the value. Times are ISO-8601 in
 * UTC.
 *
 * @param id GitLab's id of the published token
 * @param issuedAt when GitLab made it
 * @param expiresAt the date on whose start (00:00 UTC) it is dead
 * @param rotateAt when it is due to be replaced
 * @param probedAt when the registry last accepted it
 * @param lastRotateRequest the rotate annotation's value that was handled last; null if none was
 * @param previousId the token before it, only while both live
 * @param previousRevokeAfter when that one is revoked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegistryToken(
    @JsonPropertyDescription("GitLab's id of the published token.") long id,
    @JsonPropertyDescription("When GitLab made it.") @Nullable String issuedAt,
    @JsonPropertyDescription("The date on whose start (00:00 UTC) it is dead.")
        @Nullable String expiresAt,
    @JsonPropertyDescription("When it is due to be replaced.") @Nullable String rotateAt,
    @JsonPropertyDescription("When the registry last accepted it.") @Nullable String probedAt,
    @JsonPropertyDescription("The rotate request that was handled last.")
        @Nullable String lastRotateRequest,
    @JsonPropertyDescription("The token before it, only while both live.")
        @Nullable Long previousId,
    @JsonPropertyDescription("When that one is revoked.") @Nullable String previousRevokeAfter) {}

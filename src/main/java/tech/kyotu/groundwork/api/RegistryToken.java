package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
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
    long id,
    @Nullable String issuedAt,
    @Nullable String expiresAt,
    @Nullable String rotateAt,
    @Nullable String probedAt,
    @Nullable String lastRotateRequest,
    @Nullable Long previousId,
    @Nullable String previousRevokeAfter) {}

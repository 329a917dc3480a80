package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Pages for people; each is absent where the settings name no address. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Links(
    @Nullable String gitlabGroup,
    @Nullable String argocd,
    @Nullable String vault,
    @Nullable String fluxFile,
    @Nullable String deploymentFolder,
    @Nullable String console) {}

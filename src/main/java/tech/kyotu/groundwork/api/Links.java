package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Pages for people; each is absent where the settings name no address. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Links(
    @JsonPropertyDescription("The GitLab group.") @Size(max = 2048) @Nullable String gitlabGroup,
    @JsonPropertyDescription("The Applications in Argo CD.") @Size(max = 2048)
        @Nullable String argocd,
    @JsonPropertyDescription("The secrets in Vault.") @Size(max = 2048) @Nullable String vault,
    @JsonPropertyDescription("The file with the rights.") @Size(max = 2048)
        @Nullable String fluxFile,
    @JsonPropertyDescription("The folder with the manifests.") @Size(max = 2048)
        @Nullable String deploymentFolder,
    @JsonPropertyDescription("This Project in the console.") @Size(max = 2048)
        @Nullable String console) {}

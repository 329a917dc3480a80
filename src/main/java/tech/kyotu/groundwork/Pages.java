package tech.kyotu.groundwork;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Links;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GitAddress;
import tech.kyotu.groundwork.config.GroundworkConfig;

/** The pages where people find a Project's things, made from settings and the spec alone. */
final class Pages {

  private final GroundworkConfig config;

  Pages(GroundworkConfig config) {
    this.config = config;
  }

  /** The links of a Project with a valid name. */
  Optional<Links> of(Project project) {
    String name = project.name().value();
    String group =
        config.gitlab().parent().map(parent -> parent + "/").orElse("")
            + project.name().projectId();
    return Optional.of(
        new Links(
            below(config.gitlab().url(), group),
            config
                .links()
                .argocd()
                .map(url -> below(url, "applications?proj=" + name))
                .orElse(null),
            config
                .links()
                .vault()
                .map(
                    url ->
                        below(url, "ui/vault/secrets/" + config.vault().mount() + "/list/" + name))
                .orElse(null),
            inRepository(config.git().flux(), "blob", "projects/" + name + "/tenant.yaml"),
            inRepository(config.git().deployment(), "tree", "manifests/" + name),
            null));
  }

  /**
   * The repositories live in a GitLab too, so its page addresses hold; null if only an address over
   * SSH is known, which no browser opens.
   */
  private @Nullable String inRepository(
      GroundworkConfig.Repository repository, String view, String path) {
    URI page = GitAddress.page(repository.url(), config.gitlab().url());
    if ("ssh".equals(page.getScheme())) {
      return null;
    }
    String project = page.toString().replaceAll("(\\.git)?/*$", "");
    return project + "/-/" + view + "/" + repository.branch() + "/" + path;
  }

  private static String below(URI url, String path) {
    return url.toString().replaceAll("/+$", "") + "/" + path;
  }
}

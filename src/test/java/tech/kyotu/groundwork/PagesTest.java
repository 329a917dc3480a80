package tech.kyotu.groundwork;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Links;
import tech.kyotu.groundwork.testing.Settings;

class PagesTest {

  private static Links links(String flux, String deployment) {
    Map<String, String> settings =
        Map.of(
            "gitlab.url", "https://gitlab.example.com/",
            "git.flux.url", flux,
            "git.deployment.url", deployment);
    return new Pages(Settings.of(settings)).of(aProject("shop").build()).orElseThrow();
  }

  @Test
  void leadsToTheFilesInGitLabHoweverGitGetsThere() {
    Links links =
        links(
            "git@gitlab.example.com:platform/flux.git",
            "https://gitlab.example.com/platform/deployment.git");
    assertThat(links.fluxFile())
        .isEqualTo(
            "https://gitlab.example.com/platform/flux/-/blob/main/projects/shop-dev/tenant.yaml");
    assertThat(links.deploymentFolder())
        .isEqualTo("https://gitlab.example.com/platform/deployment/-/tree/main/manifests/shop-dev");
  }

  @Test
  void leadsNowhereIfOnlyAnAddressOverSshIsKnown() {
    Links links =
        links("ssh://git@git.example.com/a/flux.git", "git@git.example.com:a/deployment.git");
    assertThat(links.fluxFile()).isNull();
    assertThat(links.deploymentFolder()).isNull();
  }
}

package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.testing.Settings;

class LaneSettingsTest {

  private static LaneSettings flux(String gitlab, String url) {
    return LaneSettings.flux(Settings.of(Map.of("gitlab.url", gitlab, "git.flux.url", url)), "1");
  }

  @Test
  void knowsWhichFilesAllProjectsShare() {
    GroundworkConfig config = Settings.of(Map.of("shared.argo-policy-file", "argocd/rbac.yaml"));
    assertThat(LaneSettings.flux(config, "1").sharedFiles())
        .containsExactlyInAnyOrder("argocd/rbac.yaml", "namespaces/vault/vault/rbac_values.yaml");
    assertThat(LaneSettings.deployment(config, "1").sharedFiles()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://gitlab.example.com, https://gitlab.example.com/a/b/flux.git, a/b/flux",
    "https://gitlab.example.com/, https://someone@GitLab.example.com:443/a/flux, a/flux",
    "https://gitlab.example.com/sub, https://gitlab.example.com/sub/a/flux.git/, sub/a/flux",
    "https://gitlab.example.com, git@gitlab.example.com:a/b/flux.git, a/b/flux",
    "https://gitlab.example.com/sub/, ssh://git@gitlab.example.com:2222/a/flux.git, sub/a/flux"
  })
  void knowsTheCommitPagesOfARepositoryInGitLab(String gitlab, String url, String project) {
    assertThat(flux(gitlab, url).pages().of("abc"))
        .contains("https://gitlab.example.com/" + project + "/-/commit/abc");
  }

  @ParameterizedTest
  @CsvSource({
    "https://gitlab.example.com, https://git.example.com/a/flux.git",
    "https://gitlab.example.com, git@git.example.com:a/flux.git",
    "https://gitlab.example.com, https://gitlab.example.com:8443/a/flux.git",
    "http://127.0.0.1:1, http://127.0.0.1:2/flux.git"
  })
  void knowsNoPagesOfARepositoryElsewhere(String gitlab, String url) {
    assertThat(flux(gitlab, url).pages().of("abc")).isEmpty();
  }
}

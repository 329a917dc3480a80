package tech.kyotu.groundwork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.testing.Settings;

class SettingsCheckTest {

  @TempDir Path folder;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void aSettingOfEverythingThatWorks() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "user:value");
    Files.createDirectories(folder.resolve("flux-repo-template"));
    Files.createDirectories(folder.resolve("argocd-templates"));
    settings.put("gitlab.url", "https://gitlab.example.com");
    settings.put("gitlab.token-file", secret.toString());
    settings.put("registry.host", "registry.example.com:5000");
    settings.put("git.flux.url", "https://gitlab.example.com/ops/flux.git");
    settings.put("git.flux.credential-file", secret.toString());
    settings.put("git.deployment.url", "https://gitlab.example.com/ops/deployment.git");
    settings.put("git.deployment.credential-file", secret.toString());
    settings.put("git.template-folder", folder.toString());
    settings.put("vault.address", "https://vault.example.com");
    settings.put("vault.token-file", secret.toString());
  }

  @Test
  void acceptsSettingsThatWork() {
    assertThatCode(() -> SettingsCheck.check(Settings.of(settings))).doesNotThrowAnyException();
  }

  @Test
  void acceptsTheLayoutOfInstallationsThatAreThere() {
    settings.put("git.layout", "shared");
    settings.put("shared.forget", "shop-dev,old-one-prod");
    settings.put("shared.argo-policy-node", "/data/policy.csv");
    assertThatCode(() -> SettingsCheck.check(Settings.of(settings))).doesNotThrowAnyException();
  }

  @Test
  void acceptsARepositoryOverSshThatGoesByItsTwoFilesAlone() throws IOException {
    Path hosts = Files.writeString(folder.resolve("hosts"), "git.example.com ssh-ed25519 AAAA");
    settings.put("git.flux.url", "git@git.example.com:platform/flux.git");
    assertThatThrownBy(() -> SettingsCheck.check(Settings.of(settings)))
        .hasMessageContaining("git.flux.known-hosts-file is needed where the url is of SSH");
    settings.put("git.flux.known-hosts-file", hosts.toString());
    assertThatCode(() -> SettingsCheck.check(Settings.of(settings))).doesNotThrowAnyException();

    settings.put("git.flux.proxy", "http://proxy:3128");
    assertThatThrownBy(() -> SettingsCheck.check(Settings.of(settings)))
        .hasMessageContaining("git.flux.url is of SSH, which knows no ca-file and no proxy");
  }

  @Test
  void acceptsAllThatATenantsFileMayHold() {
    settings.put("flux.secret-store", "true");
    settings.put("flux.default-deny", "true");
    settings.put("flux.quota.dev", "pods=50,requests.cpu=8");
    settings.put("flux.container-defaults.prod", "requests.cpu=100m,limits.memory=512Mi");
    settings.put("flux.role.test", "team:developers");
    assertThatCode(() -> SettingsCheck.check(Settings.of(settings))).doesNotThrowAnyException();
  }

  @Test
  void namesWhatASecretStoreCannotWorkWithout() throws IOException {
    Path large = Files.writeString(folder.resolve("ca.pem"), "x".repeat((64 << 10) + 1));
    settings.put("flux.secret-store", "true");
    settings.put("vault.ca-file", large.toString());
    settings.put("vault.service-accounts", "app");
    settings.put("git.layout", "shared");
    settings.remove("vault.address");

    assertThatThrownBy(() -> SettingsCheck.check(Settings.of(settings)))
        .hasMessageContaining("groundwork.flux.secret-store needs vault.address.")
        .hasMessageContaining("add it to vault.service-accounts.")
        .hasMessageContaining("name a file of at most 64 KiB.")
        .hasMessageContaining("groundwork.git.layout is shared, where flux.secret-store,");
  }

  @ParameterizedTest
  @CsvSource({
    "gitlab.url, http://gitlab.example.com, groundwork.gitlab.url must start with" + " https://.",
    "gitlab.url, https://u:p@gitlab.example.com, holds a user",
    "gitlab.url, gitlab, is not an address",
    "gitlab.token-file, /no/such/file, names a file that cannot be read: /no/such/file",
    "gitlab.parent, 42, is all digits",
    "gitlab.token-lifetime, P7D, must be between 8d and 364d",
    "gitlab.token-grace, PT5M, at least 10m",
    "gitlab.requests-per-minute, 5, at least 30",
    "deletion.brake, -1, must be at least 0",
    "gitlab.proxy, proxy, must look like http://proxy:3128",
    "registry.host, https://registry, must be a host",
    "git.flux.url, ext::sh, is not an address",
    "git.flux.url, ssh://-oProxyCommand=x/flux.git, is not an address",
    "git.flux.url, ssh://-l@git.example.com/flux.git, is not an address",
    "git.flux.url, ssh://git@git.example.com/-x, is not an address",
    "git.flux.url, ssh://git:hidden@git.example.com/flux.git, holds a password",
    "git.deployment.url, http://git.example.com/x.git, must start with https://",
    "shared.vault-values-file, ../rbac_values.yaml, must be the path of a file",
    "shared.argo-policy-file, /rbac.yaml, must be the path of a file",
    "shared.argo-policy-file, namespaces/vault/vault/rbac_values.yaml, is the same file",
    "shared.argo-policy-node, data.policy, must look like /data/policy.csv",
    "shared.forget, shop, must hold names of Projects",
    "shared.forget, shop--x-dev, must hold names of Projects",
    "flux.role.dev, a/b, must be the name of a ClusterRole",
    "flux.quota.dev, cpus=5, cannot be read at \"cpus=5\"",
    "flux.container-defaults.qa, pods=5, write it as requests.cpu=100m",
    "git.tip-max-age, PT1S, not be shorter than git.tip-interval",
    "git.template-folder, /no/such/folder, holds no folder flux-repo-template",
    "vault.address, http://vault.example.com, must start with https://",
    "vault.kv-version, 3, must be 1 or 2",
    "takeover.deployment, project-operator, must be namespace/name",
    "vault.service-accounts, *, let every pod in",
    "retry.rejected, PT0S, longer than nothing",
    "cluster-id, Not A Label, DNS label",
  })
  void namesTheSettingAndTheFix(String setting, String value, String sentence) {
    settings.put(setting, value);

    Throwable refused =
        catchThrowableOfType(
            RuntimeException.class, () -> SettingsCheck.check(Settings.of(settings)));

    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).contains(setting);
    if (sentence != null) {
      assertThat(refused).isInstanceOf(InvalidSettingsException.class);
      assertThat(refused.getMessage()).contains(sentence);
    }
  }

  @Test
  void namesAllFaultsAtOnce() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    settings.put("gitlab.token-file", empty.toString());
    settings.put("vault.kv-version", "7");

    InvalidSettingsException refused =
        catchThrowableOfType(
            InvalidSettingsException.class, () -> SettingsCheck.check(Settings.of(settings)));

    assertThat(refused.getMessage())
        .contains("gitlab.token-file names an empty file")
        .contains("vault.kv-version");
  }
}

package tech.kyotu.groundwork.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.config.GroundworkConfig;

class SettingsTest {

  @Test
  void givesEveryDefaultWithoutASingleSetting() {
    GroundworkConfig config = Settings.defaults();

    assertThat(config.gitlab().tokenLifetime()).isEqualTo(Duration.ofDays(60));
    assertThat(config.git().cloneFolder()).isAbsolute().hasFileName("groundwork-clones");
    assertThat(config.vault().address()).isEmpty();
    assertThat(config.vault().destroyEnvironments())
        .containsExactlyInAnyOrder(EnvironmentType.DEV, EnvironmentType.QA, EnvironmentType.TEST);
  }

  @Test
  void takesWhatATestSays() {
    GroundworkConfig config =
        Settings.of(
            Map.of(
                "vault.kv-version", "1",
                "vault.key-style", "underscore",
                "flux.role.dev", "admin",
                "registry.host", "registry.example.org"));

    assertThat(config.vault().kvVersion()).isEqualTo(1);
    assertThat(config.vault().keyStyle()).isEqualTo(GroundworkConfig.KeyStyle.UNDERSCORE);
    assertThat(config.flux().role()).containsEntry(EnvironmentType.DEV, "admin");
    assertThat(config.registry().host()).isEqualTo("registry.example.org");
  }

  @Test
  void refusesASettingThatDoesNotExist() {
    assertThatThrownBy(() -> Settings.of(Map.of("vault.adress", "http://127.0.0.1:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groundwork.vault.adress");
  }
}

package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.api.EnvironmentType.PROD;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.testing.Settings;

class PolicyTextTest {
  private static final OwnerMark MARK = new OwnerMark("u-1", new ProjectRef("ops", "shop"));

  private static String people(EnvironmentType type, Map<String, String> given) {
    GroundworkConfig.Vault settings = Settings.of(given).vault();
    VaultNames names = VaultNames.of(new ProjectName("shop", type), settings);
    return PolicyText.ofPeople(settings, names, type, MARK);
  }

  private static String pods(Map<String, String> given) {
    GroundworkConfig.Vault settings = Settings.of(given).vault();
    VaultNames names = VaultNames.of(new ProjectName("shop", DEV), settings);
    return PolicyText.ofPods(settings, names, MARK);
  }

  @Test
  void letsPodsReadAndNothingElse() {
    assertThat(pods(Map.of()))
        .isEqualTo(
            """
            # groundwork: owner=ops/shop uid=u-1
            path "secret/data/shop-dev/*" {
              capabilities = ["read"]
            }
            path "secret/metadata/shop-dev/*" {
              capabilities = ["read", "list"]
            }
            path "secret/metadata/shop-dev" {
              capabilities = ["list"]
            }
            path "secret/metadata/shop-dev/" {
              capabilities = ["list"]
            }
            """);
  }

  @Test
  void letsPeopleDestroyOnlyInTheEnvironmentsOfTheSettings() {
    assertThat(people(DEV, Map.of()))
        .contains("path \"secret/destroy/shop-dev/*\"")
        .contains(
            "path \"secret/metadata/shop-dev/*\" {\n"
                + "  capabilities = [\"read\", \"list\", \"delete\"]");
    assertThat(people(PROD, Map.of()))
        .contains("path \"secret/delete/shop-prod/*\"", "path \"secret/undelete/shop-prod/*\"")
        .doesNotContain("destroy")
        .contains(
            "path \"secret/metadata/shop-prod/*\" {\n  capabilities = [\"read\", \"list\"]\n");
  }

  @Test
  void letsPodsWriteWhereTheSettingsSaySo() {
    assertThat(pods(Map.of("vault.pods-write", "true")))
        .contains("capabilities = [\"create\", \"read\", \"update\", \"patch\"]");
    assertThat(pods(Map.of("vault.pods-write", "true", "vault.kv-version", "1")))
        .contains("capabilities = [\"create\", \"read\", \"update\", \"list\"]");
  }

  @Test
  void knowsVersionOneAndUnderscores() {
    assertThat(
            people(
                DEV,
                Map.of(
                    "vault.kv-version", "1",
                    "vault.mount", "team/kv",
                    "vault.key-style", "underscore")))
        .isEqualTo(
            """
            # groundwork: owner=ops/shop uid=u-1
            path "team/kv/shop_dev/*" {
              capabilities = ["create", "read", "update", "delete", "list"]
            }
            """);
  }

  @Test
  void comparesWithoutWhiteSpaceButNotWithoutLines() {
    String text = pods(Map.of());

    assertThat(PolicyText.isSame(text, "\n" + text.replace("  ", "\t ") + "\n\n")).isTrue();
    assertThat(PolicyText.isSame(text, text.replace("\n", " "))).isFalse();
    assertThat(PolicyText.isSame(text, text.replace("read", "update"))).isFalse();
  }
}

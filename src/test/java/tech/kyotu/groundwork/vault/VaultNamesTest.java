package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.testing.Settings;

class VaultNamesTest {

  private static final List<String> ALIKE =
      List.of("a", "ab", "a-b", "a-dev", "a-dev-qa", "ab-dev", "dev", "dev-qa", "devqa", "a-b-c");

  @ParameterizedTest
  @ValueSource(strings = {"dash", "underscore"})
  void noTwoProjectsShareAFolderAGroupOrAPolicy(String style) {
    GroundworkConfig.Vault settings = Settings.of(Map.of("vault.key-style", style)).vault();
    List<String> keys = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    List<String> policies = new ArrayList<>();
    for (String id : ALIKE) {
      for (EnvironmentType environment : EnvironmentType.values()) {
        ProjectName name = new ProjectName(id, environment);
        VaultNames names = VaultNames.of(name, settings);
        keys.add(names.key());
        groups.add(names.group());
        policies.add(names.access());
        policies.add(names.read());
        policies.add(new PeoplePolicy(settings).name(name));
      }
    }
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(groups).doesNotHaveDuplicates();
    assertThat(policies).doesNotHaveDuplicates();
  }
}

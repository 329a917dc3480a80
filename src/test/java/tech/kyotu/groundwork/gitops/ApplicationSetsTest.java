package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.testing.OlderInstallation;
import tech.kyotu.groundwork.testing.Settings;

class ApplicationSetsTest {

  private static final String FILE = "applications/shop-dev.yaml";

  private final OlderInstallation older =
      new OlderInstallation("shop-dev", "shop.crew@example.com", "https://git.example.com/d.git");

  private ApplicationSets olders() throws RejectedException {
    return ApplicationSets.of(older.deployment().get(FILE).getBytes(UTF_8), FILE);
  }

  private static ApplicationSets ours(Map<String, String> settings) throws RejectedException {
    RenderInput input = RenderInput.of(aProject("shop").build());
    return ApplicationSets.of(new TemplateFolder(Settings.of(settings)).applications(input), FILE);
  }

  @Test
  void knowsWhatTheOlderSetsCallTheirApplications() throws RejectedException {
    assertThat(olders().names())
        .containsExactly(
            Map.entry("shop-dev-apps", "folder-shop-dev"),
            Map.entry("shop-dev-configs", "inner-folder"));
  }

  @Test
  void knowsWhatOursCallTheirs() throws RejectedException {
    assertThat(ours(Map.of("argo.configs-set", "true")).names())
        .containsExactly(
            Map.entry("shop-dev-apps", "shop-dev-folder"),
            Map.entry("shop-dev-configs", "shop-dev-folder-configs"));
    assertThat(ours(Map.of("argo.application-names", "folder-project")).names())
        .containsExactly(Map.entry("shop-dev-apps", "folder-shop-dev"));
  }

  @Test
  void sparesInEverySetAndKeepsTheMark() throws RejectedException {
    String mark = "# groundwork: owner=teams/shop-dev uid=abc\n";
    byte[] marked = (mark + older.deployment().get(FILE)).getBytes(UTF_8);
    ApplicationSets sets = ApplicationSets.of(marked, FILE);
    assertThat(sets.spare()).isFalse();
    byte[] sparing = sets.sparing();
    assertThat(new String(sparing, UTF_8)).startsWith(mark);
    ApplicationSets spared = ApplicationSets.of(sparing, FILE);
    assertThat(spared.spare()).isTrue();
    assertThat(spared.names()).isEqualTo(sets.names());
    assertThat(spared.documents()).hasSize(3);
    assertThat(ArgoFiles.preserves(sparing)).isTrue();
  }

  @Test
  void whatIsNoYamlIsRefused() {
    assertThatThrownBy(() -> ApplicationSets.of("a: b: c".getBytes(UTF_8), FILE))
        .isInstanceOfSatisfying(
            RejectedException.class,
            why -> assertThat(why.reason()).isEqualTo(Reason.UNREADABLE_FILE));
  }
}

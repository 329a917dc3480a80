package tech.kyotu.groundwork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.testing.OlderInstallation;

/** What goes to the file, and what goes to the person. */
class ImportVerbTest {

  private static final String POLICY = OlderInstallation.POLICY;
  private static final String VALUES = OlderInstallation.VALUES;

  @TempDir private Path flux;
  @TempDir private Path deployment;

  @Test
  void printsManifestsOnStandardOutputAndAllElseBesideIt() throws IOException {
    var shop =
        new OlderInstallation(
            "shop-dev", "shop.crew@example.com", "https://git.example.com/deployment.git");
    for (Map.Entry<String, String> file : shop.deployment().entrySet()) {
      put(deployment, file.getKey(), file.getValue());
    }
    put(
        flux,
        POLICY,
        "data:\n  policy.csv: |\n    g, ops@example.com, role:admin\n" + shop.policy());
    put(flux, VALUES, shop.values());
    Typed typed =
        Typed.at(
            new FakeApiServer().with(),
            "import -n teams --flux-repo %s --deployment-repo %s".formatted(flux, deployment));
    assertThat(typed.code()).isZero();
    assertThat(typed.out())
        .startsWith("---\napiVersion: kyotu.tech/v1\nkind: Project\n")
        .contains("  namespace: teams\n", "  googleGroup: shop.crew@example.com\n")
        .doesNotContain("settings");
    assertThat(typed.err())
        .contains("settings that keep things as they are:", "git.layout=shared")
        .contains("found 1 projects; 0 left out");
  }

  private static void put(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

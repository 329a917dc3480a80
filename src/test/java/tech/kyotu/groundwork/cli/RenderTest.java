package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Files for people, for programs and for folders; a kubeconfig is never looked for. */
class RenderTest {

  private static final String RENDER =
      "render -f src/test/resources/offline/shop.yaml"
          + " --settings src/test/resources/offline/settings.properties";

  private static final Surroundings.Door SHUT =
      flags -> {
        throw new AssertionError("nobody needs the cluster");
      };

  @TempDir Path folder;

  private static Typed typed(String piped, String line) {
    return Typed.at(SHUT, Map.of("GROUNDWORK_ARGO_MANIFESTS_README", "true"), false, piped, line);
  }

  @Test
  void printsOneStreamOfYamlDocuments() {
    Typed typed = typed("", RENDER);

    List<Object> kinds = new ArrayList<>();
    for (Object document :
        new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(typed.out())) {
      kinds.add(((Map<?, ?>) document).get("kind"));
    }
    assertThat(kinds)
        .containsExactly(
            "ServiceAccount",
            "RoleBinding",
            "ServiceAccount",
            "RoleBinding",
            "AppProject",
            "ApplicationSet",
            "AppProject",
            "ApplicationSet");
    assertThat(typed.out().lines().filter(line -> line.matches("# (flux|deployment):.*")))
        .startsWith("# flux:projects/shop-dev/tenant.yaml", "# flux:projects/shop-qa/tenant.yaml")
        .contains("# deployment:manifests/shop-dev/README.md")
        .hasSize(8);
    assertThat(typed.err()).isEmpty();
    assertThat(typed.code()).isZero();
  }

  @Test
  void writesTheFilesAsTheyWouldStandInTheRepositories() throws IOException {
    Path target = folder.resolve("new");
    Typed typed = typed("", RENDER + " --output-dir " + target);

    assertThat(typed.out()).isEmpty();
    assertThat(typed.err()).isEqualTo("Wrote 8 files below %s.%n".formatted(target));
    String tenant = Files.readString(target.resolve("flux/projects/shop-dev/tenant.yaml"), UTF_8);
    assertThat(typed("", RENDER).out()).contains(tenant);
    assertThat(target.resolve("deployment/manifests/shop-dev/.gitkeep")).isEmptyFile();

    assertThat(typed("", RENDER + " --output-dir " + target).code()).isEqualTo(2);
  }

  @Test
  void readsWhatIsPipedInAndGivesItsNamespace() {
    String manifest =
        """
        {"apiVersion": "kyotu.tech/v1", "kind": "Project", "metadata": {"name": "x"},
         "spec": {"projectId": "shop", "environmentType": "prod", "googleGroup": "a@example.com"}}
        """;
    Typed typed = typed(manifest, "render -f - -n teams -o json -q");

    assertThat(Json.read(typed.out()).at("/files/0/content").asText())
        .contains("owner=teams/x", "name: 'view'");
    assertThat(typed.err()).isEmpty();
  }
}

package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folders that an installation copies: a mistake there would show only in a cluster. */
class RepositoryTemplatesTest {

  private static final Path FLUX = Path.of("flux-repo-template");

  private static List<Path> yamlFiles() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("flux-repo-template", "argocd-templates")) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(path -> path.toString().endsWith(".yaml")).forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void everyFileIsYaml() throws Exception {
    for (Path file : yamlFiles()) {
      assertThat(Template.parsed(Files.readString(file), file.toString()))
          .as(file.toString())
          .isNotEmpty()
          .allMatch(Map.class::isInstance);
    }
  }

  @Test
  void everyManifestHasAnApiVersionAKindAndAName() throws Exception {
    for (Path file : yamlFiles()) {
      if (file.endsWith("rbac_values.yaml") || file.endsWith("kustomizeconfig.yaml")) {
        continue;
      }
      for (Object document : Template.parsed(Files.readString(file), file.toString())) {
        assertThat(((Map<?, ?>) document).keySet().stream().map(Object::toString).toList())
            .as(file.toString())
            .contains("apiVersion", "kind");
      }
    }
  }

  @Test
  void everyKustomizationListsFilesThatExist() throws Exception {
    for (Path file : yamlFiles()) {
      if (!file.endsWith("kustomization.yaml")) {
        continue;
      }
      Map<?, ?> document =
          (Map<?, ?>) Template.parsed(Files.readString(file), file.toString()).get(0);
      if (document.get("resources") instanceof List<?> resources) {
        for (Object resource : resources) {
          assertThat(file.resolveSibling(resource.toString())).exists();
        }
      }
    }
  }

  @Test
  void noIndexStandsBelowProjects() {
    assertThat(FLUX.resolve("projects/.gitkeep")).exists();
    assertThat(FLUX.resolve("projects/kustomization.yaml")).doesNotExist();
  }
}

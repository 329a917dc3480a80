package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What Flux installs must be what {@code kubectl apply -k} installs: one file made of the packaged
 * manifests.
 */
class InstallFileTest {

  private static final Path COMMITTED =
      Path.of("flux-repo-template/namespaces/groundwork-system/install.yaml");
  private static final Path MANIFESTS = Path.of("src/main/kubernetes");
  private static final Pattern RESOURCE = Pattern.compile("(?m)^ {2}- (\\S+)$");

  @Test
  void holdsTheCrdAndEveryPackagedManifest() throws IOException {
    List<Path> parts = new ArrayList<>(List.of(Path.of("crds/projects.kyotu.tech-v1.yml")));
    RESOURCE
        .matcher(Files.readString(MANIFESTS.resolve("kustomization.yaml")))
        .results()
        .map((MatchResult line) -> MANIFESTS.resolve(line.group(1)))
        .forEach(parts::add);
    StringBuilder expected =
        new StringBuilder(
            "# Made from crds/ and src/main/kubernetes/ of Groundwork; edit those.\n");
    for (Path part : parts) {
      expected.append("---\n").append(Files.readString(part).strip()).append('\n');
    }
    Path made = Files.writeString(Path.of("target/install.yaml"), expected);

    assertThat(COMMITTED)
        .as("if this differs, copy target/install.yaml over it")
        .hasSameTextualContentAs(made);
  }
}

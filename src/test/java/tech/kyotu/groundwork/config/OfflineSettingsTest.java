package tech.kyotu.groundwork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.api.EnvironmentType;

/** Settings as a pipeline has them: in files and variables, and most of them not at all. */
class OfflineSettingsTest {

  private static final Path INSTALLED = Path.of("src/main/kubernetes/deployment.yaml");

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static OfflineSettings read(Map<String, String> variables, Path... files) {
    return OfflineSettings.read(
        Arrays.asList(files), variables, Optional.empty(), Optional.of(Path.of(".")));
  }

  @Test
  void asksForNothingThatFilesDoNotNeed() {
    OfflineSettings settings = read(Map.of("PATH", "/bin"));
    assertThat(settings.config().git().layout()).isEqualTo(GroundworkConfig.Layout.PER_PROJECT);
    assertThat(settings.config().gitlab().tokenLifetime()).hasDays(60);
    assertThat(settings.unset()).containsExactly("groundwork.git.deployment.url");
    assertThat(settings.remarks()).isEmpty();
  }

  @Test
  void takesTheManifestOfTheInstallation() {
    OfflineSettings settings = read(Map.of(), INSTALLED);
    assertThat(settings.config().git().deployment().url())
        .isEqualTo(URI.create("https://gitlab.example.com/operations/deployment.git"));
    assertThat(settings.config().vault().address())
        .contains(URI.create("https://vault.example.com"));
    assertThat(settings.unset()).isEmpty();
    assertThat(settings.config().git().templateFolder()).isEqualTo(Path.of("."));
    assertThat(settings.remarks())
        .containsExactly(
            "/opt/groundwork of groundwork.git.template-folder is not here, so the templates that"
                + " came with Groundwork are used. Name yours with --templates.");
  }

  @Test
  void theLaterFileWinsAndTheEnvironmentOverAll() throws IOException {
    Path patch =
        file(
            "patch.yaml",
            """
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                    - name: groundwork
                      env:
                        - {name: GROUNDWORK_GIT_DEPLOYMENT_BRANCH, value: live}
                        - {name: GROUNDWORK_FLUX_ROLE_DEV, value: developer}
                        - name: GROUNDWORK_KUBERNETES_OPERATOR_NAMESPACE
                          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
            """);
    Path map =
        file(
            "map.yaml",
            """
            kind: List
            items:
              - kind: ConfigMap
                data:
                  GROUNDWORK_ARGO_NAMESPACE: gitops
                  groundwork.argo.configs-set: "true"
                  LOG_LEVEL: INFO
                  application.properties: |
                    quarkus.log.level=DEBUG
                    groundwork.flux.quota.prod=pods=50
            """);
    Path properties =
        file(
            "x.properties",
            "groundwork.argo.namespace=argo\ngroundwork.vault.service-accounts[0]=a\n");
    GroundworkConfig config =
        read(
                Map.of("GROUNDWORK_FLUX_ROLE_DEV", "admin", "GROUNDWORK_SERVERS", "x"),
                patch,
                map,
                properties)
            .config();
    assertThat(config.git().deployment().branch()).isEqualTo("live");
    assertThat(config.flux().role()).isEqualTo(Map.of(EnvironmentType.DEV, "admin"));
    assertThat(config.argo().namespace()).isEqualTo("argo");
    assertThat(config.argo().configsSet()).isTrue();
    assertThat(config.flux().quota()).isEqualTo(Map.of(EnvironmentType.PROD, "pods=50"));
    assertThat(config.vault().serviceAccounts()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          groundwork.git.layot=shared              | groundwork.git.layot in {} is no setting
          GROUNDWORK_GIT_LAYOT=shared              | GROUNDWORK_GIT_LAYOT in {} is no setting
          groundwork.flux.role.live=view           | groundwork.flux.role.live in {} is no setting
          groundwork.git.layout=sharde             | sharde
          groundwork.flux.quota.dev=lots           | groundwork.flux.quota.dev
          groundwork.shared.argo-policy-file=../x  | must be the path of a file in the repository
          groundwork.vault.address=https://v\\ngroundwork.vault.kv-version=3 | groundwork.vault.kv-version must be 1 or 2
          quarkus.log.level=INFO                   | holds no setting of Groundwork
          """)
  void namesWhatIsWrong(String text, String fault) throws IOException {
    Path file = file("x.properties", text.replace("\\n", "\n"));
    assertThatThrownBy(() -> read(Map.of(), file))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            invalid ->
                assertThat(String.join("\n", invalid.faults()))
                    .contains(fault.replace("{}", file.toString())));
  }

  @Test
  void namesFilesThatCannotBeRead() throws IOException {
    Path broken = file("broken.yaml", "a: [\n");
    assertThatThrownBy(() -> read(Map.of(), folder.resolve("absent.yaml"), broken))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            invalid ->
                assertThat(invalid.faults())
                    .satisfiesExactly(
                        absent -> assertThat(absent).contains("absent.yaml cannot be read"),
                        yaml -> assertThat(yaml).contains("broken.yaml is no YAML")));
  }

  @Test
  void namesAFolderWithoutTemplates() {
    assertThatThrownBy(
            () ->
                OfflineSettings.read(
                    List.of(), Map.of(), Optional.of(folder), Optional.of(Path.of("."))))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            invalid ->
                assertThat(invalid.faults())
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains("holds no folder flux-repo-template; point it at the templates"));
  }

  @Test
  void needsTheAddressOfGitLabWhereItStandsInTheFiles() throws IOException {
    Path file =
        file(
            "x.properties",
            "groundwork.argo.group-source=true\ngroundwork.argo.repository-url=https://g/d.git\n");
    assertThat(read(Map.of(), file).unset()).containsExactly("groundwork.gitlab.url");
  }
}

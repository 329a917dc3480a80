package tech.kyotu.groundwork.gitops.older;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.testing.OlderInstallation;

class ImporterTest {

  private static final String CREW = "shop.crew@example.com";
  private static final String HEAD =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: argocd-rbac-cm
      data:
        policy.csv: |
          g, ops@example.com, role:admin
      """;

  @TempDir private Path flux;
  @TempDir private Path deployment;

  private final OlderInstallation shop =
      new OlderInstallation("shop-dev", CREW, "https://git.example.com/d.git");

  private static void put(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void leave(OlderInstallation older) throws IOException {
    for (Map.Entry<String, String> file : older.deployment().entrySet()) {
      put(deployment, file.getKey(), file.getValue());
    }
  }

  private Found read(tech.kyotu.groundwork.api.Project... living) throws IOException {
    return Importer.read(flux, deployment, List.of(living), "teams");
  }

  @BeforeEach
  void leaveOne() throws IOException {
    leave(shop);
    put(flux, OlderInstallation.POLICY, HEAD + shop.policy());
    put(flux, OlderInstallation.VALUES, shop.values());
  }

  @Test
  void printsAProjectAndTheSettingsThatKeepThingsAsTheyAre() throws IOException {
    Found found = read();
    assertThat(found.manifests())
        .isEqualTo(
            """
            ---
            apiVersion: kyotu.tech/v1
            kind: Project
            metadata:
              name: shop-dev
              namespace: teams
            spec:
              projectId: shop
              environmentType: dev
              googleGroup: shop.crew@example.com
            """);
    assertThat(found.settings())
        .containsOnly(
            Map.entry("groundwork.takeover.older-operator", "true"),
            Map.entry("groundwork.gitlab.use-existing-top-level-groups", "true"),
            Map.entry("groundwork.git.layout", "shared"),
            Map.entry("groundwork.vault.mount", "secret"),
            Map.entry("groundwork.vault.kv-version", "1"),
            Map.entry("groundwork.vault.key-style", "underscore"),
            Map.entry("groundwork.vault.adopt-unmarked", "shop-dev"),
            Map.entry("groundwork.vault.oidc-mount", "oidc"),
            Map.entry("groundwork.argo.application-names", "folder-project"),
            Map.entry("groundwork.argo.repository-url", "https://git.example.com/d.git"),
            Map.entry("groundwork.git.deployment.branch", "main"));
    assertThat(found.leftOut()).isEmpty();
    assertThat(found.report()).contains("found 1 projects; 0 left out");
  }

  @Test
  void aProjectOfTheClusterStaysAsItIsAndAMoveOfAccessIsNamed() throws IOException {
    var living = aProject("shop").inNamespace("ops").ownedBy("new.crew@example.com").build();
    Found found = read(living);
    assertThat(found.projects())
        .singleElement()
        .satisfies(it -> assertThat(it.namespace()).isEqualTo("ops"));
    assertThat(found.changes())
        .anyMatch(it -> it.contains("role:shop-dev goes from " + CREW + " to new.crew@example.com"))
        .anyMatch(it -> it.contains("shop_dev_access goes from"));
  }

  @Test
  void whatHasNoGroupIsLeftOutWithItsLine() throws IOException {
    leave(new OlderInstallation("legacy-dev", "", "https://git.example.com/d.git"));
    put(
        flux,
        OlderInstallation.POLICY,
        HEAD + "    p, role:legacy-dev, logs, get, legacy-dev/*, allow\n" + shop.policy());
    assertThat(read().leftOut())
        .containsExactly(
            "legacy-dev (" + OlderInstallation.POLICY + ":8): Argo CD role without a Google group");
  }

  @Test
  void foldersOfTheSecondLevelAndStrangersAreNamed() throws IOException {
    put(deployment, "manifests/shop-dev/web/configs/all.yaml", "");
    put(deployment, "manifests/shop-dev/web/extra/all.yaml", "");
    put(deployment, "applications/root.yaml", "");
    put(
        flux,
        OlderInstallation.POLICY,
        HEAD + shop.policy() + "    p, role:gone-qa, logs, get, gone-qa/*, allow\n");
    Found found = read();
    assertThat(found.settings()).containsEntry("groundwork.argo.configs-set", "true");
    assertThat(found.changes())
        .anyMatch(it -> it.contains("configs-web becomes shop-dev-web-configs"));
    assertThat(found.leftOut())
        .anyMatch(it -> it.startsWith("Application extra-web (manifests/shop-dev/web/extra)"))
        .anyMatch(it -> it.startsWith("root (applications/root.yaml:1)"))
        .anyMatch(it -> it.contains("gone-qa") && it.contains("groundwork.shared.forget"));
  }
}

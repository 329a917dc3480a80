package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.Settings;

class TenantPartTest {

  @TempDir private Path folder;

  private static TemplateFolder shipped(String... settings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return new TemplateFolder(Settings.of(given));
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked") // parsed YAML: what else it could be is what these tests are about
  private static Map<String, Object> document(byte[] content, int number) throws Exception {
    return (Map<String, Object>) Template.parsed(text(content), "test").get(number);
  }

  private static Object at(Object from, Object... path) {
    Object found = from;
    for (Object key : path) {
      found =
          key instanceof Integer index
              ? ((List<?>) found).get(index)
              : ((Map<?, ?>) found).get(key);
    }
    return found;
  }

  @Test
  void rendersWhatExternalSecretsNeedsToLogInAsTheProject() throws Exception {
    String authorities = Files.writeString(folder.resolve("ca.pem"), "A CERTIFICATE\n").toString();
    byte[] file =
        shipped(
                "flux.secret-store",
                "true",
                "vault.address",
                "https://vault.example.com:8200",
                "vault.auth-mount",
                "k8s-one",
                "vault.audience",
                "vault.example.com",
                "vault.ca-file",
                authorities)
            .tenant(RenderInput.of(aProject("shop").build()));
    assertThat(at(document(file, 2), "metadata", "name")).isEqualTo("vault");
    assertThat(at(document(file, 2), "spec", "provider", "vault"))
        .isEqualTo(
            Map.of(
                "server",
                "https://vault.example.com:8200",
                "path",
                "secret",
                "version",
                "v2",
                "caBundle",
                "QSBDRVJUSUZJQ0FURQo=",
                "auth",
                Map.of(
                    "kubernetes",
                    Map.of(
                        "mountPath",
                        "k8s-one",
                        "role",
                        "project-shop-dev",
                        "serviceAccountRef",
                        Map.of(
                            "name", "vault-reader", "audiences", List.of("vault.example.com"))))));
  }

  @Test
  void leavesOutTheAuthoritiesOfAVaultThatNeedsNone() throws Exception {
    byte[] file =
        shipped("flux.secret-store", "true", "vault.address", "https://v", "vault.kv-version", "1")
            .tenant(RenderInput.of(aProject("shop").build()));
    assertThat(at(document(file, 2), "spec", "provider", "vault", "caBundle")).isNull();
    assertThat(at(document(file, 2), "spec", "provider", "vault", "version")).isEqualTo("v1");
  }

  @Test
  void boundsOnlyTheEnvironmentsThatASettingNames() throws Exception {
    TemplateFolder bounded =
        shipped(
            "flux.quota.dev", "pods=50,requests.cpu=8",
            "flux.container-defaults.dev", "requests.cpu=100m");
    byte[] dev = bounded.tenant(RenderInput.of(aProject("shop").build()));
    assertThat(at(document(dev, 2), "spec", "hard"))
        .isEqualTo(Map.of("pods", "50", "requests.cpu", "8"));
    assertThat(at(document(dev, 3), "spec", "limits"))
        .isEqualTo(List.of(Map.of("type", "Container", "defaultRequest", Map.of("cpu", "100m"))));
    Project prod = aProject("shop").in(EnvironmentType.PROD).build();
    assertThat(bounded.tenant(RenderInput.of(prod)))
        .isEqualTo(shipped().tenant(RenderInput.of(prod)));
  }
}

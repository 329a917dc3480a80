package tech.kyotu.groundwork.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class VaultServerIT {
  private final ControlPlane cluster;
  private final VaultServer vault;
  private final String name;

  VaultServerIT(ControlPlane cluster, VaultServer vault) {
    this.cluster = cluster;
    this.vault = vault;
    this.name = cluster.newNamespace("vault");
  }

  @BeforeEach
  void aFolderAndItsSibling() {
    Map<String, ?> secret = Map.of("data", Map.of("password", "open sesame"));
    assertThat(vault.root().write("secret/data/" + name + "/db", secret).status()).isEqualTo(200);
    assertThat(vault.root().write("secret/data/" + name + "2/db", secret).status()).isEqualTo(200);
    vault.policy(name, "path \"secret/data/" + name + "/*\" { capabilities = [\"read\"] }");
  }

  @Test
  void letsAPodReadItsOwnFolderAndNotTheSibling() {
    podRole();
    VaultAnswer login = vault.loginPod(name, cluster.tokenFor(name, "vault-reader", "vault"));
    VaultClient pod = vault.as(login.token());

    VaultAnswer own = pod.read("secret/data/" + name + "/db");
    assertThat(own.status()).isEqualTo(200);
    assertThat(own.data().path("data").path("password").asText()).isEqualTo("open sesame");
    assertThat(pod.read("secret/data/" + name + "2/db").status()).isEqualTo(403);

    vault.root().delete("sys/policies/acl/" + name);
    assertThat(pod.read("secret/data/" + name + "/db").status()).isEqualTo(403);
  }

  @Test
  void refusesAPodWhoseTokenIsMeantForSomebodyElse() {
    podRole();

    VaultAnswer login = vault.loginPod(name, cluster.apiTokenFor(name, "vault-reader"));

    assertThat(login.status()).isEqualTo(403);
  }

  @Test
  void givesAPersonTheRightsOfTheirGroup() {
    String mail = name + "@example.org";
    VaultClient root = vault.root();
    String accessor = root.read("sys/auth").data().path("oidc/").path("accessor").asText();
    String group =
        root.write(
                "identity/group",
                Map.of("name", name, "type", "external", "policies", List.of(name)))
            .data()
            .path("id")
            .asText();
    root.write(
        "identity/group-alias",
        Map.of("name", mail, "mount_accessor", accessor, "canonical_id", group));

    VaultClient member = vault.as(vault.loginPerson("ann@example.org", mail, "all@example.org"));
    VaultClient stranger = vault.as(vault.loginPerson("bob@example.org", "all@example.org"));

    assertThat(member.read("secret/data/" + name + "/db").status()).isEqualTo(200);
    assertThat(member.read("secret/data/" + name + "2/db").status()).isEqualTo(403);
    assertThat(stranger.read("secret/data/" + name + "/db").status()).isEqualTo(403);
  }

  @Test
  void holdsBothVersionsOfTheKeyValueStore() {
    VaultClient root = vault.root();
    root.write("kv1/" + name + "/db", Map.of("password", "first version"));

    assertThat(root.read("kv1/" + name + "/db").data().path("password").asText())
        .isEqualTo("first version");
    assertThat(root.list("kv1/" + name).keys()).containsExactly("db");
    assertThat(root.list("secret/metadata/" + name).keys()).containsExactly("db");
    assertThat(root.read("secret/data/" + name + "/absent").status()).isEqualTo(404);
  }

  @Test
  void countsRequestsByCallerAlsoTheRefusedOnes() {
    VaultClient limited = vault.as(vault.createToken(name));
    long mark = vault.requests().mark();

    assertThat(limited.read("secret/data/" + name + "/db").status()).isEqualTo(200);
    assertThat(limited.read("secret/data/" + name + "2/db").status()).isEqualTo(403);
    assertThat(vault.root().list("secret/metadata/" + name).status()).isEqualTo(200);

    assertThat(vault.requests().since(mark))
        .containsExactly(
            new VaultRequests.Request("token-test", "read", "secret/data/" + name + "/db"),
            new VaultRequests.Request("token-test", "read", "secret/data/" + name + "2/db"),
            new VaultRequests.Request("root", "list", "secret/metadata/" + name + "/"));
    assertThat(vault.requests().since(vault.requests().mark())).isEmpty();
  }

  @Test
  void answersNothingWhileSealedAndKeepsItsDataOverIt() {
    try (VaultServer own = VaultServer.start()) {
      own.root().write("kv1/kept", Map.of("key", "value"));

      own.seal();
      assertThat(own.root().read("kv1/kept").status()).isEqualTo(503);
      own.unseal();

      assertThat(own.root().read("kv1/kept").data().path("key").asText()).isEqualTo("value");
    }
  }

  private void podRole() {
    cluster
        .adminClient()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("vault-reader")
                .withNamespace(name)
                .endMetadata()
                .build())
        .create();
    VaultAnswer written =
        vault
            .root()
            .write(
                "auth/kubernetes/role/" + name,
                Map.of(
                    "bound_service_account_names", List.of("vault-reader"),
                    "bound_service_account_namespaces", List.of(name),
                    "audience", "vault",
                    "token_policies", List.of(name)));
    assertThat(written.status()).isEqualTo(204);
  }
}

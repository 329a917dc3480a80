package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.VaultClient;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * A real Vault as the operator sees it: it logs in by its own ServiceAccount and holds the policy
 * that ships, never the root token.
 *
 * @param server the server
 * @param settings the operator's
 * @param vault the adapter
 */
record RealVault(VaultServer server, GroundworkConfig.Vault settings, Vault vault) {
  private static final String NAMESPACE = "groundwork-system";
  private static final String ACCOUNT = "groundwork";

  static RealVault withOperator(
      VaultServer server, ControlPlane cluster, Path files, int kvVersion) {
    return withOperator(server, cluster, files, kvVersion, Map.of());
  }

  /** The same with further settings. */
  static RealVault withOperator(
      VaultServer server,
      ControlPlane cluster,
      Path files,
      int kvVersion,
      Map<String, String> further) {
    String mount = kvVersion == 2 ? "secret" : "kv1";
    String operator = "groundwork-" + mount;
    server.policy(operator, OperatorPolicy.rendered(mount, "kubernetes", kvVersion));
    server
        .root()
        .write(
            "auth/kubernetes/role/" + operator,
            Map.of(
                "bound_service_account_names", List.of(ACCOUNT),
                "bound_service_account_namespaces", List.of(NAMESPACE),
                "audience", "vault",
                "token_policies", List.of(operator)));
    account(cluster, NAMESPACE, ACCOUNT);
    Path jwt = files.resolve("jwt");
    try {
      Files.writeString(jwt, cluster.tokenFor(NAMESPACE, ACCOUNT, "vault"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> all = new HashMap<>(further);
    all.putAll(
        Map.of(
            "vault.address", server.url(),
            "vault.role", operator,
            "vault.jwt-file", jwt.toString(),
            "vault.mount", mount,
            "vault.kv-version", Integer.toString(kvVersion)));
    GroundworkConfig.Vault settings = Settings.of(all).vault();
    return new RealVault(server, settings, new VaultDriverAdapter(settings, Clock.systemUTC()));
  }

  /** A ServiceAccount, and its namespace if need be. */
  static void account(ControlPlane cluster, String namespace, String name) {
    cluster
        .adminClient()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    cluster
        .adminClient()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .serverSideApply();
  }

  /** Vault as whoever holds the operator's identity sees it. */
  VaultClient asOperator(ControlPlane cluster) {
    String jwt = cluster.tokenFor(NAMESPACE, ACCOUNT, "vault");
    VaultClient operator = server.as(server.loginPod(settings.role(), jwt).token());
    // Else a token that never lived would be refused everywhere, and prove what it likes.
    assertThat(operator.read("auth/token/lookup-self").status()).isEqualTo(200);
    return operator;
  }

  boolean isVersioned() {
    return settings.kvVersion() == 2;
  }

  /** Where a secret's value is. */
  String valuePath(String path) {
    return settings.mount() + (isVersioned() ? "/data/" : "/") + path;
  }

  /** A team keeps a secret. */
  void keepSecret(String path) {
    Map<String, ?> value = Map.of("value", "canary");
    String encoded =
        Arrays.stream(path.split("/"))
            .map(segment -> URLEncoder.encode(segment, UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    server.root().write(valuePath(encoded), isVersioned() ? Map.of("data", value) : value);
  }
}

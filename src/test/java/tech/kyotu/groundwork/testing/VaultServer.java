package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * HashiCorp Vault 1.13, with one unseal key. KV version 2 is at {@code secret}, version 1 at {@code
 * kv1}; people log in at {@code oidc}, pods at {@code kubernetes} once a control plane is
 * connected.
 */
public final class VaultServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AUDIENCE_OF_PEOPLE = "groundwork-people";
  private static final String REVIEWER = "vault-reviewer";

  private final DataFolder data;
  private final Supplier<ServerProcess> launch;
  private final String url;
  private final RsaKey people = RsaKey.generate();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerProcess process;
  private String rootToken = "";
  private String unsealKey = "";

  private VaultServer(String storage) {
    this.data = DataFolder.of(Optional.empty());
    String address = "127.0.0.1:" + ServerProcess.freePort();
    this.url = "http://" + address;
    Path settings =
        data.keep(
            "vault.hcl",
            """
            storage "%s" { path = "%s" }
            listener "tcp" {
              address = "%s"
              tls_disable = true
            }
            disable_mlock = true
            """
                .formatted(storage, data.file("storage"), address));
    List<String> command =
        List.of(ServerBinary.VAULT.path().toString(), "server", "-config=" + settings);
    this.launch =
        () ->
            ServerProcess.start(
                "vault", command, Map.of("HOME", data.path().toString()), data.file("vault.log"));
    this.process = launch.get();
    initialise();
    prepare();
  }

  /**
   * Starts one that forgets everything when it ends, and returns when it is ready.
   *
   * @throws MissingServerException if the program is missing
   * @throws IllegalStateException if it does not come up; the message holds the end of its log
   */
  public static VaultServer start() {
    return new VaultServer("inmem");
  }

  /**
   * Starts one that keeps its data over {@link #stop} and {@link #startAgain}, as those do that
   * serve people.
   *
   * @throws MissingServerException if the program is missing
   * @throws IllegalStateException if it does not come up; the message holds the end of its log
   */
  public static VaultServer startOnDisk() {
    return new VaultServer("file");
  }

  /** Ends the process; nobody answers at its address then. */
  public void stop() {
    process.close();
  }

  /** Starts one on disk after {@link #stop}, sealed; does nothing if it runs. */
  public void startAgain() {
    if (process.isAlive()) {
      return;
    }
    process = launch.get();
    process.awaitReady(Duration.ofMinutes(1), probe("seal-status"));
  }

  /** Where Vault listens, as {@code http://127.0.0.1:port}. */
  public String url() {
    return url;
  }

  /** A token that may do everything. */
  public String rootToken() {
    return rootToken;
  }

  /** Vault as root sees it. */
  public VaultClient root() {
    return as(rootToken);
  }

  /** Vault as the holder of a token sees it. */
  public VaultClient as(String token) {
    return new VaultClient(http, url, token);
  }

  /**
   * Lets pods of a control plane log in at {@code kubernetes}. Vault verifies their tokens by
   * asking the API server, as a ServiceAccount bound to {@code system:auth-delegator}.
   */
  public void enableKubernetesAuth(ControlPlane cluster) {
    var account =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName(REVIEWER)
            .withNamespace("kube-system")
            .endMetadata()
            .build();
    var binding =
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName(REVIEWER)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "system:auth-delegator")
            .addNewSubject("", "ServiceAccount", REVIEWER, "kube-system")
            .build();
    cluster.adminClient().resource(account).serverSideApply();
    cluster.adminClient().resource(binding).serverSideApply();
    write("sys/auth/kubernetes", Map.of("type", "kubernetes"));
    write(
        "auth/kubernetes/config",
        Map.of(
            "kubernetes_host", cluster.url(),
            "kubernetes_ca_cert", cluster.caCertificate(),
            "token_reviewer_jwt", cluster.apiTokenFor("kube-system", REVIEWER),
            "disable_local_ca_jwt", true));
  }

  /** Writes a policy under a name. */
  public void policy(String name, String rules) {
    write("sys/policies/acl/" + name, Map.of("policy", rules));
  }

  /** Makes a token with these policies, and {@code default}; it lives an hour. */
  public String createToken(String... policies) {
    return write(
            "auth/token/create",
            Map.of("policies", List.of(policies), "ttl", "1h", "display_name", "test"))
        .token();
  }

  /** Logs a pod in by its ServiceAccount token; the answer may be a refusal. */
  public VaultAnswer loginPod(String role, String jwt) {
    return as("").write("auth/kubernetes/login", Map.of("role", role, "jwt", jwt));
  }

  /**
   * Logs a person in at {@code oidc}, with a token signed as an identity provider would.
   *
   * @param email who it is
   * @param groups the mail addresses of the person's groups
   * @return the person's Vault token
   */
  public String loginPerson(String email, String... groups) {
    return as("").write("auth/oidc/login", Map.of("jwt", idToken(email, groups))).token();
  }

  /** What Vault was asked. */
  public VaultRequests requests() {
    return new VaultRequests(data.file("audit.log"));
  }

  /** Seals Vault: every request is answered with 503 until {@link #unseal}. */
  public void seal() {
    root().write("sys/seal", Map.of()).orFail("sealing");
  }

  /** Opens a sealed Vault and returns when it serves again. */
  public void unseal() {
    as("").write("sys/unseal", Map.of("key", unsealKey)).orFail("unsealing");
    process.awaitReady(Duration.ofMinutes(1), this::isUnsealed);
  }

  /** Stops Vault and deletes its data. */
  @Override
  public void close() {
    process.close();
    data.close();
  }

  private void initialise() {
    process.awaitReady(Duration.ofMinutes(1), probe("seal-status"));
    var made =
        as("").write("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1)).orFail("init");
    rootToken = made.body().path("root_token").asText();
    unsealKey = made.body().path("keys").path(0).asText();
    unseal();
    write("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "2")));
  }

  private void prepare() {
    write(
        "sys/audit/file",
        Map.of("type", "file", "options", Map.of("file_path", data.file("audit.log").toString())));
    write("sys/mounts/kv1", Map.of("type", "kv", "options", Map.of("version", "1")));
    write("sys/auth/oidc", Map.of("type", "jwt"));
    write(
        "auth/oidc/config",
        Map.of("jwt_validation_pubkeys", List.of(people.publicPem()), "default_role", "person"));
    write(
        "auth/oidc/role/person",
        Map.of(
            "role_type", "jwt",
            "user_claim", "email",
            "groups_claim", "groups",
            "bound_audiences", List.of(AUDIENCE_OF_PEOPLE)));
  }

  private boolean isUnsealed() {
    return probe("health").getAsBoolean();
  }

  private HttpProbe probe(String path) {
    return new HttpProbe(http, URI.create(url + "/v1/sys/" + path));
  }

  private VaultAnswer write(String path, Map<String, ?> body) {
    return root().write(path, body).orFail(path);
  }

  private String idToken(String email, String... groups) {
    long now = Instant.now().getEpochSecond();
    Map<String, ?> claims =
        Map.of(
            "aud", AUDIENCE_OF_PEOPLE,
            "sub", email,
            "email", email,
            "groups", List.of(groups),
            "iat", now,
            "exp", now + 600);
    String signed = base64(json(Map.of("alg", "RS256", "typ", "JWT"))) + "." + base64(json(claims));
    return signed + "." + base64(people.sign(signed));
  }

  private static byte[] json(Map<String, ?> value) {
    try {
      return JSON.writeValueAsString(value).getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

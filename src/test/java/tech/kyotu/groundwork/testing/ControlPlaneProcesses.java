package tech.kyotu.groundwork.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The three processes of a control plane: their flags, their files, their order. */
final class ControlPlaneProcesses implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final String ISSUER = "https://kubernetes.default.svc";

  /** Health checks and what the API server does for itself are no calls of anybody. */
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived, ResponseStarted, Panic]
      rules:
      - level: None
        nonResourceURLs: ["*"]
      - level: None
        users: ["system:apiserver"]
      - level: Metadata
      """;

  private final DataFolder data;
  private final boolean audited;
  private final int etcdPort = ServerProcess.freePort();
  private final int apiPort = ServerProcess.freePort();
  private final String adminToken;
  private Optional<ServerProcess> etcd = Optional.empty();
  private Optional<ServerProcess> apiServer = Optional.empty();
  private Optional<ServerProcess> controllerManager = Optional.empty();

  ControlPlaneProcesses(DataFolder data, boolean audited) {
    this.data = data;
    this.audited = audited;
    if (!Files.exists(data.file("accounts.key"))) {
      RsaKey accounts = RsaKey.generate();
      data.keep("accounts.key", accounts.privatePem());
      data.keep("accounts.pub", accounts.publicPem());
    }
    this.adminToken = DataFolder.read(data.keep("admin.token", UUID.randomUUID().toString()));
    data.keep("tokens.csv", adminToken + ",admin,admin,system:masters\n");
    data.keep("audit-policy.yaml", AUDIT_POLICY);
  }

  void startEtcd() {
    String client = "http://127.0.0.1:" + etcdPort;
    List<String> command =
        List.of(
            ServerBinary.ETCD.path().toString(),
            "--data-dir=" + data.file("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=http://127.0.0.1:" + ServerProcess.freePort(),
            "--unsafe-no-fsync",
            "--log-level=warn");
    ServerProcess started =
        ServerProcess.start("etcd", command, Map.of(), data.file("logs/etcd.log"));
    etcd = Optional.of(started);
    HttpClient plain = HttpClient.newHttpClient();
    started.awaitReady(BOUND, new HttpProbe(plain, URI.create(client + "/health")));
  }

  void startApiServer() {
    stopApiServer();
    List<String> command =
        new ArrayList<>(
            List.of(
                ServerBinary.KUBE_APISERVER.path().toString(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--secure-port=" + apiPort,
                // Without these two it looks for a default route, which a sandbox may lack.
                "--advertise-address=127.0.0.1",
                "--endpoint-reconciler-type=none",
                "--cert-dir=" + data.file("certificates"),
                "--service-cluster-ip-range=10.0.0.0/24",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + data.file("tokens.csv"),
                "--service-account-issuer=" + ISSUER,
                "--service-account-signing-key-file=" + data.file("accounts.key"),
                "--service-account-key-file=" + data.file("accounts.pub"),
                // Never "vault": a token meant for Vault must be worth nothing here.
                "--api-audiences=" + ISSUER));
    if (audited) {
      command.add("--audit-policy-file=" + data.file("audit-policy.yaml"));
      command.add("--audit-log-path=" + data.file("audit.log"));
      command.add("--audit-log-maxsize=100000"); // MB; a rotated file would be lost to the count
    }
    ServerProcess started =
        ServerProcess.start(
            "kube-apiserver", command, Map.of(), data.file("logs/kube-apiserver.log"));
    apiServer = Optional.of(started);
    awaitTrusted(started, certificate(), url() + "/readyz");
  }

  void startControllerManager() {
    stopControllerManager();
    Path kubeconfig =
        DataFolder.writePrivately(data.file("controller-manager.kubeconfig"), adminKubeconfig());
    int port = ServerProcess.freePort();
    Path certificates = data.file("controller-manager-certificates");
    List<String> command =
        List.of(
            ServerBinary.KUBE_CONTROLLER_MANAGER.path().toString(),
            "--kubeconfig=" + kubeconfig,
            "--authentication-kubeconfig=" + kubeconfig,
            "--authorization-kubeconfig=" + kubeconfig,
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--cert-dir=" + certificates,
            "--leader-elect=false",
            // Its default of 20 calls a second is kind to a shared API server; this one is ours,
            // and
            // a hundred namespaces would take half a minute to end.
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--service-account-private-key-file=" + data.file("accounts.key"),
            "--root-ca-file=" + certificate(),
            "--controllers=namespace-controller,garbage-collector-controller,"
                + "serviceaccount-controller,serviceaccount-token-controller,"
                + "root-ca-certificate-publisher-controller,clusterrole-aggregation-controller,"
                + "resourcequota-controller");
    ServerProcess started =
        ServerProcess.start(
            "kube-controller-manager",
            command,
            Map.of(),
            data.file("logs/kube-controller-manager.log"));
    controllerManager = Optional.of(started);
    Path own = certificates.resolve("kube-controller-manager.crt");
    awaitTrusted(started, own, "https://127.0.0.1:" + port + "/healthz");
  }

  void stopApiServer() {
    apiServer.ifPresent(ServerProcess::close);
    apiServer = Optional.empty();
  }

  void stopControllerManager() {
    controllerManager.ifPresent(ServerProcess::close);
    controllerManager = Optional.empty();
  }

  ServerProcess apiServer() {
    return apiServer.orElseThrow(() -> new IllegalStateException("the API server is stopped"));
  }

  ServerProcess etcd() {
    return etcd.orElseThrow(() -> new IllegalStateException("etcd is stopped"));
  }

  String url() {
    return "https://127.0.0.1:" + apiPort;
  }

  /**
   * Self-signed by the API server at its first start; it comes with its own authority in the same
   * file.
   */
  String caCertificate() {
    return DataFolder.read(certificate());
  }

  String adminKubeconfig() {
    return Kubeconfig.text(url(), caCertificate(), "default", adminToken);
  }

  AuditLog auditLog() {
    if (!audited) {
      throw new IllegalStateException("this control plane was set up without an audit log");
    }
    return new AuditLog(data.file("audit.log"));
  }

  /**
   * Users first, store last: the other way round each would spend its grace period on a lost
   * server.
   */
  @Override
  public void close() {
    stopControllerManager();
    stopApiServer();
    etcd.ifPresent(ServerProcess::close);
    etcd = Optional.empty();
  }

  /** The key is written after the certificate: once it is there, the certificate is whole. */
  private static void awaitTrusted(ServerProcess server, Path certificate, String url) {
    Path key = Path.of(certificate.toString().replaceFirst("crt$", "key"));
    server.awaitReady(BOUND, () -> Files.exists(key));
    server.awaitReady(BOUND, new HttpProbe(Trust.client(certificate), URI.create(url)));
  }

  private Path certificate() {
    return data.file("certificates").resolve("apiserver.crt");
  }
}

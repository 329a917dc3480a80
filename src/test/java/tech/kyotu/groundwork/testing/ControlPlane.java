package tech.kyotu.groundwork.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A Kubernetes cluster without machines: etcd, kube-apiserver and kube-controller-manager 1.36 as
 * processes on loopback. No kubelet runs, so no pod ever becomes ready; everything else is the real
 * thing. Each test uses its own namespaces.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration TOKEN_LIFE = Duration.ofHours(12);

  private final DataFolder data;
  private final ControlPlaneProcesses processes;
  private final KubernetesClient admin;

  private ControlPlane(DataFolder data, ControlPlaneProcesses processes) {
    this.data = data;
    this.processes = processes;
    Config config = Config.fromKubeconfig(processes.adminKubeconfig());
    // The client's ten retries of a server error would hide the error for twenty seconds.
    this.admin =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(config).withRequestRetryBackoffLimit(1).build())
            .build();
  }

  /**
   * How a control plane is to run; by default with all three servers on temporary data, and without
   * an audit log.
   */
  public static final class Setup {
    private Optional<Path> folder = Optional.empty();
    private boolean audited;
    private boolean controlled = true;

    private Setup() {}

    /**
     * Keeps the data in a folder, which outlives the servers: a later start with the same folder
     * finds it again.
     */
    public Setup dataIn(Path given) {
      folder = Optional.of(given);
      return this;
    }

    /**
     * Leaves out the controller manager: a deleted namespace then stays Terminating until it is
     * started.
     */
    public Setup withoutControllerManager() {
      controlled = false;
      return this;
    }

    /** Lets the API server write down who asked what, see {@link ControlPlane#auditLog()}. */
    public Setup withAuditLog() {
      audited = true;
      return this;
    }

    /**
     * Starts the servers and returns when they are ready, which takes some seconds.
     *
     * @throws MissingServerException if a program is missing
     * @throws IllegalStateException if one does not come up; the message holds the end of its log
     */
    public ControlPlane start() {
      DataFolder data = DataFolder.of(folder);
      ControlPlaneProcesses processes = new ControlPlaneProcesses(data, audited);
      try {
        processes.startEtcd();
        processes.startApiServer();
        if (controlled) {
          processes.startControllerManager();
        }
        return new ControlPlane(data, processes);
      } catch (RuntimeException e) {
        processes.close();
        throw e;
      }
    }
  }

  /** Begins to describe a control plane. */
  public static Setup setup() {
    return new Setup();
  }

  /**
   * Where the API server listens, as {@code https://127.0.0.1:port}; the same after it was stopped
   * and started.
   */
  public String url() {
    return processes.url();
  }

  /** The certificates, as PEM, by which the API server is trusted. */
  public String caCertificate() {
    return processes.caCertificate();
  }

  /** A client of a member of {@code system:masters}; shared, and closed with the control plane. */
  public KubernetesClient adminClient() {
    return admin;
  }

  /** Writes a kubeconfig of a member of {@code system:masters} to a file and returns the file. */
  public Path kubeconfig(Path file) {
    return DataFolder.writePrivately(file, processes.adminKubeconfig());
  }

  /**
   * Writes a kubeconfig of a ServiceAccount, so that a process runs with that account's rights and
   * no others.
   *
   * @return the file; its token is valid for twelve hours
   */
  public Path kubeconfigFor(String namespace, String serviceAccount, Path file) {
    String token = token(namespace, serviceAccount, new TokenRequestBuilder());
    return DataFolder.writePrivately(
        file, Kubeconfig.text(url(), caCertificate(), namespace, token));
  }

  /**
   * A ServiceAccount's token as a pod would have it projected.
   *
   * @param audience who is to accept it, such as {@code vault}; the API server itself accepts only
   *     its own
   */
  public String tokenFor(String namespace, String serviceAccount, String audience) {
    return token(
        namespace,
        serviceAccount,
        new TokenRequestBuilder().withNewSpec().withAudiences(audience).endSpec());
  }

  /** A ServiceAccount's token that the API server accepts. */
  public String apiTokenFor(String namespace, String serviceAccount) {
    return token(namespace, serviceAccount, new TokenRequestBuilder());
  }

  /** Makes a namespace that nobody else uses and returns its name, which begins as given. */
  public String newNamespace(String prefix) {
    String unique = UUID.randomUUID().toString().substring(0, 8).toLowerCase(Locale.ROOT);
    String name = prefix + "-" + unique;
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /**
   * What the API server was asked.
   *
   * @throws IllegalStateException if the control plane was not set up with an audit log
   */
  public AuditLog auditLog() {
    return processes.auditLog();
  }

  /** Stops the API server alone; its data stays in etcd. */
  public void stopApiServer() {
    processes.stopApiServer();
  }

  /** Starts the API server again, on the same port and data, and returns when it is ready. */
  public void startApiServer() {
    processes.startApiServer();
  }

  /** Stops the controller manager alone. */
  public void stopControllerManager() {
    processes.stopControllerManager();
  }

  /** Starts the controller manager where it does not run, and returns when it is ready. */
  public void startControllerManager() {
    processes.startControllerManager();
  }

  /** The process of the API server, for who measures or pauses it. */
  public ServerProcess apiServer() {
    return processes.apiServer();
  }

  /** The process of the API server's store, for who pauses it. */
  public ServerProcess etcd() {
    return processes.etcd();
  }

  /** Stops all servers; temporary data is deleted. */
  @Override
  public void close() {
    admin.close();
    processes.close();
    data.close();
  }

  private String token(String namespace, String serviceAccount, TokenRequestBuilder request) {
    TokenRequest wanted =
        request.editOrNewSpec().withExpirationSeconds(TOKEN_LIFE.toSeconds()).endSpec().build();
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(serviceAccount)
        .tokenRequest(wanted)
        .getStatus()
        .getToken();
  }
}

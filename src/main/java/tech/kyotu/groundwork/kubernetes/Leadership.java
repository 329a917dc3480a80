package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One operator works, the others wait. Two facts of Java Operator SDK 5.1.5 with fabric8 7.3.1
 * shape this class: a graceful stop does not release the lease by itself, so that the next leader
 * would wait for its end; and exiting from the callback of a lost lease hangs in the shutdown hook.
 */
public final class Leadership {

  private static final Logger LOG = Logger.getLogger(Leadership.class);
  private static final String LEASE = "groundwork";
  private static final Duration EXIT = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final String namespace;
  private final String identity;
  private final RenewedLease lease;
  private volatile boolean stopping;
  private volatile @Nullable String leader;

  /**
   * A candidate.
   *
   * @param client may read and patch the lease
   * @param namespace of the lease, the operator's own
   * @param identity tells the candidates apart, for example the pod's name
   * @param lease given up before a successor may begin
   */
  public Leadership(
      KubernetesClient client, String namespace, String identity, RenewedLease lease) {
    this.client = client;
    this.namespace = namespace;
    this.identity = identity;
    this.lease = lease;
  }

  /**
   * How the framework elects, asked for only where it does: a lease of 15 s, renewed within 10 s,
   * tried every 2 s.
   */
  public LeaderElectionConfiguration configuration() {
    lease.awaitElection();
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
        .withLeaseNamespace(namespace)
        .withIdentity(identity)
        .withLeaseDuration(Duration.ofSeconds(15))
        .withRenewDeadline(RenewedLease.GOOD_FOR)
        .withRetryPeriod(Duration.ofSeconds(2))
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(
            new LeaderCallbacks(() -> LOG.info("leading"), this::stopLeading, this::heard))
        .build();
  }

  /** Whether this process works: it leads, or has not heard yet who does. */
  public boolean works() {
    String elected = leader;
    return elected == null || elected.equals(identity);
  }

  /** From now on the end of leading is wanted: the process stops. */
  public void stopping() {
    stopping = true;
  }

  /** Whether the process stops on purpose: watches that end now are no accident. */
  public boolean isStopping() {
    return stopping;
  }

  private void heard(String elected) {
    leader = elected;
    LOG.infof("the leader is %s", elected);
  }

  private void stopLeading() {
    if (stopping) {
      return;
    }
    lease.giveUp();
    LOG.warn("the lease is lost; this process ends so that nothing more is written by it");
    Thread halt = new Thread(this::haltAfterDeadline, "halt");
    halt.setDaemon(true);
    halt.start();
    new Thread(() -> System.exit(1), "exit").start();
  }

  private void haltAfterDeadline() {
    try {
      Thread.sleep(EXIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }

  /** Gives the lease up if it is ours; nothing may be written afterwards. */
  public void release() {
    lease.giveUp();
    try {
      var lease = client.leases().inNamespace(namespace).withName(LEASE);
      var held = lease.get();
      if (held != null && identity.equals(held.getSpec().getHolderIdentity())) {
        var unused =
            lease.edit(
                free -> {
                  free.getSpec().setHolderIdentity("");
                  return free;
                });
        LOG.info("lease released");
      }
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "the lease could not be released, the next leader waits for its end: %s", e.getCode());
    }
  }
}

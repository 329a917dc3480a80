package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.SharedServers;

/** What the client's own traffic tells of the lease. */
@ExtendWith(SharedServers.class)
class RenewedLeaseIT {

  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final AtomicLong nanos = new AtomicLong();
  private final RenewedLease lease = new RenewedLease(nanos::get, clock);
  private final String name = "lease-" + UUID.randomUUID();
  private final KubernetesClient client;

  RenewedLeaseIT(ControlPlane control) {
    lease.awaitElection();
    Config config = control.adminClient().getConfiguration();
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", lease))
            .build();
  }

  @AfterEach
  void end() {
    client.close();
  }

  @Test
  void isNotHeldBeforeTheFirstRenewal() {
    client.namespaces().list();
    assertThat(lease.isHeld()).isFalse();
    assertThatThrownBy(lease::require)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("lease");
  }

  @Test
  void isHeldForTenSecondsFromEachRenewal() {
    Lease made = create();
    assertThat(lease.isHeld()).isTrue();
    pass(Duration.ofSeconds(9));
    assertThat(lease.isHeld()).isTrue();
    renew(made);
    pass(Duration.ofSeconds(9));
    assertThat(lease.isHeld()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void readingItRenewsNothing() {
    create();
    pass(Duration.ofSeconds(10));
    assertThat(client.leases().inNamespace("default").withName(name).get()).isNotNull();
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void aRenewalThatIsRefusedRenewsNothing() {
    Lease made = create();
    renew(made);
    pass(Duration.ofSeconds(10));
    assertThatThrownBy(() -> client.resource(made).lockResourceVersion().update())
        .isInstanceOf(KubernetesClientException.class);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void eachOfTheTwoClocksEndsIt() {
    create();
    clock.advance(Duration.ofSeconds(10));
    assertThat(lease.isHeld()).as("a machine that was suspended").isFalse();
    clock.advance(Duration.ofSeconds(-10));
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(lease.isHeld()).as("a clock that was set back").isFalse();
  }

  @Test
  void onceGivenUpItIsNeverHeldAgain() {
    Lease made = create();
    lease.giveUp();
    renew(made);
    assertThat(lease.isHeld()).isFalse();
  }

  private void pass(Duration time) {
    clock.advance(time);
    nanos.addAndGet(time.toNanos());
  }

  private Lease create() {
    return client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("us")
                .endSpec()
                .build())
        .create();
  }

  private void renew(Lease made) {
    Lease next = new LeaseBuilder(made).editSpec().withLeaseTransitions(1).endSpec().build();
    var unused = client.resource(next).lockResourceVersion().update();
  }
}

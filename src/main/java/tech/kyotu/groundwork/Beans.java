package tech.kyotu.groundwork;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.InformerStoppedHandler;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.config.SettingsCheck;
import tech.kyotu.groundwork.health.PartCheck;
import tech.kyotu.groundwork.kubernetes.ClusterEvents;
import tech.kyotu.groundwork.kubernetes.Leadership;
import tech.kyotu.groundwork.metrics.ProvisioningMetrics;
import tech.kyotu.groundwork.status.Conditions;
import tech.kyotu.groundwork.status.ProjectEvents;
import tech.kyotu.groundwork.status.StatusWriter;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Provisioner;

/** The wiring; with {@link Rooms} the only place that knows every package. */
@ApplicationScoped
class Beans {

  private static final Logger LOG = Logger.getLogger(Beans.class);

  private final ClusterEvents clusterEvents = new ClusterEvents();
  private final Clock clock = Clock.systemUTC();
  private final String identity;
  private final Backoff backoff;
  private final Leadership leadership;
  private final Rooms rooms;
  private final ProjectEvents events;

  @Inject
  Beans(
      GroundworkConfig config,
      KubernetesClient client,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    SettingsCheck.check(config);
    identity =
        System.getenv().getOrDefault("HOSTNAME", "groundwork-" + ProcessHandle.current().pid());
    backoff = new Backoff(config.retry().longest(), config.retry().rejected(), clock, new Random());
    leadership = new Leadership(client, config.kubernetes().operatorNamespace(), identity);
    rooms = new Rooms(config, client, clusterEvents, backoff, clock, version);
    events = new ProjectEvents(client, Threads.droppingQueue("events", 1_000), identity, clock);
  }

  /**
   * Before the framework starts (it does so late in this event): watches and clones, so that the
   * first look is warm.
   */
  void start(@Observes @Priority(1) StartupEvent event, MeterRegistry meters) {
    rooms.start();
    ProvisioningMetrics.register(meters, clusterEvents::projects);
    LOG.infof("groundwork started as %s", identity);
  }

  /** Before the framework stops: the end of leading is wanted then. */
  void stop(@Observes @Priority(1) ShutdownEvent event) {
    leadership.stopping();
  }

  /** After the framework stopped: nothing is handed to the lanes any more. */
  void close(@Observes @Priority(5_000) ShutdownEvent event) {
    rooms.close();
  }

  @Produces
  @Singleton
  Provisioner provisioner() {
    return new Provisioner(rooms.steps().inOrder(), backoff, clock);
  }

  @Produces
  @Singleton
  Guards guards() {
    return new Guards(rooms.steps().namespace()::holdsName);
  }

  @Produces
  @Singleton
  StatusWriter statusWriter(GroundworkConfig config) {
    Conditions conditions =
        new Conditions(clock, backoff, config.retry().regularLook(), new Pages(config)::of);
    return new StatusWriter(conditions, events, clock);
  }

  @Produces
  @Singleton
  Schedule schedule(GroundworkConfig config) {
    return new Schedule(config.retry().regularLook(), config.retry().longest(), clock);
  }

  @Produces
  @Singleton
  ClusterEvents clusterEvents() {
    return clusterEvents;
  }

  @Produces
  @Singleton
  Departures departures(StatusWriter statusWriter) {
    return new Departures(
        java.util.List.of(statusWriter::drop, project -> rooms.drop(project.uid())));
  }

  /** Would a restart help? Only where a thread of ours has ended. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck lanes() {
    return new PartCheck("lanes", rooms.lanes());
  }

  /** Can we work? Not before the watches have seen the cluster. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck watches() {
    return new PartCheck("watches", Map.of("cluster", rooms::isWatching));
  }

  @Produces
  @Singleton
  @Unremovable
  LeaderElectionConfiguration leaderElection() {
    return leadership.configuration();
  }

  /**
   * An informer that stopped would leave the process alive and blind; a restart is safe by design.
   */
  @Produces
  @Singleton
  @Unremovable
  InformerStoppedHandler informerStopped() {
    return (informer, cause) -> {
      LOG.error("an informer stopped, this process ends", cause);
      Runtime.getRuntime().halt(1);
    };
  }
}

package tech.kyotu.groundwork;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.InformerStoppedHandler;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.config.SettingsCheck;
import tech.kyotu.groundwork.console.Answers;
import tech.kyotu.groundwork.console.Plans;
import tech.kyotu.groundwork.health.PartCheck;
import tech.kyotu.groundwork.health.Watchdog;
import tech.kyotu.groundwork.kubernetes.ClusterEvents;
import tech.kyotu.groundwork.kubernetes.Leadership;
import tech.kyotu.groundwork.kubernetes.RenewedLease;
import tech.kyotu.groundwork.metrics.ProvisioningMetrics;
import tech.kyotu.groundwork.status.Conditions;
import tech.kyotu.groundwork.status.ProjectEvents;
import tech.kyotu.groundwork.status.StatusWriter;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.DeletionBrake;
import tech.kyotu.groundwork.step.DryRun;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Provisioner;
import tech.kyotu.groundwork.view.AccessView;
import tech.kyotu.groundwork.view.InstallationView;
import tech.kyotu.groundwork.view.OrphansView;

/** The wiring; with {@link Rooms} the only place that knows every package. */
@ApplicationScoped
class Beans {

  private static final Logger LOG = Logger.getLogger(Beans.class);

  /** For all who ask at once: enough to wait for many answers, too few to be in the way of work. */
  private static final int PLAN_THREADS = 8;

  private final ClusterEvents clusterEvents = new ClusterEvents();
  private final Clock clock;
  private final String identity;
  private final Backoff backoff;
  private final RenewedLease lease;
  private final Leadership leadership;
  private final Rooms rooms;
  private final ProjectEvents events;
  private final Watchdog watchdog;

  /** Of its own, because a list may take long. */
  private final ScheduledExecutorService watchdogTimer = Threads.timer("watchdog");

  @Inject
  Beans(
      GroundworkConfig config,
      KubernetesClient client,
      RenewedLease lease,
      @ConfigProperty(name = "quarkus.application.version") String version,
      @ConfigProperty(name = "playground.clock-file") Optional<Path> clockFile) {
    SettingsCheck.check(config);
    clock = PlaygroundClock.of(ConfigUtils.getProfiles(), clockFile);
    identity =
        System.getenv().getOrDefault("HOSTNAME", "groundwork-" + ProcessHandle.current().pid());
    backoff = new Backoff(config.retry().longest(), config.retry().rejected(), clock, new Random());
    this.lease = lease;
    leadership = new Leadership(client, config.kubernetes().operatorNamespace(), identity, lease);
    rooms = new Rooms(config, client, clusterEvents, backoff, clock, lease, version);
    events = new ProjectEvents(client, Threads.droppingQueue("events", 1_000), identity, clock);
    watchdog =
        new Watchdog(
            () -> client.resources(Project.class).inAnyNamespace().list().getItems(),
            clusterEvents::projects,
            leadership::works,
            clock);
  }

  /**
   * Before the framework starts (it does so late in this event): watches and clones, so that the
   * first look is warm.
   */
  void start(@Observes @Priority(1) StartupEvent event, MeterRegistry meters) {
    rooms.start();
    ProvisioningMetrics.register(
        meters, clusterEvents::projects, watchdog::lateProjects, rooms.away());
    ProvisioningMetrics.registerCredential(meters, "gitlab", rooms.ownToken()::expirySeconds);
    var unused = watchdogTimer.scheduleWithFixedDelay(watchdog, 60, 60, TimeUnit.SECONDS);
    LOG.infof("groundwork started as %s", identity);
  }

  /** Before the framework stops: the end of leading is wanted then. */
  void stop(@Observes @Priority(1) ShutdownEvent event) {
    leadership.stopping();
  }

  /** After the framework stopped: nothing is handed to the lanes any more. */
  void close(@Observes @Priority(5_000) ShutdownEvent event) {
    watchdogTimer.shutdownNow();
    rooms.close();
    // Only now: whoever leads next shall not meet a write of ours.
    leadership.release();
  }

  @Produces
  @Singleton
  Provisioner provisioner() {
    return new Provisioner(rooms.steps().inOrder(), backoff, clock, lease);
  }

  @Produces
  @Singleton
  Guards guards() {
    return new Guards(rooms.steps().namespace()::holdsName, rooms.rival());
  }

  @Produces
  @Singleton
  Plans plans() {
    return new Plans(
        new DryRun(rooms.previews().inOrder(), clock),
        Threads.pool("plan", PLAN_THREADS),
        guards(),
        clusterEvents::projects);
  }

  @Produces
  @Singleton
  DeletionBrake deletionBrake(GroundworkConfig config) {
    return new DeletionBrake(
        config.deletion().brake(), clusterEvents::projects, clusterEvents, clock);
  }

  @Produces
  @Singleton
  Answers answers() {
    AccessReport access = rooms.access();
    OrphanReport orphans = rooms.orphans();
    return new Answers() {
      @Override
      public InstallationView checks() {
        return InstallationView.of(rooms.checks());
      }

      @Override
      public OrphansView orphans() {
        return orphans.all();
      }

      @Override
      public Optional<AccessView> access(ProjectRef ref) {
        return clusterEvents.projects().stream()
            .filter(project -> project.ref().equals(ref))
            .findFirst()
            .map(access::of);
      }

      @Override
      public AccessView access(String group) {
        return access.of(group);
      }
    };
  }

  @Produces
  @Singleton
  StatusWriter statusWriter(GroundworkConfig config) {
    Conditions conditions =
        new Conditions(
            clock, backoff, config.retry().regularLook(), new Pages(config)::of, rooms::applied);
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
  Departures departures(StatusWriter statusWriter, DeletionBrake brake) {
    return new Departures(
        List.of(statusWriter::drop, brake::drop, project -> rooms.drop(project.uid())));
  }

  /** Would a restart help? Where a thread of ours has ended. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck lanes() {
    return new PartCheck("lanes", rooms.lanes());
  }

  /** Would a restart help? Where the cluster is out of sight, or a Project waits for nothing. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck wedged() {
    return new PartCheck("watchdog", Map.of("looks", watchdog::isAlive));
  }

  /** Can we work? Not before the watches have seen the cluster. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck watches() {
    return new PartCheck(
        "watches", Map.of("cluster", rooms::isWatching, "projects", watchdog::sees));
  }

  @Produces
  @Singleton
  @Unremovable
  LeaderElectionConfiguration leaderElection() {
    return leadership.configuration();
  }

  /** Static, because the client that needs it comes before these beans. */
  @Produces
  @Singleton
  static RenewedLease lease() {
    return new RenewedLease(Clock.systemUTC());
  }

  /** As Quarkus 3.27 makes it, but seeing the elector's renewals pass. */
  @Produces
  @Singleton
  static KubernetesClient client(
      Config config, KubernetesSerialization serialization, RenewedLease lease) {
    return new KubernetesClientBuilder()
        .withKubernetesSerialization(serialization)
        .withConfig(config)
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", lease))
        .build();
  }

  static void close(@Disposes KubernetesClient client) {
    client.close();
  }

  /**
   * The kinds that are read here. Quarkus 3.27 would register all of the client's thousand and load
   * their classes, some ten megabytes. Static, because the client that needs it comes before these
   * beans.
   */
  @Produces
  @Singleton
  static KubernetesSerialization serialization(@KubernetesClientObjectMapper ObjectMapper mapper) {
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    Stream.of(
            Project.class,
            Namespace.class,
            Secret.class,
            ServiceAccount.class,
            Lease.class,
            Event.class)
        .forEach(serialization::registerKubernetesResource);
    return serialization;
  }

  /**
   * An informer that stopped would leave the process alive and blind; a restart is safe by design.
   * When the process ends, the informers stop too, and what is under way shall finish.
   */
  @Produces
  @Singleton
  @Unremovable
  InformerStoppedHandler informerStopped() {
    return (informer, cause) -> {
      if (!leadership.isStopping()) {
        LOG.error("an informer stopped, this process ends", CleanTrace.of(cause));
        Runtime.getRuntime().halt(1);
      }
    };
  }
}

package tech.kyotu.groundwork;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.Delivery;
import tech.kyotu.groundwork.gitops.DeliveryWaking;
import tech.kyotu.groundwork.gitops.GitPublisher;
import tech.kyotu.groundwork.kubernetes.ClusterEvents;
import tech.kyotu.groundwork.kubernetes.FollowerWatches;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.CleanTrace;

/** What tells the condition Applied; made only where a setting asks for it. */
final class Followed implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Followed.class);
  private static final int SILENCE_SECONDS = 30;

  /** Of its own: news come in crowds, and nothing else shall wait behind them. */
  private final ScheduledExecutorService news = Threads.timer("followers");

  private final FollowerWatches watches;
  private final Delivery delivery;
  private final DeliveryWaking waking;

  /**
   * Nothing is watched yet.
   *
   * @param lane of the Flux repository
   */
  Followed(
      GroundworkConfig config,
      KubernetesClient client,
      GitPublisher lane,
      ProvisioningSteps steps,
      ClusterEvents wakeups,
      Clock clock) {
    watches =
        new FollowerWatches(
            client,
            config.argo().namespace(),
            name -> soon(() -> waking().fluxMoved(name)),
            name -> soon(() -> waking().argoMoved(name)));
    delivery = new Delivery(lane, steps.fluxRbac(), steps.argoApplications(), watches, clock);
    waking = new DeliveryWaking(delivery, wakeups::projects, wakeups);
    lane.afterEachLook(() -> soon(waking::looked));
  }

  /** The watches tell only after {@link #start()}, when it is there. */
  private DeliveryWaking waking() {
    return waking;
  }

  private void soon(Runnable what) {
    news.execute(
        () -> {
          try {
            what.run();
          } catch (RuntimeException bug) {
            LOG.error("what Flux or Argo CD did was not understood", CleanTrace.of(bug));
          }
        });
  }

  void start() {
    watches.start();
    var unused =
        news.scheduleWithFixedDelay(
            this::noticeSilence, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void noticeSilence() {
    if (watches.noticeSilence()) {
      soon(waking::sightChanged);
    }
  }

  /** How far Flux and Argo CD have followed. */
  Applied of(Project project) {
    return delivery.of(project);
  }

  /** The lane is closed before: it tells us of its looks. */
  @Override
  public void close() {
    watches.close();
    news.shutdownNow();
  }
}

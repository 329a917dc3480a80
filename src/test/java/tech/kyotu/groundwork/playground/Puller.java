package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Pulls an image all the time, as kubelets do, each time by what the pull secret then holds. */
final class Puller implements AutoCloseable {
  private final World world;
  private final String namespace;
  private final String image;
  private final AtomicInteger pulls = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /** Pulls from now on; the pull secret must be there. */
  Puller(World world, String namespace, String image) {
    this.world = world;
    this.namespace = namespace;
    this.image = image;
    world.gitlab().addImage(image);
    var unused = thread.scheduleWithFixedDelay(this::pull, 0, 50, TimeUnit.MILLISECONDS);
  }

  /** How often it pulled. */
  int pulls() {
    return pulls.get();
  }

  /** How often that failed. */
  int failures() {
    return failures.get();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void pull() {
    KubernetesClient admin = world.cluster().adminClient();
    boolean pulled;
    try {
      pulled = PullLogin.in(namespace, admin, world.gitlab()).pulls(world.gitlab(), image);
    } catch (IOException | RuntimeException e) {
      pulled = false;
    }
    // What was under way when it was closed tells nothing.
    if (!thread.isShutdown()) {
      pulls.incrementAndGet();
      failures.addAndGet(pulled ? 0 : 1);
    }
  }
}

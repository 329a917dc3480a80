package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.StepException;

/**
 * The older operator's Deployment. Two operators at one Project undo each other: the older one
 * strips every finalizer when a Project goes, ours too, and then nothing is taken away. Read live
 * at the start and before each release, and now and then while it runs.
 */
public final class OlderDeployment implements Guards.Rival, Runnable {

  private static final Logger LOG = Logger.getLogger(OlderDeployment.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final Runnable stopped;
  private volatile Optional<String> seen = Optional.empty();

  /**
   * The Deployment of a setting; nothing is read before the first {@link #run()}.
   *
   * @param place {@code <namespace>/<name>}
   * @param stopped told when it was running, or could not be read, and runs no more
   */
  public OlderDeployment(KubernetesClient client, String place, Runnable stopped) {
    this.client = client;
    this.namespace = place.substring(0, place.indexOf('/'));
    this.name = place.substring(place.indexOf('/') + 1);
    this.stopped = stopped;
  }

  /** Looks, and remembers what it saw. */
  @Override
  public void run() {
    Optional<String> before = seen;
    try {
      look();
    } catch (RuntimeException e) {
      LOG.warnf(CleanTrace.of(e), "the Deployment %s/%s could not be read", namespace, name);
    }
    if (before.isPresent() && seen.isEmpty()) {
      LOG.infof("the older operator in %s/%s is stopped", namespace, name);
      stopped.run();
    }
  }

  @Override
  public Optional<String> atWork() {
    return seen;
  }

  @Override
  public Optional<String> look() {
    seen = read();
    return seen;
  }

  private Optional<String> read() {
    try {
      return new Call("get", "deployments.apps", namespace)
          .look(client.apps().deployments().inNamespace(namespace).withName(name)::require)
          .filter(OlderDeployment::runs)
          .map(running -> sentence());
    } catch (StepException unknown) {
      return Optional.of(
          "Nobody knows whether the older operator still runs: %s".formatted(unknown.sentence()));
    }
  }

  private String sentence() {
    return ("The older operator still runs (Deployment %1$s in %2$s), nothing is done beside it."
            + " Stop it: kubectl -n %2$s scale deployment %1$s --replicas=0.")
        .formatted(name, namespace);
  }

  /** Pods that are being stopped count: they may be in the middle of something. */
  private static boolean runs(Deployment found) {
    Integer wanted = found.getSpec() == null ? null : found.getSpec().getReplicas();
    Integer present = found.getStatus() == null ? null : found.getStatus().getReplicas();
    return wanted == null || wanted > 0 || (present != null && present > 0);
  }
}

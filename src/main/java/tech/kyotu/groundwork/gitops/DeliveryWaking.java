package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * Who is told that Flux or Argo CD moved: those whose status would say something else now, and
 * nobody else. All of it is in memory.
 */
public final class DeliveryWaking {

  /** What a status says that waits for Flux; of the last two Argo CD may be the cause as well. */
  private static final Set<Reason> UNTIL_FLUX_MOVES =
      Set.of(Reason.AWAITING_FLUX, Reason.APPLY_FAILED, Reason.FOLLOWER_MISSING);

  private final Delivery delivery;
  private final Supplier<List<Project>> projects;
  private final Wakeups wakeups;

  /**
   * Wakes from now on.
   *
   * @param lane of the Flux repository: a look at it may bring what Flux has applied
   * @param delivery tells how far each has come
   * @param projects all Projects that are known, from memory
   * @param wakeups how a Project is told to look again
   */
  public DeliveryWaking(
      GitPublisher lane, Delivery delivery, Supplier<List<Project>> projects, Wakeups wakeups) {
    this.delivery = delivery;
    this.projects = projects;
    this.wakeups = wakeups;
    lane.afterEachLook(this::wakeThoseOfFlux);
  }

  /** A Kustomization changed. */
  public void fluxMoved() {
    delivery.fluxMoved();
    wakeThoseOfFlux();
  }

  /** An object in Argo CD changed that bears the UID of this Project. */
  public void argoMoved(String uid) {
    followed()
        .filter(project -> project.uid().equals(uid))
        .filter(project -> !reason(delivery.of(project)).equals(reason(Delivery.told(project))))
        .forEach(project -> wakeups.wake(project.ref()));
  }

  private void wakeThoseOfFlux() {
    followed().filter(this::hasMoved).forEach(project -> wakeups.wake(project.ref()));
  }

  private boolean hasMoved(Project project) {
    Optional<Reason> before = reason(Delivery.told(project));
    try {
      Optional<Reason> now = reason(delivery.missingAtFlux(project));
      return now.isPresent()
          ? !now.equals(before)
          : before.filter(UNTIL_FLUX_MOVES::contains).isPresent();
    } catch (StepException toldByTheStep) {
      return false;
    }
  }

  /** Those that were told of once; each is told of first by its own pass. */
  private Stream<Project> followed() {
    return projects.get().stream()
        .filter(project -> Delivery.told(project).isPresent())
        .filter(project -> SpecRules.faults(project.getSpec()).isEmpty())
        .filter(
            project ->
                !project.isBeingDeleted() && !project.isSuspended() && !project.isPlanOnly());
  }

  private static Optional<Reason> reason(Optional<Applied> applied) {
    return applied.map(Applied::reason);
  }
}

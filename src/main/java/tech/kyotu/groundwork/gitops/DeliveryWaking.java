package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * Who is told that Flux or Argo CD moved: those whose status would say something else now, and
 * nobody else. All of it is in memory.
 */
public final class DeliveryWaking {

  private final Delivery delivery;
  private final Supplier<List<Project>> projects;
  private final Wakeups wakeups;

  /**
   * Wakes when it is told something.
   *
   * @param delivery tells how far each has come
   * @param projects all Projects that are known, from memory
   * @param wakeups how a Project is told to look again
   */
  public DeliveryWaking(Delivery delivery, Supplier<List<Project>> projects, Wakeups wakeups) {
    this.delivery = delivery;
    this.projects = projects;
    this.wakeups = wakeups;
  }

  /** A Kustomization of this name changed. */
  public void fluxMoved(String name) {
    if (FluxPath.of(name).isPresent()) {
      delivery.fluxMoved();
      looked();
    }
  }

  /** The lane of the Flux repository has looked: what Flux applied may be here now. */
  public void looked() {
    wake(this::hasMovedAtFlux);
  }

  /** An object of this name changed in Argo CD. */
  public void argoMoved(String name) {
    wake(project -> isOf(project, name) && hasMoved(project));
  }

  /** Flux or Argo CD came into sight, or were lost. */
  public void sightChanged() {
    wake(this::hasMoved);
  }

  /** An AppProject is called as the Project, its sets begin so. */
  private static boolean isOf(Project project, String name) {
    return (name + "-").startsWith(project.name() + "-");
  }

  /** Whoever waits for Argo CD is looked at too: its news may have come before the status did. */
  private boolean hasMovedAtFlux(Project project) {
    Optional<Reason> told = reason(Delivery.told(project));
    Optional<Reason> missing = reason(delivery.missingAtFlux(project));
    return missing.isPresent()
        ? !missing.equals(told)
        : !told.equals(Optional.of(Reason.APPLIED_TO_CLUSTER)) && hasMoved(project);
  }

  /**
   * The text of a failure counts for sets alone: Flux's names folders that are others at each
   * attempt.
   */
  private boolean hasMoved(Project project) {
    Applied now = delivery.of(project);
    return Delivery.told(project)
        .filter(told -> told.reason() == now.reason())
        .filter(told -> now.reason() != Reason.APPLY_FAILED || isSame(project, told, now))
        .isEmpty();
  }

  private boolean isSame(Project project, Applied told, Applied now) {
    return told.equals(now) || delivery.missingAtFlux(project).isPresent();
  }

  private void wake(Predicate<Project> hasMoved) {
    followed().filter(hasMoved).forEach(project -> wakeups.wake(project.ref()));
  }

  /** Those that were told of once; each is told of first by its own pass. */
  private Stream<Project> followed() {
    return projects.get().stream()
        .filter(project -> Delivery.told(project).isPresent())
        .filter(
            project -> !project.isBeingDeleted() && !project.isSuspended() && !project.isPlanOnly())
        .filter(project -> SpecRules.faults(project.getSpec()).isEmpty());
  }

  private static Optional<Reason> reason(Optional<Applied> applied) {
    return applied.map(Applied::reason);
  }
}

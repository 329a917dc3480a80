package tech.kyotu.groundwork.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;

/**
 * Writes statuses: by server-side apply from a fresh object that holds nothing but the status, so
 * that no field of anybody else is claimed; not at all if nothing changed; and mere progress at
 * most once in ten seconds.
 */
public final class StatusWriter {

  private static final Logger LOG = Logger.getLogger(StatusWriter.class);
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(10);

  /**
   * What was written.
   *
   * @param project the Project with the status it has now
   * @param status what was to be said; not yet written if it was deferred
   * @param deferredUntil when mere progress may be told; empty if all is told
   */
  public record Written(Project project, ProjectStatus status, Optional<Instant> deferredUntil) {}

  /** Stores a status. Empty if the object moved on: the next pass, with the newer one, tells it. */
  @FunctionalInterface
  interface Store {
    Optional<Project> apply(Project project, ProjectStatus status, Context<Project> context);
  }

  private final Conditions conditions;
  private final ProjectEvents events;
  private final Clock clock;
  private final Store store;
  private final Map<String, Instant> lastWrite = new ConcurrentHashMap<>();

  /** A writer that tells transitions to these events. */
  public StatusWriter(Conditions conditions, ProjectEvents events, Clock clock) {
    this(conditions, events, clock, StatusWriter::apply);
  }

  StatusWriter(Conditions conditions, ProjectEvents events, Clock clock, Store store) {
    this.conditions = conditions;
    this.events = events;
    this.clock = clock;
    this.store = store;
  }

  /**
   * Tells what became of a pass.
   *
   * @param project as the pass saw it, with the status it had before
   * @param report what became of its steps
   * @param context of the reconcile
   */
  public Written write(Project project, Report report, Context<Project> context) {
    ProjectStatus before = project.statusOrUnseen();
    ProjectStatus after = conditions.of(project, report);
    events.changesOf(project, report);
    events.dangers(project, report, after);
    if (after.equals(before)) {
      return new Written(project, after, Optional.empty());
    }
    Optional<Instant> deferred = deferral(project, before, after);
    if (deferred.isPresent()) {
      return new Written(project, after, deferred);
    }
    Optional<Project> stored = store.apply(project, after, context);
    if (stored.isEmpty()) {
      return new Written(project, after, Optional.of(clock.instant().plusSeconds(1)));
    }
    lastWrite.put(project.uid(), clock.instant());
    events.transition(project, before, after);
    return new Written(stored.get(), after, Optional.empty());
  }

  /** The last word on a Project: all is removed, or kept on purpose. */
  public void tellRemoved(Project project, Report report) {
    events.changesOf(project, report);
    events.removed(project, report);
  }

  /** Forgets a Project that is gone. */
  public void drop(Project project) {
    lastWrite.remove(project.uid());
    events.drop(project);
  }

  private Optional<Instant> deferral(Project project, ProjectStatus before, ProjectStatus after) {
    Instant last = lastWrite.get(project.uid());
    if (last == null || !isOnlyProgress(before, after)) {
      return Optional.empty();
    }
    Instant due = last.plus(BETWEEN_PROGRESS);
    return due.isAfter(clock.instant()) ? Optional.of(due) : Optional.empty();
  }

  private static boolean isOnlyProgress(ProjectStatus before, ProjectStatus after) {
    return before.observedGeneration() == after.observedGeneration()
        && isOnTheWay(before)
        && isOnTheWay(after);
  }

  private static boolean isOnTheWay(ProjectStatus status) {
    return ConditionList.find(status.conditions(), Conditions.READY)
        .map(Condition::getReason)
        .flatMap(Reason::of)
        .filter(
            reason ->
                reason == Reason.PROGRESSING
                    || reason == Reason.WAITING_FOR_PUSH
                    || reason == Reason.REMOVING)
        .isPresent();
  }

  private static Optional<Project> apply(
      Project project, ProjectStatus status, Context<Project> context) {
    Project fresh = new Project();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName(project.getMetadata().getName())
            .withNamespace(project.getMetadata().getNamespace())
            // A wrong UID would be accepted, a stale version is not: it guards against a re-created
            // namesake.
            .withResourceVersion(project.getMetadata().getResourceVersion())
            .build());
    fresh.setStatus(status);
    try {
      return Optional.of(
          PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(project, fresh, context));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        LOG.debugf("status of %s not written, it moved on: %d", project.ref(), e.getCode());
        return Optional.empty();
      }
      throw e;
    }
  }
}

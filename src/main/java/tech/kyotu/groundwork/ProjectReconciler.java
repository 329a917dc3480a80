package tech.kyotu.groundwork;

import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Mode;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.ClusterEvents;
import tech.kyotu.groundwork.status.StatusWriter;
import tech.kyotu.groundwork.step.DeletionBrake;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Look.Direction;
import tech.kyotu.groundwork.step.Provisioner;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;

/**
 * The front door: what happens when a Project is to be brought into place, and when it is to go.
 */
@ControllerConfiguration(
    name = "project",
    finalizerName = Project.FINALIZER,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = MeaningfulEdits.class),
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 90, timeUnit = TimeUnit.MINUTES))
public class ProjectReconciler implements Reconciler<Project>, Cleaner<Project> {

  private final Provisioner provisioner;
  private final Guards guards;
  private final DeletionBrake brake;
  private final StatusWriter statusWriter;
  private final Schedule schedule;
  private final ClusterEvents clusterEvents;
  private final Departures departures;
  private final UnaryOperator<Project> taken;

  /** The reconciler of these parts. */
  ProjectReconciler(
      Provisioner provisioner,
      Guards guards,
      DeletionBrake brake,
      StatusWriter statusWriter,
      Schedule schedule,
      ClusterEvents clusterEvents,
      Departures departures,
      GroundworkConfig config) {
    this.provisioner = provisioner;
    this.guards = guards;
    this.brake = brake;
    this.statusWriter = statusWriter;
    this.schedule = schedule;
    this.clusterEvents = clusterEvents;
    this.departures = departures;
    this.taken = config.mode() == Mode.PLAN ? Project::planned : UnaryOperator.identity();
  }

  /**
   * What wakes a Project beside its own edits: the lanes, and the things in the cluster that bear
   * its mark.
   */
  @Override
  public List<EventSource<?, Project>> prepareEventSources(EventSourceContext<Project> context) {
    return clusterEvents.sources(context);
  }

  @Override
  public UpdateControl<Project> reconcile(Project project, Context<Project> context) {
    return Escapes.turnErrorsIntoExceptions(
        () -> {
          Project seen = showThatItIsSeen(taken.apply(project), context);
          Report report = converge(seen);
          StatusWriter.Written written = statusWriter.write(seen, report, context);
          return UpdateControl.<Project>noUpdate()
              .rescheduleAfter(schedule.next(seen, report, written));
        });
  }

  @Override
  public DeleteControl cleanup(Project resource, Context<Project> context) {
    return Escapes.turnErrorsIntoExceptions(
        () -> {
          Project project = taken.apply(resource);
          Optional<Duration> settling = brake.settling(project);
          if (settling.isPresent()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(settling.get());
          }
          Report report = release(project);
          if (report.isComplete()) {
            statusWriter.tellRemoved(project, report);
            departures.of(project);
            return DeleteControl.defaultDelete();
          }
          // Nobody else says why we wait: the framework's error handling does not cover deletion.
          StatusWriter.Written written = statusWriter.write(project, report, context);
          return DeleteControl.noFinalizerRemoval()
              .rescheduleAfter(schedule.next(project, report, written));
        });
  }

  /**
   * A new generation says at once that it is being worked on: tools that wait must not take it for
   * settled.
   */
  private Project showThatItIsSeen(Project project, Context<Project> context) {
    if (project.statusOrUnseen().observedGeneration() == project.generation()
        || guards.beforeConverge(project).isPresent()) {
      return project;
    }
    Report expected = provisioner.expected(project, Holdings.of(project));
    return statusWriter.write(project, expected, context).project();
  }

  private Report converge(Project project) {
    Holdings held = Holdings.of(project);
    return guards
        .beforeConverge(project)
        .map(guard -> Report.guarded(Direction.CONVERGE, guard, held))
        .orElseGet(() -> provisioner.converge(project, held));
  }

  private Report release(Project project) {
    Holdings held = Holdings.of(project);
    Optional<Report.Guard> guard = guards.beforeRelease(project);
    try {
      if (guard.map(Report.Guard::reason).filter(Guards::holdsAlways).isEmpty()
          && guards.holdsNothing(project)) {
        return provisioner.nothingToRelease(held);
      }
    } catch (StepException trouble) {
      return Report.of(
          Direction.RELEASE,
          List.of(StepResult.failed(tech.kyotu.groundwork.step.StepName.NAMESPACE, trouble)),
          held);
    }
    if (guard.isEmpty() && !project.isPlanOnly()) {
      guard = brake.holding(project);
    }
    if (guard.isPresent()) {
      return Report.guarded(Direction.RELEASE, guard.get(), held);
    }
    Report report = provisioner.release(project, held);
    if (!project.isPlanOnly() || report.isComplete()) {
      return report;
    }
    return Guards.onlyPlanned(report);
  }
}

package tech.kyotu.groundwork.vault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Provisioner;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.MovableClock;

/** Passes of the real loop over the Vault step; the steps beside it are in place, or gone. */
final class VaultPass {

  /** A neighbour that has nothing to do. */
  record Quiet(StepName name) implements Step {
    @Override
    public StepPlan plan(Project project, Holdings held) {
      return StepPlan.settled("in place");
    }

    @Override
    public StepPlan planRelease(Project project, Holdings held) {
      return StepPlan.settled("gone");
    }
  }

  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final Provisioner provisioner;
  private Holdings held = Holdings.NONE;

  VaultPass(Optional<Vault> vault, Cluster cluster, GroundworkConfig.Vault settings) {
    this.provisioner =
        new Provisioner(
            List.of(
                new Quiet(StepName.NAMESPACE),
                new VaultAccessStep(vault, cluster, settings, Lane.INLINE, clock),
                new Quiet(StepName.FLUX_RBAC),
                new Quiet(StepName.ARGO_APPLICATIONS)),
            new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(10), clock, new Random(1)),
            clock,
            WriteLease.ALONE);
  }

  /** The time of its passes. */
  MovableClock clock() {
    return clock;
  }

  /** What is known from now on. */
  VaultPass knowing(Holdings known) {
    held = known;
    return this;
  }

  Holdings held() {
    return held;
  }

  /** What the status says then. */
  ProjectStatus status() {
    return new ProjectStatus(
        1,
        null,
        null,
        null,
        null,
        held.asList(),
        null,
        List.of(),
        null,
        null,
        List.of(),
        null,
        List.of());
  }

  StepResult converge(Project project) {
    return result(provisioner.converge(project, held));
  }

  StepResult release(Project project) {
    return result(provisioner.release(project, held));
  }

  private StepResult result(Report report) {
    held = report.held();
    return report.results().stream()
        .filter(result -> result.step() == StepName.VAULT_ACCESS)
        .findFirst()
        .orElseThrow();
  }

  static List<String> told(StepResult result) {
    return result.changes().stream().map(change -> change.verb() + " " + change.subject()).toList();
  }

  static List<EventReason> events(StepResult result) {
    return result.changes().stream().map(Change::event).flatMap(Optional::stream).toList();
  }
}

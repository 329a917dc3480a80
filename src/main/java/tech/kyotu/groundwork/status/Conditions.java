package tech.kyotu.groundwork.status;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Links;
import tech.kyotu.groundwork.api.PlannedChange;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;

/**
 * From a report to a status. Pure but for the clock and what Flux and Argo CD have done: the same
 * report over the same previous status gives the same status, so nothing is written when nothing
 * changed.
 */
public final class Conditions {

  static final String READY = "Ready";
  static final String RECONCILING = "Reconciling";
  static final String STALLED = "Stalled";

  private static final int MOST_PLANNED = 64;

  private final Clock clock;
  private final Backoff backoff;
  private final Duration patience;
  private final Function<Project, Optional<Links>> links;
  private final Function<Project, Optional<Applied>> applied;

  /**
   * The maker of statuses.
   *
   * @param clock the time
   * @param backoff says when failures are tried again
   * @param patience how long a settled Project stays Ready while a system is away
   * @param links pages for people, empty if no address is known
   * @param applied how far Flux and Argo CD have followed; empty if that is not watched
   */
  public Conditions(
      Clock clock,
      Backoff backoff,
      Duration patience,
      Function<Project, Optional<Links>> links,
      Function<Project, Optional<Applied>> applied) {
    this.clock = clock;
    this.backoff = backoff;
    this.patience = patience;
    this.links = links;
    this.applied = applied;
  }

  /**
   * The status after a pass.
   *
   * @param project with the status it had before
   * @param seen what became of its steps
   */
  public ProjectStatus of(Project project, Report seen) {
    ProjectStatus before = project.statusOrUnseen();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Report report = tellingOfADeadToken(seen, LocalDate.ofInstant(now, ZoneOffset.UTC));
    Failures failures = failures(before, report, now);
    boolean wasReady =
        ConditionList.isTrue(before.conditions(), READY) && isSameWish(project, before, report);
    Optional<Verdict> standing = standingPlan(project, before, report);
    Verdict verdict =
        standing.orElseGet(
            () -> new Summary(project, report, failures, wasReady, now, patience).verdict());
    List<PlannedChange> plan = plan(project, report);
    int omitted = Math.max(0, plan.size() - MOST_PLANNED);
    boolean applied = report.isComplete() && report.direction() == Look.Direction.CONVERGE;
    return new ProjectStatus(
        project.generation(),
        hasName(project) ? project.name().value() : null,
        standing.isPresent()
            ? before.summary()
            : summary(before, project, report, verdict, plan.size()),
        project.reconcileRequest().orElse(null),
        applied && !project.isPlanOnly() ? SpecDigest.of(project) : before.specDigest(),
        report.held().asList(),
        report.held().token(),
        List.copyOf(report.held().commits().values()),
        hasName(project) ? links.apply(project).orElse(null) : null,
        failures,
        standing.isPresent() ? before.plan() : plan.subList(0, plan.size() - omitted),
        standing.isPresent() ? before.planOmitted() : omitted == 0 ? null : omitted,
        conditions(before, project, report, verdict, wasReady || standing.isPresent(), now));
  }

  /**
   * A plan is told as a whole: while a step is only being looked at again, the former plan stands.
   */
  private static Optional<Verdict> standingPlan(
      Project project, ProjectStatus before, Report report) {
    List<StepResult> waiting =
        report.results().stream().filter(result -> result.state() == State.WAITING).toList();
    boolean isOnlyLookedAt =
        project.isPlanOnly()
            && report.guard().isEmpty()
            && before.observedGeneration() == project.generation()
            && !waiting.isEmpty()
            && waiting.stream().allMatch(Summary::isOnlyLookedAt)
            && report.results().stream().noneMatch(StepResult::isFailure);
    return isOnlyLookedAt
        ? ConditionList.find(before.conditions(), READY)
            .filter(ready -> Reason.PLANNED.word().equals(ready.getReason()))
            .map(
                ready ->
                    new Verdict(
                        Truth.FALSE, Reason.PLANNED, ready.getMessage(), Verdict.Beside.NOTHING))
        : Optional.empty();
  }

  /** While pulls fail that is the news before all other: no outage hides it. */
  private static Report tellingOfADeadToken(Report report, LocalDate today) {
    RegistryToken token = report.held().token();
    if (report.direction() == Look.Direction.RELEASE
        || token == null
        || token.expiresAt() == null
        || LocalDate.parse(token.expiresAt()).isAfter(today)) {
      return report;
    }
    String death =
        "The registry token expired on %s, and a new one cannot be made. Image pulls fail now. "
            .formatted(token.expiresAt());
    return report.with(
        result ->
            result.step() == StepName.REGISTRY_ACCESS && result.state() == State.RETRYING
                ? result.because(Reason.TOKEN_EXPIRED, death)
                : result);
  }

  /** Suspending moves the generation, but not what is wanted: then the digest tells. */
  private static boolean isSameWish(Project project, ProjectStatus before, Report report) {
    return report.guard().isPresent()
        ? SpecDigest.of(project).equals(before.specDigest())
        : before.observedGeneration() == project.generation();
  }

  private static boolean hasName(Project project) {
    return project.getSpec() != null
        && project.getSpec().projectId() != null
        && SpecRules.isProjectId(project.getSpec().projectId())
        && project.getSpec().environmentType() != null;
  }

  private static @Nullable String summary(
      ProjectStatus before, Project project, Report report, Verdict verdict, int planned) {
    if (report.guard().isPresent()) {
      return before.summary();
    }
    if (project.isPlanOnly() && planned > 0) {
      return "plan: " + planned;
    }
    int steps = StepName.values().length;
    // A settled Project that is only being looked at again has lost nothing.
    String count = (verdict.ready() == Truth.TRUE ? steps : report.doneCount()) + "/" + steps;
    return report.direction() == Look.Direction.RELEASE ? "removing " + count : count;
  }

  private static List<PlannedChange> plan(Project project, Report report) {
    if (!project.isPlanOnly()) {
      return List.of();
    }
    return report.results().stream()
        .filter(result -> result.state() == State.PLANNED)
        .flatMap(
            result ->
                result.changes().stream()
                    .map(
                        change ->
                            new PlannedChange(
                                result.step().conditionType(),
                                change.verb().name(),
                                cut(change.subject(), 256),
                                Sanitizer.sentence(change.reason()))))
        .toList();
  }

  private static String cut(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit - 3) + "...";
  }

  private @Nullable Failures failures(ProjectStatus before, Report report, Instant now) {
    Failures last = before.failures();
    if (report.guard().isPresent()) {
      return null;
    }
    List<StepResult> failing = report.results().stream().filter(StepResult::isFailure).toList();
    if (failing.isEmpty()) {
      return null;
    }
    boolean allPaced = failing.stream().allMatch(StepResult::pacedByLane);
    // An outage is as old as itself, not as the Project's own trouble before it.
    boolean isNewOutage = allPaced && last != null && last.nextAttemptAt() != null;
    String since = last == null || isNewOutage ? now.toString() : last.since();
    String step = failing.get(0).step().conditionType();
    List<StepResult> tried =
        failing.stream()
            .filter(result -> !report.heldBack().contains(result.step()) && !result.pacedByLane())
            .toList();
    if (allPaced) {
      return new Failures(last == null ? 1 : last.count(), step, since, null);
    }
    if (tried.isEmpty() && last != null) {
      return new Failures(last.count(), step, since, last.nextAttemptAt());
    }
    int count = last == null ? 1 : last.count() + 1;
    boolean onlyRejected = tried.stream().allMatch(result -> result.state() == State.REJECTED);
    Instant next = backoff.nextAttempt(count, onlyRejected).truncatedTo(ChronoUnit.MILLIS);
    return new Failures(count, step, since, next.toString());
  }

  private List<Condition> conditions(
      ProjectStatus before,
      Project project,
      Report report,
      Verdict verdict,
      boolean stands,
      Instant now) {
    ConditionList list = new ConditionList(before.conditions(), project.generation(), now);
    list.add(READY, verdict.ready(), verdict.reason(), verdict.message());
    switch (verdict.beside()) {
      case RECONCILING -> list.add(RECONCILING, Truth.TRUE, verdict.reason(), verdict.message());
      case STALLED -> list.add(STALLED, Truth.TRUE, verdict.reason(), verdict.message());
      case NOTHING -> {}
    }
    if (report.guard().isPresent()) {
      for (StepName step : StepName.values()) {
        ConditionList.find(before.conditions(), step.conditionType()).ifPresent(list::keep);
      }
      addApplied(list, project, report);
      return list.asList();
    }
    for (StepResult result : report.results()) {
      addStep(list, before, result, stands, report.direction());
    }
    addApplied(list, project, report);
    return list.asList();
  }

  /** Also of one that is suspended: what is wanted may have changed, and Flux goes on. */
  private void addApplied(ConditionList list, Project project, Report report) {
    boolean isWanted =
        report.direction() == Look.Direction.CONVERGE
            && !project.isPlanOnly()
            && SpecRules.faults(project.getSpec()).isEmpty();
    Optional<Applied> now = isWanted ? applied.apply(project) : Optional.empty();
    now.ifPresent(it -> list.add(Applied.TYPE, truthOf(it.reason()), it.reason(), it.message()));
  }

  private static Truth truthOf(Reason ofApplied) {
    return switch (ofApplied) {
      case APPLIED_TO_CLUSTER -> Truth.TRUE;
      case FOLLOWER_MISSING -> Truth.UNKNOWN;
      default -> Truth.FALSE;
    };
  }

  private static void addStep(
      ConditionList list,
      ProjectStatus before,
      StepResult result,
      boolean stands,
      Look.Direction direction) {
    String type = result.step().conditionType();
    Optional<Condition> was =
        ConditionList.find(before.conditions(), type)
            .filter(
                it ->
                    "True".equals(it.getStatus()) || Reason.PLANNED.word().equals(it.getReason()));
    if (stands && Summary.isOnlyLookedAt(result) && was.isPresent()) {
      list.keep(was.get());
      return;
    }
    list.add(type, truthOf(result, direction), result.reason(), result.message());
  }

  private static Truth truthOf(StepResult result, Look.Direction direction) {
    boolean isRelease = direction == Look.Direction.RELEASE;
    return switch (result.state()) {
      case DONE -> isRelease ? Truth.FALSE : Truth.TRUE;
      case PLANNED, REJECTED -> Truth.FALSE;
      case RETRYING -> Summary.truthOf(result.reason());
      case WAITING -> isRelease ? Truth.FALSE : Truth.UNKNOWN;
    };
  }
}

package tech.kyotu.groundwork.status;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Failures;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.step.Verb;

/** Makes the one sentence that must suffice: what Ready says of a Project after a pass. */
final class Summary {

  private static final int STEPS = StepName.values().length;

  /** How the steps tell that rights go from one Google group to another. */
  private static final Pattern MOVE =
      Pattern.compile("Moving access from \\S+ to [^\\s:]*[^\\s:.]");

  private final Project project;
  private final Report report;
  private final @Nullable Failures failures;
  private final boolean wasReady;
  private final boolean outageIsLong;

  /**
   * A summary.
   *
   * @param project the Project
   * @param report what became of its steps
   * @param failures the back-off gate after this pass; null if nothing failed
   * @param wasReady whether this generation was in place before this pass
   * @param now the time
   * @param patience how long a settled Project stays Ready while a system is away
   */
  Summary(
      Project project,
      Report report,
      @Nullable Failures failures,
      boolean wasReady,
      Instant now,
      Duration patience) {
    this.project = project;
    this.report = report;
    this.failures = failures;
    this.wasReady = wasReady;
    this.outageIsLong =
        failures != null && Instant.parse(failures.since()).plus(patience).isBefore(now);
  }

  Verdict verdict() {
    if (report.guard().isPresent()) {
      return guarded(report.guard().get());
    }
    Optional<StepResult> rejected = report.first(State.REJECTED);
    if (rejected.isPresent()) {
      return new Verdict(
          Truth.FALSE, rejected.get().reason(), trouble(rejected.get()), Verdict.Beside.STALLED);
    }
    Optional<StepResult> retrying = report.first(State.RETRYING);
    if (retrying.isPresent()) {
      return retrying(retrying.get());
    }
    return report.direction() == Look.Direction.RELEASE ? removing() : tellingAMove(converging());
  }

  /**
   * Of a Project whose people are changed it is news from whom to whom, and not that it is set up.
   */
  private Verdict tellingAMove(Verdict verdict) {
    return verdict.reason() != Reason.PROGRESSING
        ? verdict
        : report.results().stream()
            .flatMap(
                result ->
                    Stream.concat(
                        Stream.of(result.message()), result.changes().stream().map(Change::why)))
            .map(MOVE::matcher)
            .filter(Matcher::lookingAt)
            .findFirst()
            .map(
                move ->
                    new Verdict(
                        verdict.ready(),
                        verdict.reason(),
                        verdict
                            .message()
                            .replaceFirst(
                                "^Setting up [^:]+", Matcher.quoteReplacement(move.group())),
                        verdict.beside()))
            .orElse(verdict);
  }

  private Verdict guarded(Report.Guard guard) {
    return switch (guard.reason()) {
      case SUSPENDED ->
          project.isBeingDeleted()
              ? new Verdict(Truth.FALSE, guard.reason(), guard.message(), Verdict.Beside.STALLED)
              : new Verdict(
                  wasReady ? Truth.TRUE : Truth.UNKNOWN,
                  wasReady ? Reason.PROVISIONED : guard.reason(),
                  guard.message().replaceFirst("^Suspended[.]", suspended()),
                  Verdict.Beside.NOTHING);
      default -> new Verdict(Truth.FALSE, guard.reason(), guard.message(), Verdict.Beside.STALLED);
    };
  }

  private String suspended() {
    String applied = project.statusOrUnseen().specDigest();
    List<String> edited = applied == null ? List.of() : SpecDigest.edited(project, applied);
    return edited.isEmpty()
        ? "Suspended."
        : "Suspended with edits not applied: " + String.join(", ", edited) + ".";
  }

  private Verdict retrying(StepResult failed) {
    if (wasReady && isOnlyAnOutage() && !outageIsLong) {
      return new Verdict(
          Truth.TRUE,
          Reason.PROVISIONED,
          "%d of %d in place. %s; existing access keeps working."
              .formatted(STEPS, STEPS, firstSentence(failed.message()) + since(failed)),
          Verdict.Beside.NOTHING);
    }
    // What is being taken away is never ready, whether its system can be seen or not.
    Truth truth =
        report.direction() == Look.Direction.RELEASE ? Truth.FALSE : truthOf(failed.reason());
    return new Verdict(truth, failed.reason(), trouble(failed), Verdict.Beside.RECONCILING);
  }

  /**
   * Whether everything that fails does so because a system is away: nothing is known to be lost.
   */
  private boolean isOnlyAnOutage() {
    return report.direction() == Look.Direction.CONVERGE
        && report.results().stream()
            .filter(result -> result.state() != State.DONE)
            .allMatch(
                result ->
                    isOutage(result)
                        || result.reason() == Reason.WAITING_FOR_STEP
                        || (result.changes().isEmpty() && result.state() == State.WAITING));
  }

  private static boolean isOutage(StepResult result) {
    return result.isFailure()
        && result.scope() != StepException.Scope.ONE_THING
        && (result.reason() == Reason.REMOTE_UNAVAILABLE || result.reason() == Reason.RATE_LIMITED);
  }

  /** A failure that proves a loss is False; one that only hides the world is Unknown. */
  static Truth truthOf(Reason reason) {
    return switch (reason) {
      case REMOTE_UNAVAILABLE, RATE_LIMITED, PUSH_CONTENTION, INTERNAL_ERROR -> Truth.UNKNOWN;
      default -> Truth.FALSE;
    };
  }

  private Verdict converging() {
    if (report.isComplete()) {
      return new Verdict(Truth.TRUE, Reason.PROVISIONED, inPlace(), Verdict.Beside.NOTHING);
    }
    List<StepResult> waiting = waiting();
    boolean isWithoutChanges = report.first(State.PLANNED).isEmpty();
    // Half a plan is none: a tool that waits for the whole would take it for that.
    if (waiting.isEmpty()) {
      return new Verdict(Truth.FALSE, Reason.PLANNED, planned(), Verdict.Beside.NOTHING);
    }
    if (wasReady && isWithoutChanges && waiting.stream().allMatch(Summary::isOnlyLookedAt)) {
      // Only being looked at again; nothing is known to be missing.
      return new Verdict(Truth.TRUE, Reason.PROVISIONED, inPlace(), Verdict.Beside.NOTHING);
    }
    StepResult next =
        waiting.stream()
            .filter(result -> result.reason() != Reason.WAITING_FOR_STEP)
            .findFirst()
            .orElse(waiting.get(0));
    boolean isPush = next.reason() == Reason.WAITING_FOR_PUSH;
    String message =
        isPush
            ? "%d of %d in place. %s".formatted(report.doneCount(), STEPS, sentence(next.message()))
            : underWay(STEPS - waiting.size(), next.step());
    return new Verdict(
        Truth.UNKNOWN,
        isPush ? Reason.WAITING_FOR_PUSH : Reason.PROGRESSING,
        message,
        Verdict.Beside.RECONCILING);
  }

  private String underWay(int answered, StepName next) {
    return project.isPlanOnly()
        ? "Planning %s: %d of %d looked at, %s next."
            .formatted(project.name(), answered, STEPS, next.conditionType())
        : "Setting up %s: %d of %d in place, %s next."
            .formatted(project.name(), report.doneCount(), STEPS, next.conditionType());
  }

  private List<StepResult> waiting() {
    return report.results().stream().filter(result -> result.state() == State.WAITING).toList();
  }

  /** An edit that waits for its push is known to be missing; a look that is under way is not. */
  static boolean isOnlyLookedAt(StepResult waiting) {
    return waiting.state() == State.WAITING
        && waiting.changes().isEmpty()
        && waiting.reason() != Reason.WAITING_FOR_PUSH;
  }

  private Verdict removing() {
    List<StepResult> waiting = waiting();
    // What only goes after another one is not what it waits for.
    String next =
        waiting.stream()
            .filter(result -> result.reason() != Reason.REMOVING)
            .findFirst()
            .or(() -> waiting.stream().reduce((earlier, later) -> later))
            .map(result -> sentence(result.message()))
            .orElse("");
    return new Verdict(
        Truth.FALSE, Reason.REMOVING, (gone() + next).strip(), Verdict.Beside.RECONCILING);
  }

  private String gone() {
    boolean somethingStays =
        report.results().stream().anyMatch(result -> result.reason() == Reason.RETAINED);
    return "Removing: %d of %d gone%s. "
        .formatted(report.doneCount(), STEPS, somethingStays ? " or kept" : "");
  }

  private String inPlace() {
    StringBuilder text =
        new StringBuilder(
            "%d of %d in place. Namespace %s".formatted(STEPS, STEPS, project.name()));
    boolean adopted =
        report
            .held()
            .thing("namespace")
            .map(Holding::origin)
            .filter(Origin.ADOPTED::equals)
            .isPresent();
    text.append(adopted ? " existed before and will be kept on deletion" : "");
    RegistryToken token = report.held().token();
    if (token == null || token.expiresAt() == null) {
      return text.append(".").toString();
    }
    if (token.previousId() != null && !adopted) {
      return "%d of %d in place. Registry token %d valid until %s; token %d is revoked after %s."
          .formatted(
              STEPS,
              STEPS,
              token.id(),
              token.expiresAt(),
              token.previousId(),
              token.previousRevokeAfter() == null
                  ? "its grace"
                  : Times.minute(Instant.parse(token.previousRevokeAfter())));
    }
    return text.append("; registry token valid until ")
        .append(token.expiresAt())
        .append(".")
        .toString();
  }

  private String planned() {
    List<Change> changes = report.changes().toList();
    Map<Verb, Long> counts =
        changes.stream()
            .collect(
                Collectors.groupingBy(
                    Change::verb, () -> new EnumMap<>(Verb.class), Collectors.counting()));
    String byVerb =
        counts.entrySet().stream()
            .map(
                entry -> entry.getValue() + " to " + entry.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return ("%d change%s planned, none made: %s. See status.plan or kubectl project plan %s; set"
            + " spec.mode: Apply to carry them out.")
        .formatted(
            changes.size(),
            changes.size() == 1 ? "" : "s",
            byVerb,
            project.getMetadata().getName());
  }

  private String trouble(StepResult failed) {
    String next =
        failures == null || failures.nextAttemptAt() == null
            ? ""
            : " Next try " + Times.clock(Instant.parse(failures.nextAttemptAt())) + ".";
    if (report.direction() == Look.Direction.RELEASE) {
      return bounded(
          gone(),
          told(failed),
          next + " Last resort: kyotu.tech/abandon: " + failed.step().conditionType() + ".");
    }
    return switch (failed.reason()) {
      // Nothing else was begun, and the person who decides is not waiting for a time.
      case NAME_TAKEN, ADOPTION_FORBIDDEN -> sentence(failed.message());
      default ->
          bounded(
              "", told(failed), next + " %d of %d in place.".formatted(report.doneCount(), STEPS));
    };
  }

  /** What is to be done, and when, stays readable however long the other side talks. */
  private static String bounded(String before, String told, String after) {
    int room = Sanitizer.SENTENCE - before.length() - after.length();
    return before + (told.length() <= room ? told : told.substring(0, room - 3) + "...") + after;
  }

  private String told(StepResult failed) {
    String text = sentence(failed.message());
    String first = firstSentence(text);
    return first + since(failed) + text.substring(first.length());
  }

  /** {@code since 12:04 UTC} for an outage; nothing for other trouble. */
  private String since(StepResult failed) {
    return failures == null || !isOutage(failed) || failed.reason() == Reason.RATE_LIMITED
        ? ""
        : " since " + Times.clock(Instant.parse(failures.since()));
  }

  /** Without its full stop. */
  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end >= 0 ? text.substring(0, end) : text.replaceFirst("[.]$", "");
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}

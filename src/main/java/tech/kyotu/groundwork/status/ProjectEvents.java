package tech.kyotu.groundwork.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;

/**
 * The history of a Project for people: one event per change made or transition, never per loop.
 * Events are the first thing dropped under load, and no cause lives only here.
 */
public final class ProjectEvents {

  private static final Logger LOG = Logger.getLogger(ProjectEvents.class);
  private static final Duration REPEAT = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofDays(7);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final ExecutorService queue;
  private final String instance;
  private final Clock clock;
  private final Map<String, Map<String, Instant>> told = new HashMap<>();

  /**
   * UIDs of Projects that were in trouble and are not in place since; the way back has words too.
   */
  private final Set<String> troubled = ConcurrentHashMap.newKeySet();

  /**
   * Events sent by this client.
   *
   * @param client may create events
   * @param queue one thread, bounded; what does not fit is dropped
   * @param instance which operator, for example its pod's name
   * @param clock the time
   */
  public ProjectEvents(
      KubernetesClient client, ExecutorService queue, String instance, Clock clock) {
    this.client = client;
    this.queue = queue;
    this.instance = instance;
    this.clock = clock;
  }

  /** Tells the changes that a pass made. */
  void changesOf(Project project, Report report) {
    if (project.isPlanOnly() || report.guard().isPresent()) {
      return;
    }
    report
        .changes()
        // A commit is told once the server has taken it, from the status.
        .filter(change -> change.event().filter(EventReason.COMMITTED::equals).isEmpty())
        .forEach(
            change ->
                change
                    .event()
                    .ifPresent(reason -> tell(project, reason, noteOf(change, reason, report))));
  }

  /** Tells what nobody did, but time does: the pull token runs out, and is not replaced. */
  void dangers(Project project, Report report, ProjectStatus status) {
    boolean fails =
        report.results().stream()
            .filter(result -> result.step() == StepName.REGISTRY_ACCESS)
            .anyMatch(StepResult::isFailure);
    RegistryToken token = status.registryToken();
    boolean rests = project.isSuspended() || project.isBeingDeleted();
    if ((fails || rests) && token != null && token.expiresAt() != null) {
      LocalDate death = LocalDate.parse(token.expiresAt());
      if (clock.instant().plus(SOON).isAfter(death.atStartOfDay(ZoneOffset.UTC).toInstant())) {
        tell(
            project,
            EventReason.TOKEN_EXPIRES_SOON,
            "Registry token %d ends on %s and is not replaced; image pulls fail from then on."
                .formatted(token.id(), death));
      }
    }
  }

  private static String noteOf(Change change, EventReason event, Report report) {
    String why = change.subject() + ": " + change.reason() + ".";
    return event == EventReason.ABANDONED
        ? why + leftOf(change.subject(), report)
        : change.verb().done() + " " + why;
  }

  /** What a step that was given up leaves behind: from now on only this event knows it. */
  private static String leftOf(String conditionType, Report report) {
    String things =
        report.held().asList().stream()
            .filter(
                thing -> StepName.of(conditionType).filter(it -> it.makes(thing.id())).isPresent())
            .map(thing -> thing.kind() + " " + thing.reference())
            .collect(Collectors.joining(", "));
    return things.isEmpty() ? " Nothing of it was held." : " Left: " + things + ".";
  }

  /** Tells what moved between two statuses. */
  void transition(Project project, ProjectStatus before, ProjectStatus after) {
    for (Commit commit : after.commits()) {
      boolean isNew =
          before.commits().stream()
              .noneMatch(
                  old ->
                      old.repository().equals(commit.repository())
                          && old.revision().equals(commit.revision()));
      if (isNew) {
        tell(
            project,
            EventReason.COMMITTED,
            "Commit %s in the %s repository."
                .formatted(shortId(commit.revision()), commit.repository()));
      }
    }
    Optional<Condition> ready = ConditionList.find(after.conditions(), Conditions.READY);
    Optional<Condition> was = ConditionList.find(before.conditions(), Conditions.READY);
    String reasonWas = was.map(Condition::getReason).orElse("");
    boolean isOtherPlan = !after.plan().isEmpty() && !after.plan().equals(before.plan());
    ready
        .filter(condition -> isOtherPlan || !condition.getReason().equals(reasonWas))
        .ifPresent(condition -> readyBecame(project, condition, Reason.of(reasonWas)));
    boolean wasSuspended = was.filter(ProjectEvents::saysSuspended).isPresent();
    if (wasSuspended && !project.isSuspended()) {
      tell(project, EventReason.RESUMED, "Work goes on.");
    }
    if (!wasSuspended) {
      ready
          .filter(ProjectEvents::saysSuspended)
          .ifPresent(now -> tell(project, EventReason.SUSPENDED, now.getMessage()));
    }
  }

  /** A settled Project stays Provisioned while it is suspended; only the message tells. */
  private static boolean saysSuspended(Condition ready) {
    return ready.getMessage() != null && ready.getMessage().startsWith("Suspended");
  }

  private static String shortId(String revision) {
    return revision.length() > 7 ? revision.substring(0, 7) : revision;
  }

  private void readyBecame(Project project, Condition ready, Optional<Reason> was) {
    Optional<Reason> reason = Reason.of(ready.getReason());
    if (reason.isEmpty()) {
      return;
    }
    switch (reason.get()) {
      case PROVISIONED ->
          tell(
              project,
              troubled.remove(project.uid()) || was.filter(ProjectEvents::isTrouble).isPresent()
                  ? EventReason.RECOVERED
                  : EventReason.PROVISIONED,
              ready.getMessage());
      case PLANNED -> tell(project, EventReason.PLANNED, ready.getMessage());
      case SUSPENDED -> {}
      // One text, whatever has been removed by then: trouble on the way does not start it anew.
      case REMOVING -> tell(project, EventReason.REMOVAL_STARTED, "The removal has started.");
      default -> {
        if (isTrouble(reason.get())) {
          troubled.add(project.uid());
          LOG.warnf("%s: %s: %s", project.ref(), ready.getReason(), ready.getMessage());
          String action = project.isBeingDeleted() ? "Remove" : "Provision";
          send(project, "Warning", ready.getReason(), action, ready.getMessage(), null);
        }
      }
    }
  }

  private static boolean isTrouble(Reason reason) {
    return reason.kind() == Reason.Kind.RETRY || reason.kind() == Reason.Kind.REJECTED;
  }

  /** The last event of a Project: what was removed, kept and given up. */
  public void removed(Project project, Report report) {
    StringBuilder note = new StringBuilder("Removed" + commitsOf(report) + ".");
    report
        .results()
        .forEach(
            result ->
                note.append(' ')
                    .append(result.step().conditionType())
                    .append(": ")
                    .append(result.message()));
    tell(project, EventReason.REMOVED, note.toString());
    LOG.infof("project %s is gone", project.ref());
  }

  private static String commitsOf(Report report) {
    String commits =
        report.held().commits().values().stream()
            .map(commit -> commit.repository() + "@" + shortId(commit.revision()))
            .sorted()
            .collect(Collectors.joining(", "));
    return commits.isEmpty() ? "" : ", last commits " + commits;
  }

  private void tell(Project project, EventReason reason, String note) {
    String type = reason.isWarning() ? "Warning" : "Normal";
    send(project, type, reason.word(), reason.action(), note, related(project, reason));
  }

  /**
   * The object in the cluster that an event is about, beside the Project; null if there is none.
   */
  private static @Nullable ObjectReference related(Project project, EventReason reason) {
    String namespace = project.name().value();
    return switch (reason) {
      case NAMESPACE_CREATED, NAMESPACE_ADOPTED ->
          new ObjectReferenceBuilder()
              .withApiVersion("v1")
              .withKind("Namespace")
              .withName(namespace)
              .build();
      case TOKEN_ISSUED,
          TOKEN_ROTATED,
          TOKEN_REVOKED,
          PULL_SECRET_WRITTEN,
          CLOCK_SKEW,
          TOKEN_EXPIRES_SOON ->
          new ObjectReferenceBuilder()
              .withApiVersion("v1")
              .withKind("Secret")
              .withNamespace(namespace)
              .withName(Project.PULL_SECRET)
              .build();
      default -> null;
    };
  }

  private void send(
      Project project,
      String type,
      String reason,
      String action,
      String note,
      @Nullable ObjectReference related) {
    String text = Sanitizer.note(note);
    if (isRepeat(project.uid(), reason + text)) {
      return;
    }
    Event event = event(project, type, reason, action, text, related);
    try {
      queue.execute(() -> create(event));
    } catch (RejectedExecutionException full) {
      LOG.debugf("event %s of %s dropped, the queue is full", reason, project.ref());
    }
  }

  private boolean isRepeat(String uid, String text) {
    Instant now = clock.instant();
    synchronized (told) {
      Map<String, Instant> mine = told.computeIfAbsent(uid, absent -> new HashMap<>());
      mine.values().removeIf(at -> at.plus(REPEAT).isBefore(now));
      return mine.putIfAbsent(text, now) != null;
    }
  }

  void drop(Project project) {
    troubled.remove(project.uid());
    synchronized (told) {
      told.remove(project.uid());
    }
  }

  private Event event(
      Project project,
      String type,
      String reason,
      String action,
      String note,
      @Nullable ObjectReference related) {
    return new EventBuilder()
        .withNewMetadata()
        // Kubernetes 1.36 refuses a prefix that ends with a dot.
        .withGenerateName(project.getMetadata().getName() + "-")
        .withNamespace(project.getMetadata().getNamespace())
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(clock.instant())))
        .withType(type)
        .withReason(reason)
        .withAction(action)
        .withNote(note)
        .withReportingController("kyotu.tech/groundwork")
        .withReportingInstance(instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(project.getApiVersion())
                .withKind(project.getKind())
                .withNamespace(project.getMetadata().getNamespace())
                .withName(project.getMetadata().getName())
                .withUid(project.uid())
                .build())
        .withRelated(related)
        .build();
  }

  private void create(Event event) {
    try {
      var unused = client.events().v1().events().resource(event).create();
    } catch (KubernetesClientException e) {
      // Its namespace may be going away, or the right is missing: the condition says all that
      // matters.
      LOG.warnf("event %s not written: %s", event.getReason(), Sanitizer.sentence(e.getMessage()));
    }
  }
}

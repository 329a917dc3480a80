package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.gitlab.RotationPolicy.Cause;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * The pull secret holds a living token. A token is replaced by a new one beside it, never by
 * GitLab's rotation, which kills the published token in the same moment.
 */
public final class RegistryAccessStep implements Step {

  private static final int MOST_LIVING = 3;
  private static final Duration WORST_SKEW = Duration.ofMinutes(5);
  private static final Duration NEW_NAMESPACE = Duration.ofMinutes(10);
  private static final Duration UNTIL_SERVICE_ACCOUNT = Duration.ofSeconds(1);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PullTokenTools tools;
  private final Groups groups;
  private final CheckInterval interval;
  private final Optional<String> clusterIdSetting;
  private final Lane lane;
  private final Clock clock;

  private volatile @Nullable String clusterId;

  /**
   * The step.
   *
   * @param reads shared with {@link GitLabGroupStep}
   * @throws IllegalArgumentException if lifetime and grace leave no room for a rotation
   */
  public RegistryAccessStep(
      GitLab gitlab,
      SharedReads reads,
      ImageRegistry registry,
      Cluster cluster,
      GroundworkConfig config,
      Lane lane,
      Clock clock) {
    this(gitlab, reads, registry, cluster, config, lane, clock, Pause.REAL);
  }

  RegistryAccessStep(
      GitLab gitlab,
      SharedReads reads,
      ImageRegistry registry,
      Cluster cluster,
      GroundworkConfig config,
      Lane lane,
      Clock clock,
      Pause pause) {
    RotationPolicy policy =
        new RotationPolicy(config.gitlab().tokenLifetime(), config.gitlab().tokenGrace());
    tools =
        new PullTokenTools(
            gitlab, reads, registry, cluster, policy, config.registry().host(), pause);
    groups = new Groups(gitlab, cluster, config.gitlab());
    interval = new CheckInterval(config.gitlab().checkInterval());
    clusterIdSetting = config.clusterId();
    this.lane = lane;
    this.clock = clock;
  }

  @Override
  public StepName name() {
    return StepName.REGISTRY_ACCESS;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE, StepName.GITLAB_GROUP);
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.ARGO_APPLICATIONS, StepName.FLUX_RBAC);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    Optional<GroupRef> group =
        held.thing(Groups.HOLDING).map(Holding::reference).flatMap(GroupRef::of);
    if (group.isEmpty()) {
      return planBeforeGroup(project);
    }
    PullTokenView view = look(project, held, group.get());
    PullTokenJob job = new PullTokenJob(tools, group.get(), view, later -> plan(project, later));
    return plan(project, group.get(), job);
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    return new PullTokenRelease(tools, groups, clusterId()).plan(project, held);
  }

  /** In Plan mode the group may be planned only. */
  private StepPlan planBeforeGroup(Project project) {
    Effect again =
        later -> {
          if (later.thing(Groups.HOLDING).isEmpty()) {
            throw new IllegalStateException("the group is in place but nobody told which it is");
          }
          return new Outcome.Replanned(plan(project, later));
        };
    return StepPlan.of(
        List.of(
            Change.of(
                Verb.CREATE, "Pull token (known after apply)", Cause.NO_SECRET.sentence(), again),
            Change.of(Verb.CREATE, secretName(project), Cause.NO_SECRET.sentence(), again)),
        "The pull secret is made.");
  }

  private StepPlan plan(Project project, GroupRef group, PullTokenJob job) throws StepException {
    PullTokenView view = job.view();
    boolean clocksAgree = tools.gitlab().skew().abs().compareTo(WORST_SKEW) <= 0;
    List<Token> goners =
        clocksAgree ? view.orphans().stream().filter(view::mayGo).toList() : List.of();
    Optional<Cause> cause = tools.policy().judge(view.facts());
    if (view.previous().isPresent() && cause.filter(Cause::canWait).isPresent()) {
      cause = Optional.empty();
    }
    if (cause.isPresent() && view.ours().size() - goners.size() >= MOST_LIVING) {
      return waitsForRevocation(view);
    }
    List<Change> changes = new ArrayList<>();
    for (Token orphan : goners) {
      changes.add(
          Change.of(
              Verb.DELETE,
              tokenName(orphan.id(), group),
              "An attempt that was cut short left it.",
              EventReason.TOKEN_REVOKED,
              held -> job.revokeOrphan(orphan, held)));
    }
    if (cause.isPresent()) {
      changes.addAll(renewal(project, group, job, cause.get()));
    } else {
      changes.addAll(tidying(project, group, job, clocksAgree));
    }
    if (!tools.cluster().isPullSecretAttached(project.name().value())) {
      changes.add(attachment(project, job));
    }
    return StepPlan.of(changes, "")
        .finding(job.learnt())
        .saying(later -> inPlace(later, clocksAgree))
        .lookingAgainAt(nextLook(project, view, cause.isPresent()));
  }

  private List<Change> renewal(Project project, GroupRef group, PullTokenJob job, Cause cause) {
    PullTokenView view = job.view();
    Effect renew = held -> renew(job, held);
    if (view.notes().id().isPresent() && cause != Cause.VALUE_LOST) {
      return List.of(
          Change.of(
              Verb.ROTATE,
              tokenName(view.notes().id().getAsLong(), group),
              cause.sentence(),
              EventReason.TOKEN_ROTATED,
              renew));
    }
    boolean wasThere = view.mirrored().isPresent() || view.notes().id().isPresent();
    boolean isForeign = view.secret().isPresent() && !isMarkedFor(project, view.secret().get());
    // A value never waits in memory, so the first effect writes the Secret as well.
    return List.of(
        Change.of(
            Verb.CREATE,
            "Pull token in GitLab group " + group.fullPath(),
            cause.sentence(),
            EventReason.TOKEN_ISSUED,
            renew),
        Change.of(
            isForeign ? Verb.ADOPT : view.secret().isPresent() ? Verb.UPDATE : Verb.CREATE,
            secretName(project),
            cause.sentence(),
            wasThere ? EventReason.DRIFT_REPAIRED : EventReason.PULL_SECRET_WRITTEN,
            Effect.NOTHING));
  }

  private Outcome renew(PullTokenJob job, Holdings held) throws StepException {
    try {
      return job.renew(held);
    } catch (RetryableException trouble) {
      throw whilePullsFail(death(job.view()), trouble);
    }
  }

  private List<Change> tidying(
      Project project, GroupRef group, PullTokenJob job, boolean clocksAgree) {
    PullTokenView view = job.view();
    Optional<Token> previous = view.previous();
    boolean isOver = previousGoesAt(view).filter(at -> !at.isAfter(view.now())).isPresent();
    if (previous.isPresent() && isOver && clocksAgree) {
      return List.of(
          Change.of(
              Verb.DELETE,
              tokenName(previous.get().id(), group),
              "Its successor is published, and the grace is over.",
              EventReason.TOKEN_REVOKED,
              held -> job.revokePrevious(previous.get(), held)));
    }
    boolean previousIsGone = view.notes().previousId().isPresent() && previous.isEmpty();
    if (previousIsGone || view.notes().pending().isPresent()) {
      return List.of(
          Change.of(Verb.UPDATE, secretName(project), "Its notes name what is over.", job::tidy));
    }
    return List.of();
  }

  private Change attachment(Project project, PullTokenJob job) {
    String namespace = project.name().value();
    return Change.of(
        Verb.UPDATE,
        "ServiceAccounts in " + namespace,
        "Pods pull with the secret that their ServiceAccount names.",
        held -> {
          if (tools.cluster().attachPullSecret(namespace)) {
            return Outcome.done();
          }
          return new Outcome.Replanned(
              StepPlan.waits(
                      Reason.PROGRESSING,
                      "Waits for the ServiceAccount in namespace " + namespace + ".")
                  .finding(job.learnt())
                  .lookingAgainAt(clock.instant().plus(UNTIL_SERVICE_ACCOUNT)));
        });
  }

  private StepPlan waitsForRevocation(PullTokenView view) {
    Instant next =
        view.orphans().stream()
            .map(view::goesAt)
            .min(Instant::compareTo)
            .or(() -> previousGoesAt(view))
            .orElse(view.now().plus(PullTokenView.ORPHAN_AGE));
    return StepPlan.waits(
            Reason.PROGRESSING,
            "%d tokens of this Project live already. A new one is made once one of them may be revoked."
                .formatted(view.ours().size()))
        .lookingAgainAt(local(next));
  }

  private Instant nextLook(Project project, PullTokenView view, boolean renews) {
    Instant next =
        clock.instant().plus(interval.of(project.uid(), tools.cluster().projects().size()));
    List<Instant> times = new ArrayList<>();
    if (renews) {
      view.nextPrevious().ifPresent(token -> times.add(tools.policy().previousGoesAt(view.now())));
    } else {
      view.current().ifPresent(token -> times.add(tools.policy().dueAt(project.uid(), token)));
      previousGoesAt(view).ifPresent(times::add);
      if (view.current().isEmpty()) {
        view.notes().publishedAt().map(RotationPolicy::mayBeUnlistedUntil).ifPresent(times::add);
      }
    }
    view.orphans().forEach(orphan -> times.add(view.goesAt(orphan)));
    for (Instant time : times) {
      Instant at = local(time);
      // What is over and could not be done now (clocks differ) waits for the regular look.
      next = at.isAfter(clock.instant()) && at.isBefore(next) ? at : next;
    }
    return next;
  }

  private Optional<Instant> previousGoesAt(PullTokenView view) {
    return view.previous().isEmpty()
        ? Optional.empty()
        : Optional.of(
            view.notes().publishedAt().map(tools.policy()::previousGoesAt).orElse(view.now()));
  }

  private Instant local(Instant serverTime) {
    return serverTime.minus(tools.gitlab().skew());
  }

  private PullTokenView look(Project project, Holdings held, GroupRef group) throws StepException {
    Optional<PullSecret> secret =
        isAllNew(held, group)
            ? Optional.empty()
            : tools.cluster().pullSecret(project.name().value());
    if (secret.isPresent()) {
      requireOwnership(project, secret.get());
    }
    boolean isOurs = secret.filter(seen -> isMarkedFor(project, seen)).isPresent();
    TokenNotes notes = isOurs ? TokenNotes.of(secret.get().annotations()) : TokenNotes.NONE;
    boolean valueIsLost = secret.isPresent() && (!isOurs || isLost(secret.get(), notes));
    RegistryToken token = held.token();
    String cluster = clusterId();
    PullTokenView view =
        new PullTokenView(
            project,
            cluster,
            secret,
            notes,
            valueIsLost,
            token == null ? OptionalLong.empty() : OptionalLong.of(token.id()),
            List.of(),
            tools.gitlab().serverTime());
    try {
      List<Token> listed = tools.reads().tokens(group);
      return at(view.with(PullTokenView.ours(listed, cluster, project.uid())));
    } catch (RetryableException trouble) {
      throw whilePullsFail(expiry(view), trouble);
    }
  }

  /** The server's time is known better after its answer. */
  private PullTokenView at(PullTokenView view) {
    return new PullTokenView(
        view.project(),
        view.clusterId(),
        view.secret(),
        view.notes(),
        view.valueIsLost(),
        view.mirrored(),
        view.ours(),
        tools.gitlab().serverTime());
  }

  /**
   * Nothing can be there yet: group and namespace were just made. If something is all the same, the
   * Secret cannot be created, and the next look reads it.
   */
  private boolean isAllNew(Holdings held, GroupRef group) {
    return tools.reads().isOurOwn(group)
        && held.token() == null
        && held.thing("namespace").filter(this::isJustMade).isPresent();
  }

  private boolean isJustMade(Holding namespace) {
    String since = namespace.since();
    if (namespace.origin() != Origin.CREATED || since == null) {
      return false;
    }
    try {
      return Instant.parse(since).plus(NEW_NAMESPACE).isAfter(clock.instant());
    } catch (DateTimeParseException unreadable) {
      return false;
    }
  }

  private boolean isLost(PullSecret secret, TokenNotes notes) {
    return notes.id().isEmpty()
        || !secret.dataIsOurs()
        || !PullSecretFile.holdsLogin(secret.dockerConfigJson(), tools.registryHost());
  }

  private static boolean isMarkedFor(Project project, PullSecret secret) {
    return secret.owner().filter(mark -> mark.uid().equals(project.uid())).isPresent();
  }

  private void requireOwnership(Project project, PullSecret secret) throws StepException {
    if (!secret.type().equals(PullSecretFile.TYPE)) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s has type %s and cannot hold a login. Delete it."
              .formatted(secretName(project), secret.type()));
    }
    Optional<OwnerMark> mark = secret.owner();
    boolean isMineOfOld = mark.filter(owner -> owner.owner().equals(project.ref())).isPresent();
    if (isMarkedFor(project, secret) || isMineOfOld) {
      return;
    }
    if (mark.isPresent() && tools.cluster().isLiving(mark.get())) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s belongs to Project %s. Delete one of the two."
              .formatted(secretName(project), mark.get().owner()));
    }
    if (!project.mayAdopt(PullTokenJob.SECRET_HOLDING)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "%s exists and spec.adoption is Never. Set IfUnowned, or annotate kyotu.tech/adopt: %s."
              .formatted(secretName(project), PullTokenJob.SECRET_HOLDING));
    }
  }

  /** The day on which the published token died, if it did, by what its Secret says. */
  private static Optional<String> expiry(PullTokenView view) {
    LocalDate today = LocalDate.ofInstant(view.now(), ZoneOffset.UTC);
    return view.notes()
        .expiresOn()
        .filter(day -> !day.isAfter(today))
        .map(day -> "expired on " + day);
  }

  private Optional<String> death(PullTokenView view) {
    boolean isDead =
        view.notes().id().isPresent()
            && tools.policy().judge(view.facts()).filter(Cause.NOT_ACTIVE::equals).isPresent();
    return expiry(view).or(() -> isDead ? Optional.of("was revoked") : Optional.empty());
  }

  /** While pulls fail, that is the news; why it cannot be mended comes second. */
  private static RetryableException whilePullsFail(
      Optional<String> death, RetryableException trouble) {
    if (death.isEmpty()) {
      return trouble;
    }
    String message =
        "The registry token %s, and a new one cannot be made. Image pulls fail now. %s"
            .formatted(death.get(), trouble.sentence());
    return trouble.retryAfter().isPresent()
        ? RetryableException.after(Reason.TOKEN_EXPIRED, message, trouble.retryAfter().get())
        : new RetryableException(Reason.TOKEN_EXPIRED, message);
  }

  private String inPlace(Holdings held, boolean clocksAgree) {
    RegistryToken token = held.token();
    if (token == null) {
      return "The pull secret is being written.";
    }
    String now = "Token " + token.id() + " valid until " + token.expiresAt();
    if (token.previousId() == null) {
      return now + ".";
    }
    String when =
        clocksAgree && token.previousRevokeAfter() != null
            ? "after " + MINUTE.format(Instant.parse(token.previousRevokeAfter()))
            : "once our clock and GitLab's agree to five minutes";
    return now + "; token " + token.previousId() + " is revoked " + when + ".";
  }

  private String clusterId() throws StepException {
    String known = clusterId;
    if (known == null) {
      known = clusterIdSetting.isPresent() ? clusterIdSetting.get() : tools.cluster().clusterId();
      clusterId = known;
    }
    return known;
  }

  private static String tokenName(long id, GroupRef group) {
    return "Pull token %d of GitLab group %s".formatted(id, group.fullPath());
  }

  static String secretName(Project project) {
    return "Secret " + project.name() + "/" + PullTokenJob.SECRET_NAME;
  }
}

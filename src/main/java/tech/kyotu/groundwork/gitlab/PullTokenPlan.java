package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.gitlab.RotationPolicy.Cause;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/** What follows from one look at a pull token: which changes, and when to look again. */
final class PullTokenPlan {

  private static final int MOST_LIVING = 3;
  private static final Duration WORST_SKEW = Duration.ofMinutes(5);

  /** Its watch wakes the Project at once; this is for a watch that is broken. */
  private static final Duration UNTIL_SERVICE_ACCOUNT = Duration.ofSeconds(10);

  private final PullTokenTools tools;
  private final GroupRef group;
  private final PullTokenJob job;
  private final PullTokenView view;
  private final Project project;
  private final boolean clocksAgree;

  /** A plan whose effects this job carries out. */
  PullTokenPlan(PullTokenTools tools, GroupRef group, PullTokenJob job) {
    this.tools = tools;
    this.group = group;
    this.job = job;
    view = job.view();
    project = view.project();
    clocksAgree = tools.gitlab().skew().abs().compareTo(WORST_SKEW) <= 0;
  }

  /** The changes, in the order that no crash may turn round. */
  StepPlan make() {
    List<Token> goners =
        clocksAgree
            ? view.orphans().stream().filter(view::mayGo).filter(this::canGo).toList()
            : List.of();
    Optional<Cause> cause = tools.policy().judge(view.facts());
    if (view.previous().isPresent() && cause.filter(Cause::canWait).isPresent()) {
      cause = Optional.empty();
    }
    long staying = view.ours().stream().filter(this::canGo).count() - goners.size();
    if (cause.isPresent() && staying >= MOST_LIVING) {
      return waitsForRevocation();
    }
    Optional<Instant> turn = cause.filter(Cause.DUE::equals).flatMap(due -> turnOfOthers());
    boolean renews = cause.isPresent() && turn.isEmpty();
    List<Change> changes = new ArrayList<>(renews ? renewal(cause.get()) : tidying());
    // What nobody noted as published may be what the Secret holds, so it goes last if it can.
    boolean hasRoom = view.ours().size() < MOST_LIVING;
    changes.addAll(renews && hasRoom ? changes.size() : 0, revocations(goners));
    changes.addAll(ofOlders(renews));
    if (!tools.cluster().isPullSecretAttached(project.name().value())) {
      changes.add(attachment());
    }
    return StepPlan.of(changes, "")
        .finding(job.learnt())
        .saying(held -> PullTokenStatus.sentence(held.token(), clocksAgree) + leftOvers())
        .lookingAgainAt(nextLook(renews, turn));
  }

  private boolean canGo(Token token) {
    return !tools.unrevoked().holds(token.id());
  }

  /** What lives beside the published token and is not ours to end. */
  private String leftOvers() {
    return PullTokenStatus.unrevoked(view.ours().stream().filter(token -> !canGo(token)).toList())
        + PullTokenStatus.strays(view.strays());
  }

  /** When to ask again, if others' tokens are to be replaced before this one that is due. */
  private Optional<Instant> turnOfOthers() {
    return view.current()
        .filter(token -> !project.isPlanOnly() && !tools.policy().isCritical(token, view.now()))
        .flatMap(RotationPolicy::death)
        .flatMap(expiry -> tools.limit().ask(project.uid(), expiry));
  }

  /** What the older operator published goes as any token does whose successor is published. */
  private List<Change> ofOlders(boolean renews) {
    Optional<Instant> goesAt = renews ? Optional.empty() : oldersGoAt();
    boolean isOver = clocksAgree && goesAt.filter(at -> !at.isAfter(view.now())).isPresent();
    if (!isOver && !renews) {
      return List.of();
    }
    return view.olders().stream()
        .filter(this::canGo)
        .map(
            older ->
                isOver
                    ? revocation(
                        older,
                        "the older operator made it; its successor is published, and the grace is"
                            + " over",
                        held -> job.revokeOlder(older, held))
                    : Change.of(
                        Verb.RETAIN,
                        tokenName(older.id()),
                        "the older operator made it; it is revoked when the grace after its"
                            + " successor is over",
                        Effect.NOTHING))
        .toList();
  }

  private Optional<Instant> oldersGoAt() {
    return view.olders().isEmpty() || view.current().isEmpty()
        ? Optional.empty()
        : view.notes().publishedAt().map(tools.policy()::previousGoesAt);
  }

  private List<Change> revocations(List<Token> goners) {
    return goners.stream()
        .map(
            orphan ->
                revocation(
                    orphan,
                    "an attempt that was cut short left it",
                    held -> job.revokeOrphan(orphan, held)))
        .toList();
  }

  private List<Change> renewal(Cause cause) {
    String why =
        view.isOfAnotherType()
            ? "the older operator made it, of a type that cannot be changed"
            : cause.clause();
    if (view.notes().id().isPresent() && cause != Cause.VALUE_LOST) {
      return List.of(
          Change.of(
              Verb.ROTATE,
              tokenName(view.notes().id().getAsLong()),
              cause.clause(),
              EventReason.TOKEN_ROTATED,
              this::renew));
    }
    boolean wasThere = view.mirrored().isPresent() || view.notes().id().isPresent();
    Verb verb =
        view.secret()
            .map(seen -> PullTokenLook.isMarkedFor(project, seen) ? Verb.UPDATE : Verb.ADOPT)
            .orElse(Verb.CREATE);
    // A value never waits in memory, so the first effect writes the Secret as well.
    return List.of(
        Change.of(
            Verb.CREATE,
            "Pull token in GitLab group " + group.fullPath(),
            why,
            EventReason.TOKEN_ISSUED,
            this::renew),
        Change.of(
            verb,
            PullSecretFile.secretName(project),
            why,
            wasThere ? EventReason.DRIFT_REPAIRED : EventReason.PULL_SECRET_WRITTEN,
            Effect.NOTHING));
  }

  private Outcome renew(Holdings held) throws StepException {
    try {
      return job.renew(held);
    } catch (RetryableException trouble) {
      throw DeadToken.whilePullsFail(DeadToken.death(job.view(), tools.policy()), trouble);
    }
  }

  private List<Change> tidying() {
    Optional<Token> previous = view.previous();
    if (previous.filter(token -> !canGo(token)).isPresent()) {
      return List.of();
    }
    boolean isOver = previousGoesAt().filter(at -> !at.isAfter(view.now())).isPresent();
    if (previous.isPresent() && isOver) {
      return clocksAgree
          ? List.of(
              revocation(
                  previous.get(),
                  "its successor is published, and the grace is over",
                  held -> job.revokePrevious(previous.get(), held)))
          : stays(previous.get());
    }
    boolean previousIsGone =
        view.notes().previousId().isPresent()
            && previous.isEmpty()
            && !RotationPolicy.mayBeUnlisted(view.notes().publishedAt(), view.now());
    if (previousIsGone || view.notes().pending().isPresent()) {
      return List.of(
          Change.of(
              Verb.UPDATE,
              PullSecretFile.secretName(project),
              "its notes name what is over",
              job::tidy));
    }
    return List.of();
  }

  private List<Change> stays(Token previous) {
    if (project.isPlanOnly()) {
      return List.of();
    }
    String reason =
        "GitLab's clock differs from ours by %d minutes, so its revocation is put off; set the clocks right"
            .formatted(tools.gitlab().skew().abs().toMinutes());
    return List.of(
        Change.of(
            Verb.RETAIN, tokenName(previous.id()), reason, EventReason.CLOCK_SKEW, Effect.NOTHING));
  }

  private Change revocation(Token token, String reason, Effect effect) {
    return Change.of(Verb.DELETE, tokenName(token.id()), reason, EventReason.TOKEN_REVOKED, effect);
  }

  private Change attachment() {
    String namespace = project.name().value();
    return Change.of(
        Verb.UPDATE,
        "ServiceAccounts in " + namespace,
        "pods pull with the secret that their ServiceAccount names",
        held ->
            tools.cluster().attachPullSecret(namespace)
                ? Outcome.done()
                : new Outcome.Replanned(
                    StepPlan.waits(
                            Reason.PROGRESSING,
                            "Waits for the ServiceAccount in namespace " + namespace + ".")
                        .finding(job.learnt())
                        .lookingAgainAt(tools.clock().instant().plus(UNTIL_SERVICE_ACCOUNT))));
  }

  private StepPlan waitsForRevocation() {
    Instant next =
        view.orphans().stream()
            .map(view::goesAt)
            .min(Instant::compareTo)
            .or(this::previousGoesAt)
            .orElse(view.now().plus(PullTokenView.ORPHAN_AGE));
    return StepPlan.waits(
            Reason.PROGRESSING,
            "%d tokens of this Project live already. A new one is made once one of them may be revoked."
                .formatted(view.ours().size()))
        .lookingAgainAt(tools.local(next));
  }

  private Instant nextLook(boolean renews, Optional<Instant> turn) {
    List<Instant> times = new ArrayList<>();
    if (renews) {
      if (view.nextPrevious().isPresent() || !view.olders().isEmpty()) {
        times.add(tools.policy().previousGoesAt(view.now()));
      }
    } else {
      view.current().ifPresent(token -> times.add(tools.policy().dueAt(project.uid(), token)));
      previousGoesAt().ifPresent(times::add);
      oldersGoAt().ifPresent(times::add);
      if (view.current().isEmpty()) {
        view.notes().publishedAt().map(RotationPolicy::mayBeUnlistedUntil).ifPresent(times::add);
      }
    }
    view.orphans().forEach(orphan -> times.add(view.goesAt(orphan)));
    Instant now = tools.clock().instant();
    Instant regular =
        now.plus(tools.interval().of(project.uid(), tools.cluster().projects().size()));
    Instant next = turn.filter(at -> at.isBefore(regular)).orElse(regular);
    for (Instant time : times) {
      Instant at = tools.local(time);
      // What is over and could not be done now (clocks differ) waits for the regular look.
      next = at.isAfter(now) && at.isBefore(next) ? at : next;
    }
    return next;
  }

  private Optional<Instant> previousGoesAt() {
    return view.previous()
        .map(
            token ->
                view.notes().publishedAt().map(tools.policy()::previousGoesAt).orElse(view.now()));
  }

  private String tokenName(long id) {
    return "Pull token %d of GitLab group %s".formatted(id, group.fullPath());
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Takes a request from its arrival to its answer: latency, faults, limits, the route, the history.
 * Work and history entry happen under one lock, so a client that has its answer finds it recorded.
 */
final class Desk {
  /** What goes on the wire, and the fault that still shapes how. */
  record Delivery(Answer answer, Optional<FaultEffect> effect) {}

  private final World world;
  private final Credentials credentials;
  private final Router router;
  private final Faults faults;
  private final RateLimits limits;
  private final History history;
  private volatile Latency latency = Latency.NONE;

  Desk(World world, Router router, Faults faults, RateLimits limits, History history) {
    this.world = world;
    this.credentials = new Credentials(world);
    this.router = router;
    this.faults = faults;
    this.limits = limits;
    this.history = history;
  }

  void latency(Latency between) {
    latency = between;
  }

  Delivery serve(Incoming in) throws InterruptedException {
    pause(latency.next(ThreadLocalRandom.current()));
    Identity who = world.locked(() -> credentials.identify(in));
    Optional<Fault> fault = faults.hit(in, who);
    Optional<FaultEffect> effect = fault.map(Fault::effect);
    boolean early = fault.filter(each -> !each.isAfterCommit()).isPresent();
    if (early && effect.get() instanceof FaultEffect.Delay delay) {
      pause(delay.time());
    }
    boolean works = !early || effect.get().letsThrough();
    Answer sent = world.locked(() -> commit(in, fault, works));
    if (!early && effect.orElse(null) instanceof FaultEffect.Delay delay) {
      pause(delay.time());
    }
    return new Delivery(sent, effect);
  }

  private Answer commit(Incoming in, Optional<Fault> fault, boolean works) {
    // Again, because the credential may have died while the request waited.
    Identity caller = credentials.identify(in);
    Duration lag =
        fault.filter(each -> in.isRead()).map(each -> each.effect().lag()).orElse(Duration.ZERO);
    Answer done =
        works ? answer(in, caller, lag) : Answer.json(200, Rendering.object().put("id", 1));
    Answer sent = fault.map(each -> each.effect().replace(done)).orElse(done);
    boolean closed = fault.filter(each -> each.effect() instanceof FaultEffect.Close).isPresent();
    history.add(
        world.now(),
        in,
        caller,
        closed ? 0 : sent.status(),
        fault.map(Fault::toString).orElse(""),
        world.takeChanges());
    return sent;
  }

  private Answer answer(Incoming in, Identity caller, Duration lag) {
    Answer answer =
        limits
            .refuse(in, caller, world.now(), world.is(Switch.PLAIN_LIMIT_ERRORS))
            .orElseGet(() -> route(in, caller, lag));
    return answer.with(limits.headers(in, caller, answer, world.now()));
  }

  private Answer route(Incoming in, Identity caller, Duration lag) {
    credentials.touch(caller);
    try {
      return world.behind(lag, () -> router.dispatch(in, caller));
    } catch (Refusal refusal) {
      revokeFamilyOfReusedToken(in, caller);
      return refusal.answer();
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      return Answer.badRequest("unreadable parameter");
    }
  }

  /** Reuse detection: who rotates with a token that was rotated away loses the whole family. */
  private void revokeFamilyOfReusedToken(Incoming in, Identity caller) {
    caller
        .token()
        .filter(Token::isRevoked)
        .filter(token -> in.method().equals("POST") && in.path().endsWith("/rotate"))
        .ifPresent(token -> world.revokeFamily(token.family()));
  }

  private static void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}

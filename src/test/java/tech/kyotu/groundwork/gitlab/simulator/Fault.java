package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.Close;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.Delay;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.HalfJson;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.Redirect;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.Reply;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.SlowBody;
import tech.kyotu.groundwork.gitlab.simulator.FaultEffect.StaleRead;

/**
 * Something that goes wrong with certain requests. Without more words it is the first matching
 * request, once, before the server has done anything, and its connection is closed.
 *
 * <pre>{@code
 * Fault.on("POST", "/groups/:id/access_tokens").nth(2).afterCommit().closes()
 * }</pre>
 */
public final class Fault {
  private final RoutePattern pattern;
  private final String route;
  private final String caller;
  private final int nth;
  private final int times;
  private final boolean afterCommit;
  private final FaultEffect effect;

  private Fault(
      String method,
      String route,
      String caller,
      int nth,
      int times,
      boolean afterCommit,
      FaultEffect effect) {
    this.pattern = RoutePattern.of(method, route);
    this.route = route;
    this.caller = caller;
    this.nth = nth;
    this.times = times;
    this.afterCommit = afterCommit;
    this.effect = effect;
  }

  /**
   * Starts with the requests that are hit.
   *
   * @param method of the request, {@code *} for any
   * @param route path below {@code /api/v4} with {@code :name} for any one segment and {@code *} at
   *     the end for any rest; or a path from the root that starts with /api, /jwt or /v2
   */
  public static Fault on(String method, String route) {
    return new Fault(method, route, "", 1, 1, false, new Close());
  }

  /** Hits only requests of the user with this name. */
  public Fault by(String username) {
    return new Fault(pattern.method(), route, username, nth, times, afterCommit, effect);
  }

  /** Starts with the nth matching request after arming, from 1. */
  public Fault nth(int hit) {
    return new Fault(pattern.method(), route, caller, hit, times, afterCommit, effect);
  }

  /** Fires for that many matching requests in a row. */
  public Fault times(int count) {
    return new Fault(pattern.method(), route, caller, nth, count, afterCommit, effect);
  }

  /** Fires until it is disarmed. */
  public Fault always() {
    return times(Integer.MAX_VALUE);
  }

  /** Fires once the server has done what it was asked for. */
  public Fault afterCommit() {
    return new Fault(pattern.method(), route, caller, nth, times, true, effect);
  }

  /** Answers with the given status and body. */
  public Fault replies(int status, String contentType, String body) {
    return doing(new Reply(status, contentType, body));
  }

  /** Answers with a page in HTML, as a proxy does. */
  public Fault repliesHtml(int status) {
    return replies(status, "text/html", "<html><body><h1>" + status + "</h1></body></html>");
  }

  /** Answers with half of a JSON body. */
  public Fault repliesHalfJson() {
    return doing(new HalfJson());
  }

  /** Answers 302 to the given URL. */
  public Fault redirects(String location) {
    return doing(new Redirect(location));
  }

  /** Ends the connection without an answer. */
  public Fault closes() {
    return doing(new Close());
  }

  /** Waits before the work, or between the work and its answer. */
  public Fault delays(Duration time) {
    return doing(new Delay(time));
  }

  /** Sends half of the body, waits, and sends the rest. */
  public Fault slowsBody(Duration time) {
    return doing(new SlowBody(time));
  }

  /**
   * Answers reads from a database that lags that far behind the simulator's clock, but not back to
   * before the fault was armed. Who is calling is always known from the newest state.
   */
  public Fault readsStale(Duration lag) {
    return doing(new StaleRead(lag));
  }

  private Fault doing(FaultEffect what) {
    return new Fault(pattern.method(), route, caller, nth, times, afterCommit, what);
  }

  boolean concerns(Incoming in, Identity who) {
    boolean byCaller =
        caller.isEmpty() || who.user().filter(user -> user.username().equals(caller)).isPresent();
    return byCaller
        && pattern.matchesMethod(in.method())
        && pattern.match(in.rawSegments()).isPresent();
  }

  /** Whether the hit with this number, from 1, is one to fire at. */
  boolean firesAt(int hit) {
    return hit >= nth && hit - nth < times;
  }

  boolean isAfterCommit() {
    return afterCommit;
  }

  FaultEffect effect() {
    return effect;
  }

  /** Says where and what, for the history. */
  @Override
  public String toString() {
    return pattern.method()
        + " "
        + route
        + (afterCommit ? " after: " : " before: ")
        + effect.getClass().getSimpleName();
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The two limiters of GitLab, which know nothing of each other, and the ban after failed registry
 * logins. All are off until set. Windows are fixed and follow the simulator's clock.
 */
public final class RateLimits {
  /** A limit of requests in a window; 0 requests means off. */
  private record Limit(int requests, Duration window) {
    static final Limit OFF = new Limit(0, Duration.ofMinutes(1));

    boolean isOn() {
      return requests > 0;
    }

    long windowOf(Instant now) {
      return now.getEpochSecond() / window.toSeconds();
    }

    Instant endsAt(Instant now) {
      return Instant.ofEpochSecond((windowOf(now) + 1) * window.toSeconds());
    }
  }

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Map<String, Integer> counts = new HashMap<>();
  private Limit throttle = Limit.OFF;
  private Limit groupList = Limit.OFF;
  private Limit singleGroup = Limit.OFF;
  private Limit failedLogins = Limit.OFF;
  private Duration banLasts = Duration.ofHours(1);
  private Instant bannedUntil = Instant.MIN;

  RateLimits() {}

  /** Throttles all API requests of one user; 0 requests turns it off. */
  public synchronized void throttle(int requests, Duration window) {
    throttle = new Limit(requests, window);
    counts.clear();
  }

  /** Limits lists of groups, by user and minute; 0 turns it off. */
  public synchronized void groupLists(int perMinute) {
    groupList = new Limit(perMinute, Duration.ofMinutes(1));
    counts.clear();
  }

  /** Limits reads of a single group, by user and minute; 0 turns it off. */
  public synchronized void singleGroups(int perMinute) {
    singleGroup = new Limit(perMinute, Duration.ofMinutes(1));
    counts.clear();
  }

  /** Bans registry logins after that many failed ones in a window; 0 failures turns it off. */
  public synchronized void banAfter(int failures, Duration window, Duration lasts) {
    failedLogins = new Limit(failures, window);
    banLasts = lasts;
    bannedUntil = Instant.MIN;
    counts.clear();
  }

  /** Turns everything off and lifts a ban. */
  public synchronized void off() {
    throttle(0, Duration.ofMinutes(1));
    groupLists(0);
    singleGroups(0);
    banAfter(0, Duration.ofMinutes(1), Duration.ofHours(1));
  }

  /**
   * Counts the request; the answer is a refusal, or empty if the request may go on. A plain one of
   * an endpoint's limit is a string and no object.
   */
  synchronized Optional<Answer> refuse(Incoming in, Identity caller, Instant now, boolean plain) {
    String user = caller.user().map(User::username).orElse("");
    if (throttle.isOn()
        && in.isApi()
        && count("all " + user, throttle, now) > throttle.requests()) {
      // Rounded up, or who obeys comes back a moment too early.
      long seconds = throttle.endsAt(now).getEpochSecond() - now.getEpochSecond();
      return Optional.of(
          Answer.text(429, "Retry later\n")
              .with("Retry-After", String.valueOf(seconds))
              .with("RateLimit-ResetTime", HTTP_DATE.format(throttle.endsAt(now))));
    }
    String kind = endpoint(in);
    Limit limit = kind.equals("list") ? groupList : singleGroup;
    if (!kind.isEmpty()
        && limit.isOn()
        && count(kind + " " + user, limit, now) > limit.requests()) {
      return Optional.of(tooMany(plain).with("Retry-After", "60"));
    }
    return Optional.empty();
  }

  private static Answer tooMany(boolean plain) {
    String text = "This endpoint has been requested too many times. Try again later.";
    if (plain) {
      return Answer.message(429, text);
    }
    var body = Rendering.object();
    body.putObject("message").put("error", text);
    return Answer.json(429, body);
  }

  /** What the throttle tells in headers; nothing while it is off or if the other one refused. */
  synchronized Map<String, String> headers(
      Incoming in, Identity caller, Answer answer, Instant now) {
    boolean refusedByEndpoint = answer.status() == 429 && answer.contentType().equals(Answer.JSON);
    if (!throttle.isOn() || !in.isApi() || refusedByEndpoint) {
      return Map.of();
    }
    String user = caller.user().map(User::username).orElse("");
    int observed = counts.getOrDefault(key("all " + user, throttle, now), 0);
    double perMinute = throttle.requests() * 60.0 / throttle.window().toSeconds();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("RateLimit-Limit", String.valueOf((long) Math.ceil(perMinute)));
    headers.put("RateLimit-Name", "throttle_" + (user.isEmpty() ? "un" : "") + "authenticated_api");
    headers.put("RateLimit-Observed", String.valueOf(observed));
    headers.put("RateLimit-Remaining", String.valueOf(Math.max(0, throttle.requests() - observed)));
    headers.put("RateLimit-Reset", String.valueOf(throttle.endsAt(now).getEpochSecond()));
    return headers;
  }

  synchronized boolean isBanned(Instant now) {
    return now.isBefore(bannedUntil);
  }

  synchronized void failedLogin(Instant now) {
    if (failedLogins.isOn() && count("login", failedLogins, now) >= failedLogins.requests()) {
      bannedUntil = now.plus(banLasts);
    }
  }

  synchronized void goodLogin() {
    counts.keySet().removeIf(key -> key.startsWith("login@"));
  }

  private int count(String name, Limit limit, Instant now) {
    return counts.merge(key(name, limit, now), 1, Integer::sum);
  }

  private static String key(String name, Limit limit, Instant now) {
    return name + "@" + limit.windowOf(now);
  }

  private static String endpoint(Incoming in) {
    boolean groups = in.method().equals("GET") && in.path().startsWith("/api/v4/groups");
    int segments = in.rawSegments().size();
    if (!groups) {
      return "";
    }
    return segments == 3 ? "list" : segments == 4 ? "single" : "";
  }
}

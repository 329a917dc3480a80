package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 45, 47 and 48: limits, faults and clocks. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorFaultConformanceTest {
  private static final String CREATE = "/groups/:id/access_tokens";

  @AutoClose private final TestPlatform platform;

  SimulatorFaultConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
  }

  private List<TokenView> tokens() {
    return platform.gitlab.tokens("platform/shop");
  }

  @Test
  @DisplayName("case 45: throttling answers in plain text, with headers on every answer")
  void throttlesByUser() {
    assertThat(platform.get(platform.operator, "/user").header("RateLimit-Limit")).isNull();
    platform.gitlab.limits().throttle(2, Duration.ofSeconds(30));

    Reply first = platform.get(platform.operator, "/user");
    assertThat(first.header("RateLimit-Limit")).isEqualTo("4");
    assertThat(first.header("RateLimit-Observed")).isEqualTo("1");
    assertThat(first.header("RateLimit-Remaining")).isEqualTo("1");
    assertThat(first.header("RateLimit-Name")).isEqualTo("throttle_authenticated_api");
    assertThat(first.header("RateLimit-Reset"))
        .isEqualTo(String.valueOf(TestPlatform.START.plusSeconds(30).getEpochSecond()));
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(200);

    Reply refused = platform.get(platform.operator, "/user");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("Retry later\n");
    assertThat(refused.header("Content-Type")).startsWith("text/plain");
    assertThat(refused.header("Retry-After")).isEqualTo("30");
    assertThat(refused.header("RateLimit-ResetTime")).isEqualTo("Tue, 10 Mar 2026 12:00:30 GMT");
    assertThat(refused.header("RateLimit-Remaining")).isEqualTo("0");
    assertThat(platform.get(platform.stranger, "/user").status()).isEqualTo(200);

    platform.gitlab.clock().advance(Duration.ofSeconds(30));
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 45: endpoint limits answer in JSON, without the throttle's headers")
  void limitsEndpoints() {
    platform.usual(Switch.PLAIN_LIMIT_ERRORS);
    platform.gitlab.limits().singleGroups(1);
    platform.gitlab.limits().groupLists(1);
    platform.gitlab.limits().throttle(100, Duration.ofMinutes(1));
    for (String path : List.of("/groups/" + platform.shop, "/groups")) {
      assertThat(platform.get(platform.operator, path).status()).isEqualTo(200);
      Reply refused = platform.get(platform.operator, path);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.json().path("message").isObject()).isTrue();
      assertThat(refused.header("Retry-After")).isEqualTo("60");
      assertThat(refused.header("RateLimit-Limit")).isNull();
    }
    assertThat(platform.get(platform.operator, platform.tokens()).status()).isEqualTo(200);
    platform.gitlab.clock().advance(Duration.ofMinutes(1));
    assertThat(platform.get(platform.operator, "/groups").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 47: a connection closed before the work leaves nothing behind")
  void closesBeforeCommit() {
    ArmedFault fault = platform.gitlab.arm(Fault.on("POST", CREATE).closes());
    assertThatThrownBy(() -> platform.trySend(platform.tokenCreation("lost")))
        .isInstanceOf(IOException.class);
    assertThat(tokens()).isEmpty();
    assertThat(fault.fired()).isEqualTo(1);
    assertThat(platform.lastEntry().status()).isZero();
    assertThat(platform.lastEntry().changes()).isEmpty();
    assertThat(platform.createToken(platform.operator, "next").status()).isEqualTo(201);
  }

  @Test
  @DisplayName("case 47: a connection closed after the work hides a token that exists")
  void closesAfterCommit() {
    platform.gitlab.arm(Fault.on("POST", CREATE).afterCommit().closes());
    assertThatThrownBy(() -> platform.trySend(platform.tokenCreation("hidden")))
        .isInstanceOf(IOException.class);
    assertThat(tokens()).extracting(TokenView::name).containsExactly("hidden");
    assertThat(platform.lastEntry().status()).isZero();
    assertThat(platform.lastEntry().fault()).contains("after").contains("Close");
    assertThat(platform.lastEntry().changes())
        .containsExactly(new WorldChange("token created", tokens().get(0).id(), "hidden"));
  }

  @Test
  @DisplayName("case 47: during a delay after the work the token exists and the client waits")
  void delaysAfterCommit() {
    platform.gitlab.arm(Fault.on("POST", CREATE).afterCommit().delays(Duration.ofMinutes(5)));
    CompletableFuture<HttpResponse<String>> reply = platform.start(platform.tokenCreation("late"));
    Awaitility.await().untilAsserted(() -> assertThat(tokens()).hasSize(1));
    assertThat(reply).isNotDone();
    reply.cancel(true);
  }

  @Test
  @DisplayName("case 47: a delay before the work only takes time")
  void delaysBeforeCommit() {
    ArmedFault fault = platform.gitlab.arm(Fault.on("POST", CREATE).delays(Duration.ofMillis(20)));
    assertThat(platform.createToken(platform.operator, "slow").status()).isEqualTo(201);
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  @DisplayName("case 47: a proxy's page replaces the answer to a revocation that happened")
  void repliesHtmlAfterCommit() {
    platform.createToken(platform.operator, "old");
    long id = tokens().get(0).id();
    platform.gitlab.arm(Fault.on("DELETE", CREATE + "/:token_id").afterCommit().repliesHtml(502));
    Reply reply = platform.delete(platform.operator, platform.tokens() + "/" + id);
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Content-Type")).startsWith("text/html");
    assertThat(reply.body()).startsWith("<html>");
    assertThat(platform.gitlab.liveTokens("platform/shop")).isEmpty();
    assertThat(platform.lastEntry().status()).isEqualTo(502);
  }

  @Test
  @DisplayName("case 47: a slow body is complete in the end")
  void slowsBody() {
    ArmedFault fault =
        platform.gitlab.arm(Fault.on("POST", CREATE).slowsBody(Duration.ofMillis(20)));
    Reply reply = platform.createToken(platform.operator, "slow");
    assertThat(reply.json().path("name").asText()).isEqualTo("slow");
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  @DisplayName("case 47: half a body is what the client gets of a token that exists")
  void repliesHalfJson() {
    platform.gitlab.arm(Fault.on("POST", CREATE).afterCommit().repliesHalfJson());
    Reply reply = platform.createToken(platform.operator, "half");
    assertThat(reply.status()).isEqualTo(201);
    assertThatThrownBy(reply::json).hasRootCauseInstanceOf(IOException.class);
    assertThat(tokens()).hasSize(1);
  }

  @Test
  @DisplayName("case 47: faults of any status, redirects, plain text and JSON before the work")
  void repliesBeforeCommit() {
    platform.gitlab.arm(Fault.on("POST", CREATE).replies(503, "text/plain", "down"));
    platform.gitlab.arm(Fault.on("POST", CREATE).nth(2).redirects("https://elsewhere.example"));
    Reply down = platform.createToken(platform.operator, "one");
    assertThat(down.status()).isEqualTo(503);
    assertThat(down.body()).isEqualTo("down");
    Reply moved = platform.createToken(platform.operator, "two");
    assertThat(moved.status()).isEqualTo(302);
    assertThat(moved.header("Location")).isEqualTo("https://elsewhere.example");
    assertThat(tokens()).isEmpty();
  }

  @Test
  @DisplayName("case 47: a stale read misses a new token and still shows a revoked one as active")
  void readsStale() {
    platform.usual(Switch.BOTS_GO_AT_ONCE);
    platform.createToken(platform.operator, "old");
    String old = platform.tokens() + "/" + tokens().get(0).id();
    platform.gitlab.arm(Fault.on("GET", CREATE).always().readsStale(Duration.ofSeconds(10)));
    platform.gitlab.clock().advance(Duration.ofSeconds(20));
    platform.createToken(platform.operator, "new");
    platform.gitlab.clock().advance(Duration.ofSeconds(5));
    platform.delete(platform.operator, old);

    String active = platform.tokens() + "?state=active";
    assertThat(names(active)).containsExactly("old");
    assertThat(platform.get(platform.operator, old).json().path("revoked").asBoolean()).isTrue();
    platform.gitlab.clock().advance(Duration.ofSeconds(5));
    assertThat(names(active)).containsExactly("old", "new");
    platform.gitlab.clock().advance(Duration.ofSeconds(5));
    assertThat(names(active)).containsExactly("new");
    platform.gitlab.disarm();
    assertThat(names(platform.tokens())).containsExactly("old", "new");
  }

  private List<String> names(String path) {
    return platform.get(platform.operator, path).json().findValuesAsText("name");
  }

  @Test
  @DisplayName("latency scatters around its median, or does not scatter at all")
  void scattersLatency() {
    Random random = new Random(1);
    Latency latency = new Latency(Duration.ofMillis(10), 0.5);
    List<Duration> waits =
        Stream.generate(() -> latency.next(random)).limit(1_001).sorted().toList();
    assertThat(waits.get(500)).isBetween(Duration.ofMillis(9), Duration.ofMillis(11));
    assertThat(waits.get(1_000)).isGreaterThan(Duration.ofMillis(30));
    assertThat(new Latency(Duration.ofMillis(10), 0).next(random)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  @DisplayName("a fault hits the nth request of its route and caller, so many times")
  void countsHits() {
    Fault fault = Fault.on("*", "/groups/*").by("operator").nth(2).times(2);
    ArmedFault armed = platform.gitlab.arm(fault.replies(500, Answer.JSON, "{}"));
    List<Integer> statuses =
        Stream.of("operator", "keeper", "operator", "operator", "operator")
            .map(name -> name.equals("keeper") ? platform.keeper : platform.operator)
            .map(caller -> platform.get(caller, "/groups/" + platform.shop).status())
            .toList();
    assertThat(statuses).containsExactly(200, 200, 500, 500, 200);
    assertThat(armed.hits()).isEqualTo(4);
    assertThat(armed.fired()).isEqualTo(2);
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 48: the clock is set, advanced and frozen, and the Date header may differ")
  void controlsTheClock() {
    SimulatedClock clock = platform.gitlab.clock();
    assertThat(platform.get(platform.operator, "/user").header("Date"))
        .isEqualTo("Tue, 10 Mar 2026 12:00:00 GMT");
    clock.skewDateHeader(Duration.ofMinutes(-7));
    clock.advance(Duration.ofDays(1));
    assertThat(platform.get(platform.operator, "/user").header("Date"))
        .isEqualTo("Wed, 11 Mar 2026 11:53:00 GMT");
    assertThat(platform.lastEntry().at()).isEqualTo(TestPlatform.START.plus(Duration.ofDays(1)));
    clock.resume();
    Awaitility.await()
        .until(() -> clock.now().isAfter(TestPlatform.START.plus(Duration.ofDays(1))));
  }
}

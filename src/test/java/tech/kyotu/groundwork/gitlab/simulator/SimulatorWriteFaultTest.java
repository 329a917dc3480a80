package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance case 47 for every route that changes something. */
class SimulatorWriteFaultTest {
  private static final Map<String, String> LIST_OF_KIND =
      Map.of(
          "access_tokens", "/groups/platform%2Fshop/access_tokens",
          "members", "/groups/platform%2Fshop/members",
          "share", "/groups/platform%2Fshop",
          "saml_group_links", "/groups/platform%2Fshop/saml_group_links",
          "ldap_group_links", "/groups/platform%2Fshop/ldap_group_links",
          "deploy_tokens", "/groups/platform%2Fshop/deploy_tokens");

  static Stream<RoutePattern> writes() {
    return AnswerSchemas.routes().stream()
        .filter(route -> List.of("POST", "PUT", "DELETE").contains(route.method()))
        .sorted(Comparator.comparing(RoutePattern::toString));
  }

  private static TestPlatform platform() {
    TestPlatform platform = new TestPlatform();
    platform.gitlab.flip(Switch.PAID_EDITION, true);
    return platform;
  }

  private static void arm(TestPlatform platform, RoutePattern route, UnaryOperator<Fault> effect) {
    platform.gitlab.disarm();
    platform.gitlab.arm(effect.apply(Fault.on(route.method(), route.path())));
  }

  private static List<WorldChange> lastChanges(TestPlatform platform) {
    return platform.lastEntry().changes();
  }

  @ParameterizedTest(name = "case 47: {0} is lost before the work, or its answer after")
  @MethodSource("writes")
  void losesRequestOrAnswer(RoutePattern route) {
    try (TestPlatform platform = platform()) {
      var request = EveryRoute.on(platform).get(route);
      arm(platform, route, Fault::closes);
      assertThatThrownBy(() -> platform.trySend(request)).isInstanceOf(IOException.class);
      assertThat(lastChanges(platform)).isEmpty();
      arm(platform, route, fault -> fault.afterCommit().closes());
      assertThatThrownBy(() -> platform.trySend(request)).isInstanceOf(IOException.class);
      assertThat(lastChanges(platform)).isNotEmpty();
      assertThat(platform.lastEntry().status()).isZero();
    }
  }

  @ParameterizedTest(name = "case 47: {0} meets a proxy that answers in place of the server")
  @MethodSource("writes")
  void answersWithPageOfProxy(RoutePattern route) {
    try (TestPlatform platform = platform()) {
      var request = EveryRoute.on(platform).get(route);
      arm(platform, route, fault -> fault.repliesHtml(502));
      assertThat(platform.send(request).status()).isEqualTo(502);
      assertThat(lastChanges(platform)).isEmpty();
      arm(platform, route, fault -> fault.afterCommit().repliesHtml(503));
      Reply late = platform.send(request);
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.body()).startsWith("<html>");
      assertThat(lastChanges(platform)).isNotEmpty();
    }
  }

  @ParameterizedTest(name = "case 47: {0} is slow and answers in full all the same")
  @MethodSource("writes")
  void isSlow(RoutePattern route) {
    Duration wait = Duration.ofMillis(5);
    List<UnaryOperator<Fault>> slow =
        List.of(fault -> fault.slowsBody(wait), fault -> fault.afterCommit().delays(wait));
    for (UnaryOperator<Fault> effect : slow) {
      try (TestPlatform platform = platform()) {
        var request = EveryRoute.on(platform).get(route);
        arm(platform, route, effect);
        assertThat(platform.send(request).status()).isBetween(200, 299);
        assertThat(platform.lastEntry().fault()).isNotEmpty();
        assertThat(lastChanges(platform)).isNotEmpty();
      }
    }
  }

  @ParameterizedTest(name = "case 47: {0} is not seen by a read that lags")
  @MethodSource("writes")
  void isNotSeenAtOnce(RoutePattern route) {
    try (TestPlatform platform = platform()) {
      var request = EveryRoute.on(platform).get(route);
      String kind = route.segments().size() > 4 ? route.segments().get(4) : "";
      String list = LIST_OF_KIND.getOrDefault(kind, "/groups?per_page=100");
      String before = platform.get(platform.operator, list).body();
      Duration lag = Duration.ofSeconds(30);
      platform.gitlab.arm(Fault.on("GET", "*").always().readsStale(lag));

      assertThat(platform.send(request).status()).isBetween(200, 299);
      assertThat(platform.get(platform.operator, list).body()).isEqualTo(before);
      platform.gitlab.clock().advance(lag);
      assertThat(platform.get(platform.operator, list).body()).isNotEqualTo(before);
    }
  }
}

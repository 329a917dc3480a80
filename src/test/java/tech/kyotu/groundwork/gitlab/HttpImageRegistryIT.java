package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.ImageRegistry.Verdict;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.SeededToken;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

class HttpImageRegistryIT {

  private static final LocalDate LATER = LocalDate.parse("2099-01-01");

  private static GitLabSimulator simulator;

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private HttpImageRegistry registry;

  @BeforeAll
  static void startSimulator() {
    simulator = GitLabSimulator.start();
  }

  @AfterAll
  static void stopSimulator() {
    simulator.close();
  }

  @BeforeEach
  void openRegistry() {
    simulator.reset();
    simulator.addUser("owner");
    simulator.addGroup("shop", "owner");
    registry = registryOf(simulator.url());
  }

  private HttpImageRegistry registryOf(String gitlab) {
    return new HttpImageRegistry(
        Settings.of(Map.of("registry.host", simulator.registryHost())).registry(),
        URI.create(gitlab),
        clock);
  }

  private SecretValue token(String scope) {
    SeededToken token = simulator.addGroupToken("shop", "one", LATER, 20, scope);
    return SecretValue.of(token.value());
  }

  @Test
  void acceptsALivingToken() throws StepException {
    assertThat(registry.probe("shop-dev-image-puller", token("read_registry")))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void refusesAnUnknownTokenAndOneWithoutTheScope() throws StepException {
    assertThat(registry.probe("a", SecretValue.of("unknown"))).isEqualTo(new Verdict.Refused(401));
    assertThat(registry.probe("a", token("read_api"))).isEqualTo(new Verdict.Refused(403));
  }

  @Test
  void remembersTheRealmForAnHour() throws StepException {
    registry.requireReady();
    registry.requireReady();
    assertThat(lookups()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(61));
    registry.requireReady();
    assertThat(lookups()).isEqualTo(2);
  }

  private static long lookups() {
    return simulator.history().stream().filter(entry -> entry.rawPath().startsWith("/v2/")).count();
  }

  @Test
  void sendsTheTokenToNoHostThatTheSettingsDoNotName() {
    HttpImageRegistry elsewhere = registryOf("https://gitlab.example.org");
    SecretValue value = token("read_registry");
    assertThatThrownBy(() -> elsewhere.probe("a", value))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("registry.realm-hosts");
    assertThat(simulator.history())
        .noneSatisfy(entry -> assertThat(entry.rawPath()).contains("/jwt/auth"));
  }

  @Test
  void stopsLoggingInBeforeTheServerBansIt() throws StepException {
    for (int i = 0; i < 5; i++) {
      registry.probe("user-" + i, SecretValue.of("unknown"));
    }
    SecretValue good = token("read_registry");
    assertThatThrownBy(() -> registry.probe("user-9", good))
        .isInstanceOfSatisfying(
            RetryableException.class,
            stopped -> assertThat(stopped.retryAfter()).hasValue(Duration.ofMinutes(10)));
    clock.advance(Duration.ofMinutes(10));
    assertThat(registry.probe("user-9", good)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void aBanProvesNothingAboutAToken() {
    simulator.arm(Fault.on("GET", "/jwt/auth").replies(403, "text/plain", "Forbidden"));
    SecretValue value = token("read_registry");
    assertThatThrownBy(() -> registry.probe("a", value))
        .isInstanceOfSatisfying(
            RetryableException.class,
            barred -> assertThat(barred.reason()).isEqualTo(Reason.PROBE_FAILED));
  }

  @Test
  void aRegistryThatDoesNotAskForALoginIsNotReady() {
    simulator.arm(Fault.on("GET", "/v2/").repliesHtml(502).always());
    assertThatThrownBy(() -> registry.requireReady())
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("502");
  }

  @Test
  void followsNoRedirectAndSoTakesNoTokenElsewhere() throws IOException {
    SecretValue value = token("read_registry");
    try (RawServer elsewhere = new RawServer(request -> RawServer.json(200, "{\"token\":\"a\"}"));
        RawServer moved = raw(RawServer.json(307, "{}", "Location: " + elsewhere.url() + "/jwt"))) {
      HttpImageRegistry redirecting = registryAt(moved, Duration.ofSeconds(30));
      assertThatThrownBy(() -> redirecting.probe("a", value))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("answers a login with 307");
      assertThat(moved.asked()).hasSize(2);
      assertThat(elsewhere.asked()).isEmpty();
    }
  }

  @Test
  void anAnswerThatStopsInTheMiddleIsLeft() throws IOException {
    SecretValue value = token("read_registry");
    try (RawServer stalling = raw(RawServer.json(200, "{\"token\":\"a\"}").replace("}", ""))) {
      HttpImageRegistry hasty = registryAt(stalling, Duration.ofMillis(300));
      assertThatThrownBy(() -> hasty.probe("a", value))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("does not answer");
    }
  }

  /** A registry that asks for logins at itself and answers them like this. */
  private static RawServer raw(String login) throws IOException {
    AtomicReference<String> host = new AtomicReference<>();
    RawServer server =
        new RawServer(
            request ->
                request.endsWith("/v2/")
                    ? RawServer.json(
                        401,
                        "{}",
                        "WWW-Authenticate: Bearer realm=\"http://%s/jwt/auth\",service=\"any\""
                            .formatted(host.get()))
                    : login);
    host.set(server.host());
    return server;
  }

  private HttpImageRegistry registryAt(RawServer server, Duration patience) {
    return new HttpImageRegistry(
        Settings.of(Map.of("registry.host", server.host())).registry(),
        URI.create(server.url()),
        clock,
        patience);
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.NewGroup;
import tech.kyotu.groundwork.gitlab.ImageRegistry.Verdict;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.Right;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.Settings;

/** What may stand between us and GitLab: another address, a key of one's own, a proxy. */
class GitLabConnectionIT {

  private static final String REGISTRY = "registry.example.org:5050";

  @TempDir private static Path keys;
  private static GitLabSimulator simulator;
  private static TlsFront front;

  @TempDir private Path folder;
  private ForwardProxy proxy;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeAll
  static void startServers() throws IOException, GeneralSecurityException {
    simulator = GitLabSimulator.start();
    front =
        new TlsFront(
            portOf(simulator),
            "ip:127.0.0.1,dns:gitlab.example.org,dns:registry.example.org",
            keys);
  }

  @AfterAll
  static void stopServers() {
    front.close();
    simulator.close();
  }

  private static int portOf(GitLabSimulator server) {
    return URI.create(server.url()).getPort();
  }

  @BeforeEach
  void open() throws IOException {
    simulator.reset();
    simulator.addUser("groundwork", Right.CREATE_GROUP);
    String token = simulator.addPersonalToken("groundwork", "api").value();
    proxy = new ForwardProxy(front.port());
    settings.put("gitlab.url", "https://127.0.0.1:" + front.port());
    settings.put("gitlab.token-file", Files.writeString(folder.resolve("token"), token).toString());
    settings.put("registry.host", REGISTRY);
    settings.put("registry.proxy", proxy.url());
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private GitLab4jAdapter adapter() {
    return new GitLab4jAdapter(Settings.of(settings).gitlab(), Clock.systemUTC());
  }

  private HttpImageRegistry registry() {
    GroundworkConfig config = Settings.of(settings);
    return new HttpImageRegistry(config.registry(), URI.create(simulator.url()), Clock.systemUTC());
  }

  @ParameterizedTest
  @CsvSource({"302, false", "308, false", "302, true", "307, true"})
  void aRedirectedPostIsNeitherFollowedNorRepeated(int status, boolean throughProxy)
      throws Exception {
    try (MovedHost host = new MovedHost(status)) {
      settings.put("gitlab.url", host.url());
      if (throughProxy) {
        settings.put("gitlab.proxy", proxy.url());
      }
      NewGroup shop = new NewGroup("shop", "shop", Optional.empty(), "");
      try (GitLab4jAdapter adapter = adapter()) {
        RetryableException moved =
            catchThrowableOfType(RetryableException.class, () -> adapter.createGroup(shop));
        assertThat(moved.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
        assertThat(moved.isOutcomeUnknown()).isTrue();
        assertThat(moved.sentence())
            .isEqualTo(
                "GitLab's address redirects to %s/moved/api/v4/groups. Set gitlab.url to the final address."
                    .formatted(host.url()));
        assertThatThrownBy(() -> adapter.createGroup(shop))
            .hasMessageContaining("redirects to " + host.url() + "/moved/api/v4/version");
      }
      assertThat(host.asked())
          .containsExactly(
              "GET /api/v4/version", "POST /api/v4/groups with credential", "GET /api/v4/version");
      assertThat(proxy.asked().isEmpty()).isEqualTo(!throughProxy);
    }
  }

  @Test
  void aKeyThatNobodyVouchesForIsRefusedAndTheRemedyNamed() {
    try (GitLab4jAdapter adapter = adapter()) {
      assertThatThrownBy(adapter::self)
          .isInstanceOfSatisfying(
              RetryableException.class,
              refused ->
                  assertThat(refused.sentence())
                      .isEqualTo(
                          "GitLab's certificate is not trusted, or is for another host. Name the"
                              + " file of its authority in gitlab.ca-file."));
    }
    assertThat(simulator.history()).isEmpty();
  }

  @Test
  void aKeyOfTheSettingsIsTrusted() throws StepException {
    settings.put("gitlab.ca-file", front.authority().toString());
    try (GitLab4jAdapter adapter = adapter()) {
      assertThat(adapter.self().scopes()).containsExactly("api");
      NewGroup shop = new NewGroup("shop", "shop", Optional.empty(), "");
      assertThat(adapter.createGroup(shop)).isInstanceOf(GitLab.GroupCreation.Created.class);
    }
  }

  @Test
  void aTrustedKeyForAnotherHostIsRefused() throws IOException, GeneralSecurityException {
    try (TlsFront other = new TlsFront(portOf(simulator), "dns:elsewhere.example.org", folder)) {
      settings.put("gitlab.url", "https://127.0.0.1:" + other.port());
      settings.put("gitlab.ca-file", other.authority().toString());
      try (GitLab4jAdapter adapter = adapter()) {
        assertThatThrownBy(adapter::self).hasMessageContaining("for another host");
      }
    }
    assertThat(simulator.history()).isEmpty();
  }

  @Test
  void everyCallToGitLabGoesThroughTheProxyOfTheSettings() throws StepException {
    settings.put("gitlab.url", "https://gitlab.example.org");
    settings.put("gitlab.ca-file", front.authority().toString());
    settings.put("gitlab.proxy", proxy.url());
    try (GitLab4jAdapter adapter = adapter()) {
      assertThat(adapter.self().scopes()).containsExactly("api");
      NewGroup shop = new NewGroup("shop", "shop", Optional.empty(), "");
      assertThat(adapter.createGroup(shop)).isInstanceOf(GitLab.GroupCreation.Created.class);
    }
    assertThat(proxy.asked()).isNotEmpty().containsOnly("CONNECT gitlab.example.org:443");
  }

  @Test
  void theProxyDoesNotMakeAForeignKeyTrusted() {
    settings.put("gitlab.url", "https://gitlab.example.org");
    settings.put("gitlab.proxy", proxy.url());
    try (GitLab4jAdapter adapter = adapter()) {
      assertThatThrownBy(adapter::self).hasMessageContaining("gitlab.ca-file");
    }
    assertThat(simulator.history()).isEmpty();
  }

  @Test
  void theRegistryIsProbedThroughItsProxyAndUnderItsOwnKey() throws StepException {
    simulator.addGroup("shop", "groundwork");
    SecretValue token =
        SecretValue.of(
            simulator
                .addGroupToken("shop", "one", LocalDate.parse("2099-01-01"), 20, "read_registry")
                .value());
    assertThatThrownBy(() -> registry().requireReady())
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("a certificate that is not trusted")
        .hasMessageContaining("registry.ca-file");
    assertThat(simulator.history()).isEmpty();

    settings.put("registry.ca-file", front.authority().toString());
    assertThat(registry().probe("any", token)).isInstanceOf(Verdict.Accepted.class);
    assertThat(proxy.asked().get(proxy.asked().size() - 1))
        .as("the realm is asked through the proxy too")
        .startsWith("GET " + simulator.url() + "/jwt/auth");
    assertThat(proxy.asked()).contains("CONNECT " + REGISTRY);
  }
}

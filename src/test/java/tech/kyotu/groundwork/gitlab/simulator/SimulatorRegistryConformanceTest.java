package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 42 to 44 and 46: the registry's handshake. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorRegistryConformanceTest {
  private static final LocalDate LATER = LocalDate.of(2026, 5, 1);
  private static final String WEB = "platform/shop/web";
  private static final String PULL_WEB = "repository:" + WEB + ":pull";

  @AutoClose private final TestPlatform platform;
  private final SeededToken token;

  SimulatorRegistryConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
    token = token(20, "read_registry");
    platform.gitlab.addImage(WEB);
    platform.gitlab.addGroup("other", "root");
    platform.gitlab.addImage("other/web");
  }

  private SeededToken token(int level, String scope) {
    return platform.gitlab.addGroupToken("platform/shop", "puller", LATER, level, scope);
  }

  private static JsonNode claims(Reply login) throws IOException {
    String[] parts = login.json().path("token").asText().split("\\.", -1);
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
  }

  @Test
  @DisplayName("case 42: the registry asks for a token from the same server")
  void challengesAnonymousCallers() {
    Reply reply =
        platform.send(HttpRequest.newBuilder(URI.create(platform.gitlab.url() + "/v2/")).GET());
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"http://"
                + platform.gitlab.registryHost()
                + "/jwt/auth\",service=\"container_registry\"");
  }

  @Test
  @DisplayName("case 42: a good login gets a token that pulls")
  void letsGoodTokensPull() throws IOException {
    platform.usual(Switch.LONG_REGISTRY_LOGINS);
    Reply login = platform.login("any", token.value(), PULL_WEB);
    assertThat(login.status()).isEqualTo(200);
    JsonNode claims = claims(login);
    assertThat(claims.path("aud").asText()).isEqualTo("container_registry");
    assertThat(claims.path("sub").asText()).startsWith("group_");
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
    assertThat(claims.path("access").toString())
        .isEqualTo("[{\"type\":\"repository\",\"name\":\"" + WEB + "\",\"actions\":[\"pull\"]}]");
    String jwt = login.json().path("token").asText();
    assertThat(platform.pull(jwt, WEB).status()).isEqualTo(200);
    assertThat(platform.pull(jwt, "other/web").status()).isEqualTo(401);
    assertThat(platform.pull(jwt + "x", WEB).status()).isEqualTo(401);
    assertThat(platform.gitlab.pulls("any", token.value(), WEB)).isTrue();
    assertThat(platform.gitlab.pulls("any", token.value(), "other/web")).isFalse();
  }

  @Test
  @DisplayName("case 42: other and absent repositories are left out of a good login")
  void leavesOutWhatMayNotBePulled() throws IOException {
    for (String repository : new String[] {"other/web", "platform/shop/absent"}) {
      Reply login = platform.login("any", token.value(), "repository:" + repository + ":pull");
      assertThat(login.status()).isEqualTo(200);
      assertThat(claims(login).path("access")).isEmpty();
    }
  }

  @Test
  @DisplayName("case 42: no registry scope is a 403, a revoked or unknown token a 401")
  void refusesOtherTokens() {
    platform.usual(Switch.PLAIN_REGISTRY_ERRORS);
    Reply scopeless = platform.login("any", token(20, "read_api").value(), "");
    assertThat(scopeless.status()).isEqualTo(403);
    assertThat(scopeless.body())
        .isEqualTo("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"access forbidden\"}]}");

    platform.gitlab.revokeToken(token.id());
    Reply revoked = platform.login("any", token.value(), "");
    assertThat(revoked.status()).isEqualTo(401);
    assertThat(revoked.json().path("errors").path(0).path("code").asText())
        .isEqualTo("UNAUTHORIZED");
    assertThat(platform.login("any", "nonsense", "").status()).isEqualTo(401);
    assertThat(platform.gitlab.pulls("any", token.value(), WEB)).isFalse();

    platform.gitlab.flip(Switch.PLAIN_REGISTRY_ERRORS, true);
    assertThat(platform.login("any", "nonsense", "").message()).contains("Access denied");
  }

  @Test
  @DisplayName("case 42: a login needs a user name and the right service")
  void checksUserAndService() {
    assertThat(platform.login("%20", token.value(), "").status()).isEqualTo(200);
    assertThat(platform.login(" ", token.value(), "").status()).isEqualTo(401);
    Reply unknown =
        platform.send(
            HttpRequest.newBuilder(URI.create(platform.gitlab.url() + "/jwt/auth?service=no_such"))
                .GET());
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 43: a guest logs in and cannot pull, unless guests may")
  void keepsGuestsFromPulling() throws IOException {
    platform.usual(Switch.GUESTS_PULL);
    SeededToken guest = token(10, "read_registry");
    Reply login = platform.login("any", guest.value(), PULL_WEB);
    assertThat(login.status()).isEqualTo(200);
    assertThat(claims(login).path("access")).isEmpty();
    assertThat(platform.gitlab.pulls("any", guest.value(), WEB)).isFalse();

    platform.gitlab.flip(Switch.GUESTS_PULL, true);
    assertThat(platform.gitlab.pulls("any", guest.value(), WEB)).isTrue();
  }

  @Test
  @DisplayName("case 44: a login from before the revocation works until its end")
  void letsLoginsOutliveRevocation() {
    boolean isLong = platform.gitlab.is(Switch.LONG_REGISTRY_LOGINS);
    String jwt = platform.login("any", token.value(), PULL_WEB).json().path("token").asText();
    platform.gitlab.revokeToken(token.id());
    platform.gitlab.clock().advance(Duration.ofSeconds(isLong ? 899 : 299));
    assertThat(platform.pull(jwt, WEB).status()).isEqualTo(200);
    platform.gitlab.clock().advance(Duration.ofSeconds(1));
    assertThat(platform.pull(jwt, WEB).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("case 46: repeated bad logins ban the address for a while")
  void bansAfterBadLogins() {
    platform.gitlab.limits().banAfter(3, Duration.ofMinutes(1), Duration.ofHours(1));
    platform.login("any", "nonsense", "");
    platform.login("any", "nonsense", "");
    assertThat(platform.login("any", token.value(), "").status()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      assertThat(platform.login("any", "nonsense", "").status()).isEqualTo(401);
    }
    assertThat(platform.login("any", token.value(), "").status()).isEqualTo(403);
    assertThat(platform.gitlab.pulls("any", token.value(), WEB)).isFalse();
    platform.gitlab.clock().advance(Duration.ofHours(1));
    assertThat(platform.login("any", token.value(), "").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("a bot without its membership is refused at the login, unless the switch says else")
  void refusesStrayBots() {
    platform.usual(Switch.STRAY_BOTS_LOG_IN);
    long bot = platform.gitlab.liveTokens("platform/shop").get(0).userId();
    platform.gitlab.removeMember("platform/shop", bot);
    assertThat(platform.login("any", token.value(), "").status()).isEqualTo(401);
    platform.gitlab.flip(Switch.STRAY_BOTS_LOG_IN, true);
    assertThat(platform.login("any", token.value(), "").status()).isEqualTo(200);
    assertThat(platform.gitlab.pulls("any", token.value(), WEB)).isFalse();
  }

  @Test
  @DisplayName("a deploy token logs in under its own name and pulls what is below its group")
  void letsDeployTokensPull() throws IOException {
    Reply made =
        platform.post(
            platform.operator,
            "/groups/" + platform.shop + "/deploy_tokens",
            "{'name':'pulls','username':'cluster','scopes':['read_registry'],"
                + "'expires_at':'2026-04-01T00:00:00Z'}");
    String value = made.json().path("token").asText();
    Reply login = platform.login("cluster", value, PULL_WEB);
    assertThat(claims(login).path("sub").asText()).isEqualTo("cluster");
    assertThat(platform.pull(login.json().path("token").asText(), WEB).status()).isEqualTo(200);
    assertThat(platform.gitlab.pulls("cluster", value, "other/web")).isFalse();
    assertThat(platform.login("any", value, PULL_WEB).status()).isEqualTo(401);
    platform.gitlab.clock().advance(Duration.ofDays(22));
    assertThat(platform.login("cluster", value, PULL_WEB).status()).isEqualTo(401);
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 1 to 9 and 52: credentials, lookup, and what the server says of itself. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorConformanceTest {
  private static final String NEW_GROUP = "{'name':'Fresh','path':'fresh'}";

  @AutoClose private final TestPlatform platform;

  SimulatorConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
  }

  @Test
  @DisplayName("case 1: creating a group without a credential is a 401 in the message form")
  void refusesAnonymousCreation() {
    Reply reply = platform.post(TestPlatform.NOBODY, "/groups", NEW_GROUP);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEqualTo("{\"message\":\"401 Unauthorized\"}");
  }

  @Test
  @DisplayName("case 2: an unknown credential is a 401 in the message form")
  void refusesUnknownCredential() {
    Reply reply = platform.get("glpat-nobody-knows-this", "/groups/platform");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEqualTo("{\"message\":\"401 Unauthorized\"}");
  }

  @Test
  @DisplayName("case 3: a revoked token is a 401 that says so, or the plain 401 by switch")
  void saysThatTokenWasRevoked() {
    platform.usual(Switch.PLAIN_DEAD_TOKENS);
    SeededToken token = platform.gitlab.addPersonalToken("operator", "api");
    platform.gitlab.revokeToken(token.id());

    Reply reply = platform.get(token.value(), "/user");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.error()).isEqualTo("invalid_token");
    assertThat(reply.json().path("error_description").asText())
        .isEqualTo("Token was revoked. You have to re-authorize from the user.");
    assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(platform.lastEntry().tokenId()).isEqualTo(token.id());

    platform.gitlab.flip(Switch.PLAIN_DEAD_TOKENS, true);
    assertThat(platform.get(token.value(), "/user").message()).isEqualTo("401 Unauthorized");
  }

  @Test
  @DisplayName("case 4: a token is dead from the first second of its expiry day")
  void expiresAtTheStartOfTheDay() {
    platform.usual(Switch.PLAIN_DEAD_TOKENS);
    LocalDate day = LocalDate.of(2026, 4, 1);
    SeededToken token = platform.gitlab.addPersonalToken("operator", day, "api");

    platform.gitlab.clock().set(Instant.parse("2026-03-31T23:59:59Z"));
    assertThat(platform.get(token.value(), "/user").status()).isEqualTo(200);

    platform.gitlab.clock().set(Instant.parse("2026-04-01T00:00:00Z"));
    Reply reply = platform.get(token.value(), "/user");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json().path("error_description").asText()).startsWith("Token is expired.");
  }

  @Test
  @DisplayName("case 5: a token for the registry may not create groups")
  void refusesInsufficientScope() {
    String token = platform.gitlab.addPersonalToken("operator", "read_registry").value();
    Reply reply = platform.post(token, "/groups", NEW_GROUP);
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.error()).isEqualTo("insufficient_scope");
    assertThat(reply.json().path("scope").asText()).isEqualTo("api");
    assertThat(reply.json().has("error_description"))
        .isNotEqualTo(platform.gitlab.is(Switch.TERSE_SCOPE_ERRORS));
  }

  @Test
  @DisplayName("case 6: id, encoded path and over-encoded path mean the same group")
  void findsGroupByIdAndByPath() {
    platform.gitlab.addGroup("platform/a.b-c_d", "operator");
    Reply byPath = platform.get(platform.operator, "/groups/platform%2Fa.b-c_d");
    assertThat(byPath.status()).isEqualTo(200);
    assertThat(byPath.json().path("full_path").asText()).isEqualTo("platform/a.b-c_d");

    long id = byPath.json().path("id").asLong();
    assertThat(platform.get(platform.operator, "/groups/" + id).json()).isEqualTo(byPath.json());
    assertThat(platform.get(platform.operator, "/groups/platform%2Fa%2Eb%2Dc%5Fd").json())
        .isEqualTo(byPath.json());
    String shouted = "/groups/PLATFORM%2fA.b-c_d";
    platform.usual(Switch.CASE_MATTERS);
    assertThat(platform.get(platform.operator, shouted).json()).isEqualTo(byPath.json());
    platform.gitlab.flip(Switch.CASE_MATTERS, true);
    assertThat(platform.get(platform.operator, shouted).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 7: a path with a raw slash is no route")
  void refusesRawSlash() {
    platform.usual(Switch.NO_ROUTE_IN_MESSAGE);
    Reply reply = platform.get(platform.operator, "/groups/platform/shop");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error()).isEqualTo("404 Not Found");
    platform.gitlab.flip(Switch.NO_ROUTE_IN_MESSAGE, true);
    assertThat(platform.get(platform.operator, "/groups/platform/shop").message())
        .isEqualTo("404 Not Found");
  }

  @Test
  @DisplayName("case 8: a private group looks absent to strangers and to anonymous callers")
  void hidesPrivateGroups() {
    Reply absent = platform.get(platform.stranger, "/groups/no-such-group");
    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.body()).isEqualTo("{\"message\":\"404 Group Not Found\"}");

    for (String caller : new String[] {platform.stranger, TestPlatform.NOBODY}) {
      Reply hidden = platform.get(caller, "/groups/" + platform.shop);
      assertThat(hidden.status()).isEqualTo(404);
      assertThat(hidden.body()).isEqualTo(absent.body());
    }
  }

  @Test
  @DisplayName("case 9: digits are an id, whatever the paths are")
  void readsDigitsAsId() {
    platform.gitlab.addGroup("4711", "operator");
    assertThat(platform.get(platform.operator, "/groups/4711").status()).isEqualTo(404);
    assertThat(platform.get(platform.operator, "/groups/" + platform.shop).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 52: version and metadata need a login")
  void tellsVersionToUsersOnly() {
    for (String path : new String[] {"/version", "/metadata"}) {
      assertThat(platform.get(TestPlatform.NOBODY, path).status()).isEqualTo(401);
      Reply reply = platform.get(platform.operator, path);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("version").asText()).startsWith("18.");
    }
  }

  @Test
  @DisplayName("header, bearer and query carry the credential alike")
  void acceptsAllCarriersOfACredential() {
    var bearer =
        platform
            .request(TestPlatform.NOBODY, "/user")
            .header("Authorization", "Bearer " + platform.operator)
            .GET();
    assertThat(platform.send(bearer).json().path("username").asText()).isEqualTo("operator");
    Reply query = platform.get(TestPlatform.NOBODY, "/user?private_token=" + platform.operator);
    assertThat(query.json().path("username").asText()).isEqualTo("operator");
    assertThat(query.header("X-Request-Id")).isNotBlank();
    assertThat(platform.gitlab.history().toString()).doesNotContain(platform.operator);
  }

  @Test
  @DisplayName("a token tells its own scopes and expiry, whatever its scope")
  void tellsTokenAboutItself() {
    String token =
        platform
            .gitlab
            .addPersonalToken("operator", LocalDate.of(2026, 5, 1), "read_registry")
            .value();
    Reply reply = platform.get(token, "/personal_access_tokens/self");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("scopes").toString()).isEqualTo("[\"read_registry\"]");
    assertThat(reply.json().path("expires_at").asText()).isEqualTo("2026-05-01");
    assertThat(reply.json().has("token")).isFalse();
  }
}

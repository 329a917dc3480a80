package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 34 to 39: the rotation that Groundwork never asks for. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorRotationConformanceTest {
  private static final LocalDate LATER = LocalDate.of(2026, 5, 1);

  @AutoClose private final TestPlatform platform;
  private final SeededToken token;

  SimulatorRotationConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
    platform.usual(Switch.BOTS_GO_AT_ONCE);
    token = platform.gitlab.addGroupToken("platform/shop", "puller", LATER, 20, "read_registry");
  }

  private Reply rotate(String caller, long id, String json) {
    return platform.post(caller, platform.tokens() + "/" + id + "/rotate", json);
  }

  private boolean isLive(long id) {
    return platform.gitlab.liveTokens("platform/shop").stream().anyMatch(each -> each.id() == id);
  }

  @Test
  @DisplayName("case 34: a rotation kills the old token at once and keeps the user")
  void replacesToken() {
    long user = platform.gitlab.liveTokens("platform/shop").get(0).userId();
    Reply first = rotate(platform.operator, token.id(), "{}");
    assertThat(first.status()).isEqualTo(200);
    long next = first.json().path("id").asLong();
    assertThat(next).isNotEqualTo(token.id());
    assertThat(first.json().path("user_id").asLong()).isEqualTo(user);
    assertThat(first.json().path("token").asText()).isNotEmpty().isNotEqualTo(token.value());
    assertThat(first.json().path("expires_at").asText()).isEqualTo("2026-03-17");
    assertThat(isLive(token.id())).isFalse();
    assertThat(isLive(next)).isTrue();

    Reply second = rotate(platform.operator, next, "{'expires_at':'2026-06-01'}");
    assertThat(second.json().path("expires_at").asText()).isEqualTo("2026-06-01");
  }

  @Test
  @DisplayName("case 35: rotating a revoked id is a 400 and leaves the family alive")
  void refusesRevokedId() {
    long next = rotate(platform.operator, token.id(), "{}").json().path("id").asLong();
    Reply reply = rotate(platform.operator, token.id(), "{}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("Token already revoked");
    assertThat(isLive(next)).isTrue();
  }

  @Test
  @DisplayName("case 36: rotating with a revoked token revokes its whole family")
  void detectsReuse() {
    SeededToken api = platform.gitlab.addGroupToken("platform/shop", "rotator", LATER, 50, "api");
    long next = rotate(platform.operator, api.id(), "{}").json().path("id").asLong();
    assertThat(isLive(next)).isTrue();
    assertThat(rotate(api.value(), token.id(), "{}").status()).isEqualTo(401);
    assertThat(isLive(next)).isFalse();
    assertThat(isLive(token.id())).isTrue();
  }

  @Test
  @DisplayName("case 37: an unknown id is a 401, for administrators a 404")
  void hidesUnknownIds() {
    assertThat(rotate(platform.operator, 1, "{}").status()).isEqualTo(401);
    assertThat(rotate(platform.root, 1, "{}").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 38: a refused rotation leaves the old token alive")
  void keepsTokenWhenRefused() {
    Reply reply = rotate(platform.operator, token.id(), "{'expires_at':'2030-01-01'}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(isLive(token.id())).isTrue();
    assertThat(platform.gitlab.tokens("platform/shop")).hasSize(1);
  }

  @Test
  @DisplayName("case 39: only a group token with the right scope rotates itself")
  void rotatesItself() {
    assertThat(rotateSelf(platform.operator).status()).isEqualTo(405);
    assertThat(rotateSelf(token.value()).status()).isEqualTo(403);
    SeededToken own =
        platform.gitlab.addGroupToken("platform/shop", "own", LATER, 20, "self_rotate");
    Reply reply = rotateSelf(own.value());
    assertThat(reply.status()).isEqualTo(200);
    assertThat(isLive(own.id())).isFalse();
    assertThat(isLive(reply.json().path("id").asLong())).isTrue();
  }

  private Reply rotateSelf(String caller) {
    return platform.post(caller, platform.tokens() + "/self/rotate", "{}");
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** The simulator is seeded, steered and read over its admin port. */
class SimulatorAdminTest {
  @AutoClose private final TestPlatform platform = new TestPlatform();

  private Reply admin(String method, String path, String json) {
    return platform.admin(method, path, json);
  }

  @Test
  void seedsAWorldThatWorksOverTheApi() {
    admin("POST", "/reset", "");
    admin("POST", "/users", "{'username':'ann','rights':['create_group']}");
    Reply token = admin("POST", "/tokens", "{'username':'ann','scopes':['api']}");
    String ann = token.json().path("token").asText();
    assertThat(
            admin("POST", "/groups", "{'path':'a/b','owner':'ann','count':3}").json().path("ids"))
        .hasSize(3);
    assertThat(platform.get(ann, "/groups/a/subgroups").json()).hasSize(3);
    assertThat(platform.get(ann, "/groups/a%2Fb-3").status()).isEqualTo(200);
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(401);
  }

  @Test
  void tellsWhetherAPullWouldWork() {
    admin("POST", "/images", "{'repository':'platform/shop/web'}");
    String value =
        admin(
                "POST",
                "/tokens",
                "{'group':'platform/shop','name':'p','access_level':20,'scopes':['read_registry']}")
            .json()
            .path("token")
            .asText();
    String question = "{'user':'any','repository':'platform/shop/web','password':'" + value + "'}";
    assertThat(admin("POST", "/pull", question).json().path("pulls").asBoolean()).isTrue();
    admin("PUT", "/clock", "{'advance':'P366D'}");
    assertThat(admin("POST", "/pull", question).json().path("pulls").asBoolean()).isFalse();
  }

  @Test
  void exportsHistoryWithoutValues() {
    String value = platform.createToken(platform.operator, "puller").json().path("token").asText();
    JsonNode history = admin("GET", "/history", "").json();
    assertThat(history).hasSize(1);
    JsonNode entry = history.get(0);
    assertThat(entry.path("number").asInt()).isEqualTo(1);
    assertThat(entry.path("at").asText()).isEqualTo("2026-03-10T12:00:00.000Z");
    assertThat(entry.path("path").asText()).isEqualTo("/api/v4" + platform.tokens());
    assertThat(entry.path("caller").asText()).isEqualTo("operator");
    assertThat(entry.path("status").asInt()).isEqualTo(201);
    assertThat(entry.path("changes").path(0).path("what").asText()).isEqualTo("token created");
    assertThat(admin("GET", "/history?after=1", "").json()).isEmpty();
    assertThat(history.toString() + admin("GET", "/state", "").body())
        .doesNotContain(value, platform.operator, "glpat-");
  }

  @Test
  void armsAndDisarmsFaults() {
    admin(
        "POST",
        "/faults",
        "{'method':'GET','route':'/user','effect':'html','status':502,'times':9}");
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(502);
    JsonNode fault = admin("GET", "/state", "").json().path("faults").path(0);
    assertThat(fault.path("fired").asInt()).isEqualTo(1);
    admin("DELETE", "/faults", "");
    admin("POST", "/faults", "{'method':'GET','route':'*','effect':'stale-read','times':9}");
    platform.createToken(platform.operator, "puller");
    assertThat(platform.get(platform.operator, platform.tokens()).body()).isEqualTo("[]");
    admin("DELETE", "/faults", "");
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(200);
    assertThat(admin("POST", "/faults", "{'route':'/user','effect':'odd'}").status())
        .isEqualTo(400);
  }

  @Test
  void steersClockLimitsLatencyAndSwitches() {
    admin("PUT", "/clock", "{'now':'2026-07-01T00:00:00Z','skew':'PT1H','frozen':true}");
    admin("PUT", "/limits", "{'requests':1,'window':'PT1M'}");
    admin("PUT", "/switches", "{'OLDER_TOKEN_FIELDS':true}");
    admin("PUT", "/latency", "{'millis':1,'spread':0.5}");
    Reply first = platform.get(platform.operator, platform.tokens());
    assertThat(first.header("Date")).isEqualTo("Wed, 01 Jul 2026 01:00:00 GMT");
    assertThat(first.header("RateLimit-Remaining")).isEqualTo("0");
    assertThat(platform.get(platform.operator, "/user").status()).isEqualTo(429);
    JsonNode state = admin("GET", "/state", "").json();
    assertThat(state.path("frozen").asBoolean()).isTrue();
    assertThat(state.path("switches").toString()).isEqualTo("[\"OLDER_TOKEN_FIELDS\"]");
  }

  @Test
  void isNotServedOnTheApiPort() {
    Reply reply =
        platform.send(HttpRequest.newBuilder(URI.create(platform.gitlab.url() + "/state")).GET());
    assertThat(reply.status()).isEqualTo(404);
    assertThat(admin("GET", "/api/v4/version", "").status()).isEqualTo(404);
  }
}

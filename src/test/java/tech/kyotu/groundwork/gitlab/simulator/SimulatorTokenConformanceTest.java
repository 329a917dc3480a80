package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 24 to 33, 40 and 41: group access tokens made, listed and revoked. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorTokenConformanceTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 10);

  @AutoClose private final TestPlatform platform;

  SimulatorTokenConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
  }

  private Reply create(String more) {
    return platform.post(
        platform.operator,
        platform.tokens(),
        "{'name':'puller','scopes':['read_registry']" + more + "}");
  }

  private List<String> names(String query) {
    return platform
        .get(platform.operator, platform.tokens() + query)
        .json()
        .findValuesAsText("name");
  }

  @Test
  @DisplayName("case 24: the value is in the answer of create and nowhere else")
  void tellsTheValueOnce() {
    Reply created =
        platform.form(
            platform.operator,
            platform.tokens(),
            "name=puller&scopes[]=read_registry&access_level=20&expires_at=2026-05-09");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().path("token").asText()).startsWith("glpat-");
    assertThat(created.json().path("access_level").asInt()).isEqualTo(20);
    assertThat(created.json().path("expires_at").asText()).isEqualTo("2026-05-09");
    long id = created.json().path("id").asLong();
    assertThat(platform.lastEntry().changes())
        .containsExactly(new WorldChange("token created", id, "puller"));

    String value = created.json().path("token").asText();
    Reply one = platform.get(platform.operator, platform.tokens() + "/" + id);
    assertThat(one.json().path("name").asText()).isEqualTo("puller");
    assertThat(one.body()).doesNotContain(value, "\"token\"");
    assertThat(platform.get(platform.operator, platform.tokens()).body())
        .doesNotContain(value, "\"token\"");
    assertThat(platform.get(value, "/personal_access_tokens/self").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 25: the level is 40 if omitted and one of GitLab's numbers else")
  void checksTheLevel() {
    assertThat(create("").json().path("access_level").asInt()).isEqualTo(40);
    Reply refused = create(",'access_level':99");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).isEqualTo("access_level does not have a valid value");
  }

  @Test
  @DisplayName("case 26: scopes must be there and known")
  void checksTheScopes() {
    Reply unknown =
        platform.post(
            platform.operator, platform.tokens(), "{'name':'puller','scopes':['no_such']}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.error()).isEqualTo("scopes does not have a valid value");
    assertThat(platform.post(platform.operator, platform.tokens(), "{'name':'puller'}").error())
        .isEqualTo("scopes is missing");
  }

  @Test
  @DisplayName("case 27: the expiry has a default and a maximum; a past date makes a dead token")
  void checksTheExpiry() {
    platform.usual(Switch.LIFETIME_OF_400_DAYS, Switch.NO_DEFAULT_EXPIRY);
    assertThat(create("").json().path("expires_at").asText()).isEqualTo("2027-03-10");
    assertThat(create(",'expires_at':'2027-03-10'").status()).isEqualTo(201);
    Reply tooLong = create(",'expires_at':'2027-03-11'");
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(tooLong.message()).contains("must be before 2027-03-11");
    Reply past = create(",'expires_at':'2026-03-09'");
    assertThat(past.status()).isEqualTo(201);
    assertThat(past.json().path("active").asBoolean()).isFalse();
    assertThat(create(",'expires_at':'soon'").error()).isEqualTo("expires_at is invalid");

    platform.gitlab.flip(Switch.LIFETIME_OF_400_DAYS, true);
    assertThat(create(",'expires_at':'2027-03-11'").status()).isEqualTo(201);
    platform.gitlab.flip(Switch.NO_DEFAULT_EXPIRY, true);
    assertThat(create("").json().path("expires_at").isNull()).isTrue();
  }

  @Test
  @DisplayName("case 28: a maintainer gets 400, 401, 401 and 400, never a 403")
  void refusesMaintainers() {
    SeededToken token =
        platform.gitlab.addGroupToken(
            "platform/shop", "puller", TODAY.plusDays(60), 20, "read_registry");
    String one = platform.tokens() + "/" + token.id();
    Reply create = platform.createToken(platform.keeper, "mine");
    assertThat(create.status()).isEqualTo(400);
    assertThat(create.message())
        .contains("User does not have permission to create group access token");
    assertThat(platform.get(platform.keeper, platform.tokens()).status()).isEqualTo(401);
    assertThat(platform.get(platform.keeper, one).status()).isEqualTo(401);
    assertThat(platform.post(platform.keeper, one + "/rotate", "{}").status()).isEqualTo(401);
    Reply revoke = platform.delete(platform.keeper, one);
    assertThat(revoke.status()).isEqualTo(400);
    assertThat(revoke.message()).contains("keeper cannot delete group_" + platform.shop + "_bot_");
    assertThat(platform.gitlab.liveTokens("platform/shop")).hasSize(1);
    assertThat(platform.get(platform.stranger, platform.tokens()).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 29: a group's own bot may list and revoke but not create, even as owner")
  void keepsBotsFromCreating() {
    LocalDate later = TODAY.plusDays(60);
    SeededToken bot = platform.gitlab.addGroupToken("platform/shop", "bot", later, 50, "api");
    SeededToken other =
        platform.gitlab.addGroupToken("platform/shop", "other", later, 20, "read_registry");
    assertThat(platform.createToken(bot.value(), "mine").status()).isEqualTo(400);
    assertThat(platform.get(bot.value(), platform.tokens()).status()).isEqualTo(200);
    assertThat(platform.delete(bot.value(), platform.tokens() + "/" + other.id()).status())
        .isEqualTo(204);
  }

  @Test
  @DisplayName("case 30: nobody hands out a level above their own")
  void refusesLevelAboveTheCaller() {
    Reply reply =
        platform.post(
            platform.keeper,
            platform.tokens(),
            "{'name':'puller','scopes':['api'],'access_level':50}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(platform.gitlab.tokens("platform/shop")).isEmpty();
  }

  @Test
  @DisplayName("case 31: one name twice makes two tokens and two bots")
  void allowsTheSameNameTwice() {
    Reply first = create("");
    Reply second = create("");
    assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
    assertThat(second.json().path("user_id")).isNotEqualTo(first.json().path("user_id"));
    assertThat(names("")).containsExactly("puller", "puller");
  }

  @Test
  @DisplayName("case 32: a list holds dead tokens too and comes in pages")
  void listsDeadTokensToo() {
    platform.usual(Switch.BOTS_GO_AT_ONCE, Switch.LINKS_ALONE);
    for (int i = 0; i < 23; i++) {
      platform.createToken(platform.operator, "token-" + i);
    }
    platform.gitlab.addGroupToken("platform/shop", "expired", TODAY.minusDays(9), 20, "api");
    SeededToken revoked =
        platform.gitlab.addGroupToken("platform/shop", "revoked", TODAY.plusDays(9), 20, "api");
    platform.gitlab.revokeToken(revoked.id());

    Reply first = platform.get(platform.operator, platform.tokens());
    assertThat(first.json()).hasSize(20);
    assertThat(first.header("x-next-page")).isEqualTo("2");
    assertThat(names("?page=2")).contains("expired", "revoked").hasSize(5);
  }

  @Test
  @DisplayName("case 33: every filter filters, and the expiry day is in neither state")
  void filtersTheList() {
    platform.usual(Switch.BOTS_GO_AT_ONCE);
    platform.gitlab.addGroupToken("platform/shop", "live", TODAY.plusDays(30), 20, "api");
    platform.gitlab.addGroupToken("platform/shop", "today", TODAY, 20, "api");
    platform.gitlab.addGroupToken("platform/shop", "expired", TODAY.minusDays(1), 20, "api");
    SeededToken revoked =
        platform.gitlab.addGroupToken("platform/shop", "revoked", TODAY.plusDays(9), 20, "api");
    platform.gitlab.revokeToken(revoked.id());
    platform.gitlab.clock().advance(Duration.ofHours(1));
    SeededToken used =
        platform.gitlab.addGroupToken("platform/shop", "alive", TODAY.plusDays(40), 20, "api");
    platform.get(used.value(), "/user");

    assertThat(names("?state=active")).containsExactly("live", "alive");
    assertThat(names("?state=inactive")).containsExactly("expired", "revoked");
    assertThat(names("?revoked=true")).containsExactly("revoked");
    assertThat(names("?revoked=false")).doesNotContain("revoked").hasSize(4);
    assertThat(names("?search=LIV")).containsExactly("live", "alive");
    assertThat(names("?expires_before=2026-03-10")).containsExactly("expired");
    assertThat(names("?expires_after=2026-04-09")).containsExactly("alive");
    assertThat(names("?created_before=2026-03-10T12:30:00Z")).hasSize(4).doesNotContain("alive");
    assertThat(names("?created_after=2026-03-10T12:30:00Z")).containsExactly("alive");
    assertThat(names("?last_used_after=2026-03-10")).containsExactly("alive");
    assertThat(names("?last_used_before=2026-03-11")).containsExactly("alive");
    assertThat(names("?sort=expires_desc")).startsWith("alive", "live");
    assertThat(platform.get(platform.operator, platform.tokens() + "?state=odd").status())
        .isEqualTo(400);
  }

  @Test
  @DisplayName("case 40: revoking is a 204 as long as the token is kept, then a 404")
  void revokesMoreThanOnce() {
    platform.usual(Switch.BOTS_GO_AT_ONCE, Switch.SHORT_TOKEN_NOT_FOUND);
    long id = create("").json().path("id").asLong();
    String one = platform.tokens() + "/" + id;
    Reply first = platform.delete(platform.operator, one);
    assertThat(first.status()).isEqualTo(204);
    assertThat(first.body()).isEmpty();
    assertThat(platform.lastEntry().changes())
        .containsExactly(new WorldChange("token revoked", id, "puller"));
    assertThat(platform.delete(platform.operator, one).status()).isEqualTo(204);
    assertThat(platform.lastEntry().changes()).isEmpty();

    platform.gitlab.clock().advance(Duration.ofDays(31));
    Reply gone = platform.delete(platform.operator, one);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.message()).contains("access token with token_id: " + id);
    platform.gitlab.flip(Switch.SHORT_TOKEN_NOT_FOUND, true);
    assertThat(platform.delete(platform.operator, one).message()).isEqualTo("404 Not found");
  }

  @Test
  @DisplayName("case 40: on an older server a revoked token is gone at once")
  void forgetsRevokedTokensBySwitch() {
    platform.gitlab.flip(Switch.BOTS_GO_AT_ONCE, true);
    String one = platform.tokens() + "/" + create("").json().path("id").asLong();
    assertThat(platform.delete(platform.operator, one).status()).isEqualTo(204);
    assertThat(platform.delete(platform.operator, one).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 41: a bot that lost its membership cannot be revoked and cannot pull")
  void breaksBotsWithoutMembership() {
    platform.gitlab.addImage("platform/shop/web");
    Reply created = create(",'access_level':20");
    String value = created.json().path("token").asText();
    assertThat(platform.gitlab.pulls("any", value, "platform/shop/web")).isTrue();

    platform.gitlab.removeMember("platform/shop", created.json().path("user_id").asLong());
    assertThat(platform.gitlab.pulls("any", value, "platform/shop/web")).isFalse();
    String one = platform.tokens() + "/" + created.json().path("id").asLong();
    Reply revoke = platform.delete(platform.operator, one);
    assertThat(revoke.status()).isEqualTo(400);
    assertThat(revoke.message()).contains("Failed to find bot user");
  }
}

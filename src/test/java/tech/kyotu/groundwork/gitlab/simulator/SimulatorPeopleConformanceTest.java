package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 49 to 51: members, shares, links to identity providers, deploy tokens. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorPeopleConformanceTest {
  @AutoClose private final TestPlatform platform;
  private final String shop;

  SimulatorPeopleConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
    shop = "/groups/" + platform.shop;
  }

  private Reply post(String path, String json) {
    return platform.post(platform.operator, shop + path, json);
  }

  private Reply delete(String path) {
    return platform.delete(platform.operator, shop + path);
  }

  private Reply get(String path) {
    return platform.get(platform.operator, shop + path);
  }

  private long id(String token) {
    return platform.get(token, "/user").json().path("id").asLong();
  }

  @Test
  @DisplayName("case 49: a member is added once, changed and removed, and sees what members see")
  void managesMembers() {
    long stranger = id(platform.stranger);
    String add = "{'user_id':" + stranger + ",'access_level':30}";
    Reply added = post("/members", add);
    assertThat(added.status()).isEqualTo(201);
    assertThat(added.json().path("access_level").asInt()).isEqualTo(30);
    assertThat(platform.lastEntry().changes())
        .containsExactly(new WorldChange("member added", platform.shop, "platform/shop"));
    assertThat(platform.get(platform.stranger, shop).status()).isEqualTo(200);

    Reply again = post("/members", add);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).isEqualTo("Member already exists");
    Reply unknown = post("/members", "{'user_id':999999,'access_level':30}");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(post("/members", "{'user_id':1,'access_level':33}").status()).isEqualTo(400);

    String one = "/members/" + stranger;
    Reply changed = platform.put(platform.operator, shop + one, "{'access_level':50}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(get(one).json().path("access_level").asInt()).isEqualTo(50);
    assertThat(platform.get(platform.stranger, platform.tokens()).status()).isEqualTo(200);
    assertThat(get("/members").json().findValuesAsText("username")).contains("stranger", "keeper");

    assertThat(delete(one).status()).isEqualTo(204);
    assertThat(platform.get(platform.stranger, shop).status()).isEqualTo(404);
    assertThat(delete(one).status()).isEqualTo(404);
    assertThat(get(one).status()).isEqualTo(404);
    assertThat(platform.post(platform.keeper, shop + "/members", add).status()).isEqualTo(403);
  }

  @Test
  @DisplayName("case 49: a group is shared once, for no more than the shared level")
  void sharesGroups() {
    platform.usual(Switch.SHARED_TWICE_IS_BAD_REQUEST);
    long guests = platform.gitlab.addGroup("guests", "operator");
    platform.gitlab.addMember("guests", "stranger", 50);
    String share = "{'group_id':" + guests + ",'group_access':40}";
    Reply shared = post("/share", share);
    assertThat(shared.status()).isEqualTo(201);
    assertThat(shared.json().path("shared_with_groups").path(0).path("group_id").asLong())
        .isEqualTo(guests);
    assertThat(platform.get(platform.stranger, shop).status()).isEqualTo(200);
    assertThat(platform.get(platform.stranger, platform.tokens()).status()).isEqualTo(401);

    assertThat(post("/share", share).status()).isEqualTo(409);
    platform.gitlab.flip(Switch.SHARED_TWICE_IS_BAD_REQUEST, true);
    assertThat(post("/share", share).status()).isEqualTo(400);

    assertThat(delete("/share/" + guests).status()).isEqualTo(204);
    assertThat(delete("/share/" + guests).status()).isEqualTo(404);
    assertThat(platform.get(platform.stranger, shop).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("case 50: without a paid edition there are no links to identity providers")
  void hidesLinksOfPaidEditions() {
    platform.usual(Switch.PAID_EDITION);
    for (String kind : new String[] {"/saml_group_links", "/ldap_group_links"}) {
      assertThat(get(kind).status()).isEqualTo(404);
      assertThat(post(kind, "{}").status()).isEqualTo(404);
      assertThat(delete(kind + "?cn=a&provider=b").status()).isIn(404, 405);
    }
    assertThat(platform.get(platform.operator, "/metadata").json().path("enterprise").asBoolean())
        .isFalse();
  }

  @Test
  @DisplayName("case 50: a paid edition links SAML groups by name, slashes and spaces included")
  void linksSamlGroups() {
    platform.gitlab.flip(Switch.PAID_EDITION, true);
    String link = "{'saml_group_name':'dev/shop team','access_level':30}";
    Reply made = post("/saml_group_links", link);
    assertThat(made.status()).isEqualTo(201);
    assertThat(post("/saml_group_links", link).status()).isEqualTo(400);
    assertThat(post("/saml_group_links", "{}").error())
        .isEqualTo("saml_group_name is missing, access_level is missing");
    String one = "/saml_group_links/dev%2Fshop%20team";
    assertThat(get(one).status()).isEqualTo(200);
    assertThat(get(one).json()).isEqualTo(made.json());
    assertThat(get("/saml_group_links").json()).containsExactly(made.json());
    assertThat(delete(one).status()).isEqualTo(204);
    assertThat(delete(one).status()).isEqualTo(404);
    assertThat(platform.get(platform.keeper, shop + "/saml_group_links").status()).isEqualTo(403);
  }

  @Test
  @DisplayName("case 50: a paid edition links LDAP groups by name and provider")
  void linksLdapGroups() {
    platform.gitlab.flip(Switch.PAID_EDITION, true);
    Reply made = post("/ldap_group_links", "{'cn':'shop','group_access':30,'provider':'ldapmain'}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(get("/ldap_group_links").json()).containsExactly(made.json());
    assertThat(delete("/ldap_group_links?cn=shop&provider=other").status()).isEqualTo(404);
    assertThat(delete("/ldap_group_links?cn=shop&provider=ldapmain").status()).isEqualTo(204);
    assertThat(get("/ldap_group_links").json()).isEmpty();
  }

  @Test
  @DisplayName("case 51: a deploy token tells its value once and needs no expiry")
  void managesDeployTokens() {
    Reply made = post("/deploy_tokens", "{'name':'pulls','scopes':['read_registry']}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("expires_at").isNull()).isTrue();
    assertThat(made.json().path("username").asText()).startsWith("gitlab+deploy-token-");
    String value = made.json().path("token").asText();
    assertThat(value).isNotEmpty();
    Reply dated =
        post(
            "/deploy_tokens",
            "{'name':'dated','scopes':['read_registry'],'expires_at':'2026-03-01T00:00:00Z'}");
    assertThat(dated.json().path("expired").asBoolean()).isTrue();
    assertThat(get("/deploy_tokens").json().findValuesAsText("name"))
        .containsExactly("pulls", "dated");
    assertThat(get("/deploy_tokens?active=true").json().findValuesAsText("name"))
        .containsExactly("pulls");
    assertThat(get("/deploy_tokens").body()).doesNotContain(value);

    String one = "/deploy_tokens/" + made.json().path("id").asLong();
    assertThat(get(one).status()).isEqualTo(200);
    assertThat(platform.delete(platform.keeper, shop + one).status()).isEqualTo(403);
    assertThat(delete(one).status()).isEqualTo(204);
    assertThat(get(one).status()).isEqualTo(404);
    assertThat(post("/deploy_tokens", "{'name':'x','scopes':['api']}").error())
        .isEqualTo("scopes does not have a valid value");
  }
}

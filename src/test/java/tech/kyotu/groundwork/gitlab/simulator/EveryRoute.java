package tech.kyotu.groundwork.gitlab.simulator;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One good request for each route, on a platform that is prepared for all of them. No request needs
 * another one, so a test may send all in the order of the map, or a single one.
 */
final class EveryRoute {
  private static final String GROUP = "/groups/:id";
  private static final LocalDate LATER = LocalDate.of(2026, 5, 1);

  private final TestPlatform platform;
  private final Map<RoutePattern, HttpRequest.Builder> requests = new LinkedHashMap<>();
  private final String shop;

  private EveryRoute(TestPlatform platform) {
    this.platform = platform;
    this.shop = "/groups/" + platform.shop;
  }

  /** Prepares the platform, which must have a paid edition. */
  static Map<RoutePattern, HttpRequest.Builder> on(TestPlatform platform) {
    EveryRoute all = new EveryRoute(platform);
    all.instance();
    all.groups();
    all.tokens();
    all.members();
    all.links();
    all.deployTokens();
    all.registry();
    return all.requests;
  }

  private void instance() {
    for (String path : new String[] {"/version", "/metadata", "/user"}) {
      add("GET", path, path, "");
    }
    add("GET", "/personal_access_tokens/self", "/personal_access_tokens/self", "");
  }

  private void groups() {
    long doomed = platform.gitlab.addGroup("platform/doomed", "operator");
    long renamed = platform.gitlab.addGroup("platform/renamed", "operator");
    add("GET", "/groups", "/groups", "");
    add("POST", "/groups", "/groups", "{'name':'Fresh','path':'fresh'}");
    add("GET", GROUP, shop, "");
    add("PUT", GROUP, "/groups/" + renamed, "{'path':'newly-named'}");
    add("DELETE", GROUP, "/groups/" + doomed, "");
    add("GET", GROUP + "/subgroups", "/groups/platform/subgroups", "");
  }

  private void tokens() {
    String all = GROUP + "/access_tokens";
    SeededToken own = token("own", "self_rotate");
    add("GET", all, platform.tokens(), "");
    add("POST", all, platform.tokens(), "{'name':'puller','scopes':['read_registry']}");
    add("GET", all + "/:token_id", platform.tokens() + "/" + own.id(), "");
    add("DELETE", all + "/:token_id", platform.tokens() + "/" + token("old", "api").id(), "");
    String rotated = platform.tokens() + "/" + token("due", "api").id() + "/rotate";
    add("POST", all + "/:token_id/rotate", rotated, "{}");
    String itself = platform.tokens() + "/self/rotate";
    requests.put(
        RoutePattern.of("POST", all + "/self/rotate"),
        platform.json("POST", own.value(), itself, "{}"));
  }

  private void members() {
    String all = GROUP + "/members";
    long added = platform.gitlab.addUser("added");
    long kept = platform.gitlab.addUser("kept");
    long removed = platform.gitlab.addUser("removed");
    platform.gitlab.addMember("platform/shop", "kept", 30);
    platform.gitlab.addMember("platform/shop", "removed", 30);
    add("GET", all, shop + "/members", "");
    add("POST", all, shop + "/members", "{'user_id':" + added + ",'access_level':30}");
    add("GET", all + "/:user_id", shop + "/members/" + kept, "");
    add("PUT", all + "/:user_id", shop + "/members/" + kept, "{'access_level':20}");
    add("DELETE", all + "/:user_id", shop + "/members/" + removed, "");
    long guest = platform.gitlab.addGroup("guests", "operator");
    long former = platform.gitlab.addGroup("former", "operator");
    platform.post(platform.operator, shop + "/share", shareWith(former));
    add("POST", GROUP + "/share", shop + "/share", shareWith(guest));
    add("DELETE", GROUP + "/share/:group_id", shop + "/share/" + former, "");
  }

  private void links() {
    String saml = shop + "/saml_group_links";
    String ldap = shop + "/ldap_group_links";
    for (String name : new String[] {"kept", "old"}) {
      platform.post(platform.operator, saml, samlLink(name));
      platform.post(platform.operator, ldap, ldapLink(name));
    }
    String route = GROUP + "/saml_group_links";
    add("GET", route, saml, "");
    add("POST", route, saml, samlLink("new"));
    add("GET", route + "/:name", saml + "/kept", "");
    add("DELETE", route + "/:name", saml + "/old", "");
    route = GROUP + "/ldap_group_links";
    add("GET", route, ldap, "");
    add("POST", route, ldap, ldapLink("new"));
    add("DELETE", route, ldap + "?cn=old&provider=main", "");
  }

  private void deployTokens() {
    String path = shop + "/deploy_tokens";
    String made = "{'name':'pulls','scopes':['read_registry']}";
    long kept = platform.post(platform.operator, path, made).json().path("id").asLong();
    long old = platform.post(platform.operator, path, made).json().path("id").asLong();
    String route = GROUP + "/deploy_tokens";
    add("GET", route, path, "");
    add("POST", route, path, made);
    add("GET", route + "/:token_id", path + "/" + kept, "");
    add("DELETE", route + "/:token_id", path + "/" + old, "");
  }

  private void registry() {
    platform.gitlab.addImage("platform/shop/web");
    String value = token("pulling", "read_registry").value();
    String scope = "repository:platform/shop/web:pull";
    String jwt = platform.login("any", value, scope).json().path("token").asText();
    requests.put(RoutePattern.of("GET", "/jwt/auth"), platform.loginRequest("any", value, scope));
    for (String method : new String[] {"GET", "HEAD"}) {
      requests.put(
          RoutePattern.of(method, "/v2/*"),
          bearer(method, "/v2/platform/shop/web/manifests/1", jwt));
    }
    requests.put(RoutePattern.of("GET", "/v2"), bearer("GET", "/v2/", jwt));
  }

  private HttpRequest.Builder bearer(String method, String path, String jwt) {
    return HttpRequest.newBuilder(URI.create(platform.gitlab.url() + path))
        .header("Authorization", "Bearer " + jwt)
        .method(method, BodyPublishers.noBody());
  }

  private SeededToken token(String name, String scope) {
    return platform.gitlab.addGroupToken("platform/shop", name, LATER, 30, scope);
  }

  private static String shareWith(long group) {
    return "{'group_id':" + group + ",'group_access':30}";
  }

  private static String samlLink(String name) {
    return "{'saml_group_name':'" + name + "','access_level':30}";
  }

  private static String ldapLink(String name) {
    return "{'cn':'" + name + "','group_access':30,'provider':'main'}";
  }

  private void add(String method, String route, String path, String json) {
    requests.put(
        RoutePattern.of(method, route), platform.json(method, platform.operator, path, json));
  }
}

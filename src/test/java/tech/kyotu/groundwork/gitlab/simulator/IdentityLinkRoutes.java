package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.gitlab.simulator.IdentityLink.Kind;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** Links of a group to groups of SAML or LDAP; only paid editions have them. */
final class IdentityLinkRoutes {
  private final World world;
  private final Rights rights;
  private final Paging paging;

  IdentityLinkRoutes(World world, Rights rights, Paging paging) {
    this.world = world;
    this.rights = rights;
    this.paging = paging;
  }

  void register(Router router) {
    String saml = "/groups/:id/saml_group_links";
    add(router, "GET", saml, call -> list(call, Kind.SAML));
    add(router, "POST", saml, this::addSaml);
    add(router, "GET", saml + "/:name", call -> Answer.json(200, render(saml(call))));
    add(router, "DELETE", saml + "/:name", call -> remove(call, saml(call)));
    String ldap = "/groups/:id/ldap_group_links";
    add(router, "GET", ldap, call -> list(call, Kind.LDAP));
    add(router, "POST", ldap, this::addLdap);
    add(router, "DELETE", ldap, call -> remove(call, ldap(call)));
  }

  private static void add(Router router, String method, String path, Router.Handler handler) {
    Access access = method.equals("GET") ? Access.READ : Access.WRITE;
    router.addIf(Switch.PAID_EDITION, method, path, access, handler);
  }

  private Answer list(Call call, Kind kind) {
    List<IdentityLink> links =
        owned(call).grants().links().stream().filter(link -> link.kind() == kind).toList();
    return paging.page(call, links, IdentityLinkRoutes::render);
  }

  private Answer addSaml(Call call) {
    Parameters given = call.parameters();
    given.require("saml_group_name", "access_level");
    return add(call, Kind.SAML, given.text("saml_group_name"), "", "access_level");
  }

  private Answer addLdap(Call call) {
    Parameters given = call.parameters();
    given.require("cn", "group_access", "provider");
    return add(
        call, Kind.LDAP, given.text("cn"), given.text("provider").orElse(""), "group_access");
  }

  private Answer add(
      Call call, Kind kind, Optional<String> name, String provider, String levelName) {
    Group group = owned(call);
    call.parameters().oneOf(levelName, Rights.LEVELS);
    int level = (int) call.parameters().requiredNumber(levelName);
    if (find(group, kind, name, provider).isPresent()) {
      return Answer.badRequest("The link is there already");
    }
    IdentityLink link = new IdentityLink(kind, name.orElse(""), provider, level);
    world.replace(group.with(group.grants().withLink(link)), "link added");
    return Answer.json(201, render(link));
  }

  private Answer remove(Call call, IdentityLink link) {
    Group group = owned(call);
    world.replace(group.with(group.grants().withoutLink(link)), "link removed");
    return Answer.empty(204);
  }

  private IdentityLink saml(Call call) {
    return find(owned(call), Kind.SAML, Optional.of(call.segment("name")), "")
        .orElseThrow(Refusal.notFound(""));
  }

  private IdentityLink ldap(Call call) {
    String provider = call.parameters().text("provider").orElse("");
    return find(owned(call), Kind.LDAP, call.parameters().text("cn"), provider)
        .orElseThrow(Refusal.notFound(""));
  }

  private static Optional<IdentityLink> find(
      Group group, Kind kind, Optional<String> name, String provider) {
    return group.grants().links().stream()
        .filter(link -> link.kind() == kind && link.provider().equals(provider))
        .filter(link -> name.filter(link.name()::equals).isPresent())
        .findFirst();
  }

  private Group owned(Call call) {
    return rights.group(call, Rights.OWNER);
  }

  private static JsonNode render(IdentityLink link) {
    return link.kind() == Kind.SAML
        ? Rendering.object().put("name", link.name()).put("access_level", link.level())
        : Rendering.object()
            .put("cn", link.name())
            .put("group_access", link.level())
            .put("provider", link.provider());
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** A group's deploy tokens: for maintainers to see, for owners to make and to remove. */
final class DeployTokenRoutes {
  private static final List<String> SCOPES =
      List.of(
          "read_repository",
          "read_registry",
          "write_registry",
          "read_package_registry",
          "write_package_registry",
          "read_virtual_registry",
          "write_virtual_registry");

  private final World world;
  private final Rights rights;
  private final Paging paging;

  DeployTokenRoutes(World world, Rights rights, Paging paging) {
    this.world = world;
    this.rights = rights;
    this.paging = paging;
  }

  void register(Router router) {
    String all = "/groups/:id/deploy_tokens";
    router.add("GET", all, Access.READ, this::list);
    router.add("POST", all, Access.WRITE, this::create);
    router.add("GET", all + "/:token_id", Access.READ, this::get);
    router.add("DELETE", all + "/:token_id", Access.WRITE, this::remove);
  }

  private Answer list(Call call) {
    boolean all = call.parameters().text("active").filter("true"::equals).isEmpty();
    List<DeployToken> tokens =
        rights.group(call, Rights.MAINTAINER).grants().deployTokens().stream()
            .filter(token -> all || !token.isExpired(world.now()))
            .toList();
    return paging.page(call, tokens, this::render);
  }

  private Answer get(Call call) {
    return Answer.json(200, render(token(rights.group(call, Rights.MAINTAINER), call)));
  }

  private Answer create(Call call) {
    Parameters given = call.parameters();
    given.require("name", "scopes");
    given.oneOf("scopes", SCOPES);
    Group group = rights.group(call, Rights.OWNER);
    long id = world.nextDeployToken();
    DeployToken token =
        new DeployToken(
            id,
            given.text("name").orElse(""),
            given.text("username").orElse("gitlab+deploy-token-" + id),
            given.list("scopes"),
            given.instant("expires_at"),
            "gldt-" + world.randomText(20));
    world.replace(group.with(group.grants().withDeployToken(token)), "deploy token created");
    return Answer.json(201, render(token).put("token", token.value()));
  }

  private Answer remove(Call call) {
    Group group = rights.group(call, Rights.OWNER);
    world.replace(
        group.with(group.grants().withoutDeployToken(token(group, call))), "deploy token removed");
    return Answer.empty(204);
  }

  private static DeployToken token(Group group, Call call) {
    return group.grants().deployTokens().stream()
        .filter(each -> call.id("token_id").filter(id -> id == each.id()).isPresent())
        .findFirst()
        .orElseThrow(Refusal.notFound(""));
  }

  private ObjectNode render(DeployToken token) {
    ObjectNode json = Rendering.object();
    json.put("id", token.id()).put("name", token.name()).put("username", token.username());
    json.put("expires_at", token.expiresAt().map(Rendering::time).orElse(null));
    ArrayNode scopes = json.putArray("scopes");
    token.scopes().forEach(scopes::add);
    // Through the API a deploy token is removed, not revoked.
    return json.put("revoked", false).put("expired", token.isExpired(world.now()));
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** Group access tokens. Rotation is here so that tests can prove that nobody calls it. */
final class TokenRoutes {
  private static final List<String> SCOPES =
      List.of(
          "api",
          "read_api",
          "create_runner",
          "manage_runner",
          "k8s_proxy",
          "self_rotate",
          "read_repository",
          "write_repository",
          "read_registry",
          "write_registry",
          "read_virtual_registry",
          "write_virtual_registry");
  private static final int ROTATED_TOKENS_LIVE_DAYS = 7;

  private final World world;
  private final Rights rights;
  private final Rendering rendering;
  private final Paging paging;

  TokenRoutes(World world, Rights rights, Rendering rendering, Paging paging) {
    this.world = world;
    this.rights = rights;
    this.rendering = rendering;
    this.paging = paging;
  }

  void register(Router router) {
    String all = "/groups/:id/access_tokens";
    router.add("GET", all, Access.READ, this::list);
    router.add("POST", all, Access.WRITE, this::create);
    router.add("POST", all + "/self/rotate", Access.ANY_TOKEN, this::rotateSelf);
    router.add("GET", all + "/:token_id", Access.READ, this::get);
    router.add("DELETE", all + "/:token_id", Access.WRITE, this::revoke);
    router.add("POST", all + "/:token_id/rotate", Access.WRITE, this::rotate);
  }

  private Answer list(Call call) {
    Group group = readable(call);
    List<Token> found =
        TokenFilter.of(call.parameters(), world.today()).apply(world.tokensOf(group.id()));
    return paging.page(call, found, rendering::groupToken);
  }

  private Answer get(Call call) {
    Group group = readable(call);
    return Answer.json(200, rendering.groupToken(token(call, group).orElseThrow(notFound(call))));
  }

  private Answer create(Call call) {
    Parameters given = call.parameters();
    given.require("name", "scopes");
    given.oneOf("scopes", SCOPES);
    given.oneOf("access_level", Rights.LEVELS);
    Optional<LocalDate> wanted = given.date("expires_at");
    Group group = rights.visible(call.segment("id"), call.caller());
    if (call.user().isBot() || !rights.isOwner(call.user(), group)) {
      return Answer.badRequest("User does not have permission to create group access token");
    }
    Optional<LocalDate> expiresOn = wanted.or(this::defaultExpiry);
    expiresOn.ifPresent(this::checkLifetime);
    int level = given.number("access_level").orElse((long) Rights.MAINTAINER).intValue();
    String name = given.text("name").orElse("");
    Token token =
        addToken(group, name, given.text("description"), given.list("scopes"), level, expiresOn);
    return Answer.json(201, withValue(token));
  }

  /** Makes the bot, its membership and its token; also the way tests seed one. */
  Token addToken(
      Group group,
      String name,
      Optional<String> description,
      List<String> scopes,
      int level,
      Optional<LocalDate> expiresOn) {
    String suffix = world.randomText(32).toLowerCase(Locale.ROOT);
    User bot =
        world.addUser(
            "group_" + group.id() + "_bot_" + suffix, name, Set.of(), Optional.of(group.id()));
    world.grant(group.id(), grants -> grants.withMember(bot.id(), level));
    return world.addToken(
        Token.draft(
            new Token.Terms(bot.id(), Optional.of(group.id()), name, description, scopes, level),
            world.now(),
            expiresOn));
  }

  private Answer revoke(Call call) {
    Group group = rights.visible(call.segment("id"), call.caller());
    Token token = token(call, group).orElseThrow(notFound(call));
    Optional<User> bot = world.user(token.userId());
    if (!rights.isOwner(call.user(), group)) {
      return Answer.badRequest(
          call.user().username()
              + " cannot delete "
              + bot.map(User::username).orElse(token.name()));
    }
    if (!group.members().containsKey(token.userId())) {
      return Answer.badRequest("Failed to find bot user");
    }
    world.revoke(token);
    return Answer.empty(204);
  }

  private Answer rotate(Call call) {
    Group group = rights.visible(call.segment("id"), call.caller());
    Optional<Token> token = token(call, group);
    if (!rights.isOwner(call.user(), group)) {
      return Answer.unauthorized();
    }
    if (token.isEmpty()) {
      return call.user().isAdministrator() ? notFound(call).get().answer() : Answer.unauthorized();
    }
    return replace(token.get(), call.parameters());
  }

  private Answer rotateSelf(Call call) {
    Token token = call.caller().token().orElseThrow();
    if (!token.hasAnyScope("api", "self_rotate")) {
      return Credentials.insufficientScope(world, List.of("api", "self_rotate"));
    }
    Group group = rights.visible(call.segment("id"), call.caller());
    if (!token.isOf(group.id())) {
      return Answer.message(405, "405 Method Not Allowed");
    }
    return replace(token, call.parameters());
  }

  private Answer replace(Token token, Parameters given) {
    if (token.isRevoked()) {
      return Answer.badRequest("Token already revoked");
    }
    LocalDate expiresOn =
        given.date("expires_at").orElse(world.today().plusDays(ROTATED_TOKENS_LIVE_DAYS));
    checkLifetime(expiresOn);
    Token next = world.addToken(token.successor(world.now(), expiresOn));
    world.revoke(token);
    return Answer.json(200, withValue(next));
  }

  private ObjectNode withValue(Token token) {
    return rendering.groupToken(token).put("token", token.value());
  }

  /** Lists and single tokens are for owners; others get a 401, not a 403. */
  private Group readable(Call call) {
    Group group = rights.visible(call.segment("id"), call.caller());
    if (!rights.isOwner(call.user(), group)) {
      throw new Refusal(Answer.unauthorized());
    }
    return group;
  }

  private Optional<Token> token(Call call, Group group) {
    return call.id("token_id").flatMap(world::token).filter(token -> token.isOf(group.id()));
  }

  private Supplier<Refusal> notFound(Call call) {
    String text = "Could not find group access token with token_id: " + call.segment("token_id");
    return Refusal.notFound(world.is(Switch.SHORT_TOKEN_NOT_FOUND) ? "" : text);
  }

  private Optional<LocalDate> defaultExpiry() {
    return world.is(Switch.NO_DEFAULT_EXPIRY)
        ? Optional.empty()
        : Optional.of(world.today().plusDays(lifetimeDays()));
  }

  private void checkLifetime(LocalDate expiresOn) {
    LocalDate limit = world.today().plusDays(lifetimeDays() + 1L);
    if (!expiresOn.isBefore(limit)) {
      throw new Refusal(Answer.badRequest("Expiration date must be before " + limit));
    }
  }

  private int lifetimeDays() {
    return world.is(Switch.LIFETIME_OF_400_DAYS) ? 400 : 365;
  }
}

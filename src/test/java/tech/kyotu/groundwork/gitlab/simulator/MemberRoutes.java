package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** A group's direct members, and other groups whose members it lets in. */
final class MemberRoutes {
  private final World world;
  private final Rights rights;
  private final Rendering rendering;
  private final Paging paging;

  MemberRoutes(World world, Rights rights, Rendering rendering, Paging paging) {
    this.world = world;
    this.rights = rights;
    this.rendering = rendering;
    this.paging = paging;
  }

  void register(Router router) {
    String all = "/groups/:id/members";
    router.add("GET", all, Access.READ, this::list);
    router.add("POST", all, Access.WRITE, this::add);
    router.add("GET", all + "/:user_id", Access.READ, this::get);
    router.add("PUT", all + "/:user_id", Access.WRITE, this::change);
    router.add("DELETE", all + "/:user_id", Access.WRITE, this::remove);
    router.add("POST", "/groups/:id/share", Access.WRITE, this::share);
    router.add("DELETE", "/groups/:id/share/:group_id", Access.WRITE, this::unshare);
  }

  private Answer list(Call call) {
    Group group = rights.visible(call.segment("id"), call.caller());
    List<User> users =
        group.members().keySet().stream().map(world::user).flatMap(Optional::stream).toList();
    return paging.page(call, users, user -> member(user, group.members()));
  }

  private Answer get(Call call) {
    Group group = rights.visible(call.segment("id"), call.caller());
    return Answer.json(200, member(memberOf(group, call), group.members()));
  }

  private Answer add(Call call) {
    Parameters given = call.parameters();
    int level = level(given, "access_level");
    User user = world.user(given.requiredNumber("user_id")).orElseThrow(Refusal.notFound("User"));
    Group group = rights.group(call, Rights.OWNER);
    if (group.members().containsKey(user.id())) {
      return Answer.message(409, "Member already exists");
    }
    return Answer.json(201, set(group, user, level, "member added"));
  }

  private Answer change(Call call) {
    int level = level(call.parameters(), "access_level");
    Group group = rights.group(call, Rights.OWNER);
    return Answer.json(200, set(group, memberOf(group, call), level, "member changed"));
  }

  private Answer remove(Call call) {
    Group group = rights.group(call, Rights.OWNER);
    long userId = memberOf(group, call).id();
    world.replace(group.with(group.grants().withoutMember(userId)), "member removed");
    return Answer.empty(204);
  }

  private Answer share(Call call) {
    Parameters given = call.parameters();
    int level = level(given, "group_access");
    String otherId = String.valueOf(given.requiredNumber("group_id"));
    Group group = rights.group(call, Rights.OWNER);
    Group other = rights.visible(otherId, call.caller());
    if (group.grants().shares().containsKey(other.id())) {
      boolean bad = world.is(Switch.SHARED_TWICE_IS_BAD_REQUEST);
      return Answer.message(bad ? 400 : 409, "The group is already shared with this group");
    }
    Group shared = group.with(group.grants().withShare(other.id(), level));
    world.replace(shared, "group shared");
    return Answer.json(201, rendering.group(shared));
  }

  private Answer unshare(Call call) {
    Group group = rights.group(call, Rights.OWNER);
    long otherId =
        call.id("group_id")
            .filter(group.grants().shares()::containsKey)
            .orElseThrow(Refusal.notFound(""));
    world.replace(group.with(group.grants().withoutShare(otherId)), "group unshared");
    return Answer.empty(204);
  }

  private ObjectNode set(Group group, User user, int level, String what) {
    Group changed = group.with(group.grants().withMember(user.id(), level));
    world.replace(changed, what);
    return member(user, changed.members());
  }

  private User memberOf(Group group, Call call) {
    return call.id("user_id")
        .filter(group.members()::containsKey)
        .flatMap(world::user)
        .orElseThrow(Refusal.notFound(""));
  }

  private static int level(Parameters given, String name) {
    given.require(name);
    given.oneOf(name, Rights.LEVELS);
    return (int) given.requiredNumber(name);
  }

  private ObjectNode member(User user, Map<Long, Integer> levels) {
    ObjectNode json = rendering.account(user);
    json.put("access_level", levels.get(user.id()));
    json.put("membership_state", "active");
    json.putNull("expires_at");
    return json;
  }
}

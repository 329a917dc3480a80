package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** Groups: read, list, create, change, mark for deletion. */
final class GroupRoutes {
  private static final List<String> VISIBILITIES = List.of("private", "internal", "public");

  private final World world;
  private final Rights rights;
  private final GroupPaths paths;
  private final Rendering rendering;
  private final Paging paging;

  GroupRoutes(World world, Rights rights, Rendering rendering, Paging paging) {
    this.world = world;
    this.rights = rights;
    this.paths = new GroupPaths(world);
    this.rendering = rendering;
    this.paging = paging;
  }

  void register(Router router) {
    router.add("GET", "/groups", Access.PUBLIC, this::list);
    router.add("POST", "/groups", Access.WRITE, this::create);
    router.add("GET", "/groups/:id", Access.PUBLIC, this::get);
    router.add("PUT", "/groups/:id", Access.WRITE, this::update);
    router.add("DELETE", "/groups/:id", Access.WRITE, this::delete);
    router.add("GET", "/groups/:id/subgroups", Access.PUBLIC, this::children);
  }

  private Answer get(Call call) {
    return Answer.json(200, rendering.group(rights.visible(call.segment("id"), call.caller())));
  }

  private Answer list(Call call) {
    return list(call, group -> true);
  }

  private Answer children(Call call) {
    Group parent = rights.visible(call.segment("id"), call.caller());
    return list(call, group -> group.isChildOf(parent));
  }

  private Answer list(Call call, Predicate<Group> wanted) {
    String search = call.parameters().text("search").orElse("").toLowerCase(Locale.ROOT);
    List<Group> found =
        world
            .groups()
            .filter(wanted)
            .filter(group -> isLike(group, search))
            .filter(group -> rights.sees(call.caller(), group))
            .sorted(Comparator.comparing(GroupRoutes::cursor))
            .toList();
    return call.caller().user().isEmpty()
            && call.parameters().text("pagination").filter("keyset"::equals).isPresent()
        ? paging.keyset(call, found, GroupRoutes::cursor, rendering::group)
        : paging.page(call, found, rendering::group);
  }

  /** Sorts as the list does. */
  private static String cursor(Group group) {
    return "%s\u0001%019d".formatted(group.name(), group.id());
  }

  private static boolean isLike(Group group, String search) {
    return group.name().toLowerCase(Locale.ROOT).contains(search)
        || group.path().toLowerCase(Locale.ROOT).contains(search);
  }

  private Answer create(Call call) {
    Parameters given = call.parameters();
    given.require("name", "path");
    given.oneOf("visibility", VISIBILITIES);
    Optional<Long> parentId = given.number("parent_id");
    Optional<Group> parent = parentId.map(id -> rights.visible(String.valueOf(id), call.caller()));
    if (!mayCreateIn(parent, call.user())) {
      return Answer.message(403, "403 Forbidden");
    }
    String path = given.text("path").orElse("");
    Optional<String> objection = paths.objection(path, parent);
    if (objection.isPresent()) {
      return Answer.badRequest(paths.failedToSave(objection.get()));
    }
    Group group =
        world.addGroup(
            parent.map(above -> above.fullPath() + "/").orElse("") + path,
            new Group.Texts(
                given.text("name").orElse(path),
                given.text("description").orElse(""),
                given.text("visibility").orElse(world.defaultVisibility())),
            parentId,
            call.user().id());
    return Answer.json(201, rendering.group(group));
  }

  private boolean mayCreateIn(Optional<Group> parent, User user) {
    if (parent.isEmpty()) {
      boolean allowed = user.isAdministrator() || user.rights().contains(Right.CREATE_GROUP);
      return allowed && !world.is(Switch.NO_TOP_LEVEL_GROUPS);
    }
    int needed = world.is(Switch.MAINTAINERS_CREATE_SUBGROUPS) ? Rights.MAINTAINER : Rights.OWNER;
    return rights.level(user, parent.get()) >= needed;
  }

  private Answer update(Call call) {
    Parameters given = call.parameters();
    given.oneOf("visibility", VISIBILITIES);
    Group group = rights.group(call, Rights.OWNER);
    Optional<Group> parent = group.parentId().flatMap(world::group);
    Optional<String> newPath = given.text("path").filter(path -> !path.equals(group.path()));
    Optional<String> objection = newPath.flatMap(path -> paths.objection(path, parent));
    if (objection.isPresent()) {
      var body = Rendering.object();
      body.putObject("message").putArray("path").add(objection.get());
      return Answer.json(400, body);
    }
    world.replace(
        group.with(
            new Group.Texts(
                given.text("name").orElse(group.name()),
                given.text("description").orElse(group.texts().description()),
                given.text("visibility").orElse(group.visibility()))),
        "group changed");
    String above = parent.map(each -> each.fullPath() + "/").orElse("");
    newPath.ifPresent(path -> world.rename(group, above + path));
    return Answer.json(200, rendering.group(world.group(group.id()).orElseThrow()));
  }

  private Answer delete(Call call) {
    Group group = rights.group(call, Rights.OWNER);
    if (group.markedForDeletionOn().isPresent()) {
      return Answer.badRequest("Group has been already marked for deletion");
    }
    world.replace(group.marked(world.today()), "group marked");
    if (world.is(Switch.MARKED_GROUPS_RENAMED)) {
      world.rename(group, group.fullPath() + "-deletion_scheduled-" + group.id());
      world.freePath(group.fullPath());
    }
    return Answer.message(202, "202 Accepted");
  }
}

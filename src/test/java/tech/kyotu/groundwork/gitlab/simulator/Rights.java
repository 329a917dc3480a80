package tech.kyotu.groundwork.gitlab.simulator;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who sees a group, and with which level. Levels are GitLab's numbers, 0 is no member. */
final class Rights {
  static final int GUEST = 10;
  static final int REPORTER = 20;
  static final int MAINTAINER = 40;
  static final int OWNER = 50;

  /** What a level may be, as parameters write it. */
  static final List<String> LEVELS = List.of("10", "15", "20", "30", "40", "50");

  private final World world;

  Rights(World world) {
    this.world = world;
  }

  /** The highest level in the group, inherited ones included. */
  int level(User user, Group group) {
    if (user.isAdministrator()) {
      return OWNER;
    }
    int level = 0;
    for (Optional<Group> at = Optional.of(group); at.isPresent(); at = parent(at.get())) {
      level = Math.max(level, directLevel(user, at.get()));
    }
    return level;
  }

  /** What the group itself gives, as to a member of it or of a group that it is shared with. */
  private int directLevel(User user, Group group) {
    int level = group.members().getOrDefault(user.id(), 0);
    for (var share : group.grants().shares().entrySet()) {
      int there = world.members(share.getKey()).getOrDefault(user.id(), 0);
      level = Math.max(level, Math.min(share.getValue(), there));
    }
    return level;
  }

  boolean isOwner(User user, Group group) {
    return level(user, group) >= OWNER;
  }

  /** A private group is seen by its members and by those of the groups below it. */
  boolean sees(Identity caller, Group group) {
    if (group.visibility().equals("public")) {
      return true;
    }
    if (caller.user().isEmpty()) {
      return false;
    }
    User user = caller.user().get();
    boolean internal = group.visibility().equals("internal") && !user.isBot();
    return internal || level(user, group) > 0 || isMemberBelow(user, group);
  }

  /** The group meant by an id or a full path, or the one 404 that hides what must not be known. */
  Group visible(String idOrPath, Identity caller) {
    return find(idOrPath)
        .filter(group -> sees(caller, group))
        .orElseThrow(Refusal.notFound("Group"));
  }

  /** The group of the call's path, if the caller may do with it what takes that level; else 403. */
  Group group(Call call, int needed) {
    Group group = visible(call.segment("id"), call.caller());
    if (level(call.user(), group) < needed) {
      throw new Refusal(Answer.message(403, "403 Forbidden"));
    }
    return group;
  }

  /** Digits are always an id, whatever paths exist. */
  Optional<Group> find(String idOrPath) {
    return idOrPath.matches("\\d{1,18}")
        ? world.group(Long.parseLong(idOrPath))
        : world.groupByPath(idOrPath);
  }

  private Optional<Group> parent(Group group) {
    return group.parentId().flatMap(world::group);
  }

  private boolean isMemberBelow(User user, Group group) {
    String below = group.fullPath().toLowerCase(Locale.ROOT) + "/";
    return world
        .groups()
        .filter(each -> each.fullPath().toLowerCase(Locale.ROOT).startsWith(below))
        .anyMatch(each -> each.members().containsKey(user.id()));
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Turns records into the JSON that GitLab's API shows of them. A token's value is not part of it.
 */
final class Rendering {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final World world;
  private final String baseUrl;

  Rendering(World world, String baseUrl) {
    this.world = world;
    this.baseUrl = baseUrl;
  }

  ObjectNode group(Group group) {
    ObjectNode json = object();
    json.put("id", group.id());
    json.put("web_url", baseUrl + "/groups/" + group.fullPath());
    json.put("name", group.name());
    json.put("path", group.path());
    json.put("description", group.texts().description());
    json.put("visibility", group.visibility());
    json.put("share_with_group_lock", false);
    json.put("require_two_factor_authentication", false);
    json.put("project_creation_level", "developer");
    json.put("subgroup_creation_level", "maintainer");
    json.put("lfs_enabled", true);
    json.putNull("avatar_url");
    json.put("request_access_enabled", true);
    json.put("full_name", group.fullPath().replace("/", " / "));
    json.put("full_path", group.fullPath());
    json.put("created_at", time(group.createdAt()));
    json.put("parent_id", group.parentId().orElse(null));
    ArrayNode shares = json.putArray("shared_with_groups");
    group.grants().shares().forEach((id, level) -> shares.add(share(id, level)));
    if (!world.is(Switch.OLDER_GROUP_FIELDS)) {
      json.put("archived", false);
      json.put("marked_for_deletion_on", date(group.markedForDeletionOn()));
    }
    return json;
  }

  private ObjectNode share(long groupId, int level) {
    ObjectNode json = object();
    json.put("group_id", groupId);
    String fullPath = world.group(groupId).map(Group::fullPath).orElse("");
    json.put("group_name", world.group(groupId).map(Group::name).orElse(""));
    json.put("group_full_path", fullPath);
    json.put("group_access_level", level);
    json.putNull("expires_at");
    return json;
  }

  /** A personal token; {@link #groupToken} adds what only a group's has. */
  ObjectNode token(Token token) {
    ObjectNode json = object();
    json.put("id", token.id());
    json.put("name", token.name());
    json.put("revoked", token.isRevoked());
    json.put("created_at", time(token.createdAt()));
    json.put("description", token.terms().description().orElse(null));
    ArrayNode scopes = json.putArray("scopes");
    token.scopes().forEach(scopes::add);
    json.put("user_id", token.userId());
    json.put("last_used_at", token.lastUsedAt().map(Rendering::time).orElse(null));
    json.put("active", token.isActive(world.today()));
    json.put("expires_at", date(token.expiresOn()));
    if (!world.is(Switch.OLDER_TOKEN_FIELDS)) {
      json.put("granular", false);
    }
    return json;
  }

  ObjectNode groupToken(Token token) {
    ObjectNode json = token(token);
    json.put("access_level", token.terms().level());
    if (!world.is(Switch.OLDER_TOKEN_FIELDS)) {
      json.put("resource_type", "group");
      json.put("resource_id", token.groupId().orElseThrow());
    }
    return json;
  }

  /** What everybody may know of an account. */
  ObjectNode account(User user) {
    ObjectNode json = object();
    json.put("id", user.id());
    json.put("username", user.username());
    json.put("name", user.name());
    json.put("state", "active");
    json.put("locked", false);
    json.putNull("avatar_url");
    json.put("web_url", baseUrl + "/" + user.username());
    return json;
  }

  ObjectNode user(User user) {
    ObjectNode json = account(user);
    json.put("bot", user.isBot());
    json.put("email", user.username() + "@example.org");
    json.put("can_create_group", user.rights().contains(Right.CREATE_GROUP));
    if (user.isAdministrator()) {
      json.put("is_admin", true);
    }
    return json;
  }

  static String time(Instant instant) {
    return MILLIS.format(instant);
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String date(Optional<LocalDate> day) {
    return day.map(LocalDate::toString).orElse(null);
  }
}

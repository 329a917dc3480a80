package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** World and history as JSON, without a single token value. */
final class AdminState {
  private final GitLabSimulator simulator;
  private final World world;
  private final Rendering rendering;

  AdminState(GitLabSimulator simulator, World world) {
    this.simulator = simulator;
    this.world = world;
    this.rendering = new Rendering(world, simulator.url());
  }

  ObjectNode dump() {
    return world.locked(
        () -> {
          ObjectNode dump = Rendering.object();
          dump.put("now", Rendering.time(world.now()));
          dump.put("frozen", simulator.clock().isFrozen());
          ArrayNode users = dump.putArray("users");
          world.users().map(rendering::user).forEach(users::add);
          ArrayNode groups = dump.putArray("groups");
          world.groups().map(this::group).forEach(groups::add);
          ArrayNode tokens = dump.putArray("tokens");
          world.tokens().map(this::token).forEach(tokens::add);
          ArrayNode images = dump.putArray("images");
          world.images().forEach(images::add);
          ArrayNode switches = dump.putArray("switches");
          world.switches().forEach(name -> switches.add(name.name()));
          ArrayNode faults = dump.putArray("faults");
          simulator.armed().forEach(armed -> faults.add(fault(armed)));
          return dump;
        });
  }

  ArrayNode history(long after) {
    ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    simulator.historyAfter(after).forEach(entry -> entries.add(entry(entry)));
    return entries;
  }

  private ObjectNode group(Group group) {
    ObjectNode json = rendering.group(group);
    ObjectNode members = json.putObject("members");
    group
        .members()
        .forEach(
            (id, level) -> world.user(id).ifPresent(user -> members.put(user.username(), level)));
    return json;
  }

  private ObjectNode token(Token token) {
    return token.groupId().isPresent() ? rendering.groupToken(token) : rendering.token(token);
  }

  private static ObjectNode fault(ArmedFault armed) {
    return Rendering.object()
        .put("id", armed.id())
        .put("fault", armed.fault().toString())
        .put("hits", armed.hits())
        .put("fired", armed.fired());
  }

  private static ObjectNode entry(HistoryEntry entry) {
    ObjectNode json = Rendering.object();
    json.put("number", entry.number());
    json.put("at", Rendering.time(entry.at()));
    json.put("method", entry.method());
    json.put("path", entry.rawPath());
    json.put("caller", entry.caller());
    json.put("token_id", entry.tokenId());
    json.put("status", entry.status());
    json.put("fault", entry.fault());
    ArrayNode changes = json.putArray("changes");
    for (WorldChange change : entry.changes()) {
      changes
          .addObject()
          .put("what", change.what())
          .put("id", change.id())
          .put("name", change.name());
    }
    return json;
  }
}

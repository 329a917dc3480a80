package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/** What the server says of itself and of the caller. */
final class InstanceRoutes {
  private static final String VERSION = "18.6.0";
  private static final String REVISION = "5c1e9f0b7a2";

  private final World world;
  private final Rendering rendering;

  InstanceRoutes(World world, Rendering rendering) {
    this.world = world;
    this.rendering = rendering;
  }

  void register(Router router) {
    router.add("GET", "/version", Access.READ_USER, call -> version());
    router.add("GET", "/metadata", Access.READ_USER, call -> metadata());
    router.add(
        "GET", "/user", Access.READ_USER, call -> Answer.json(200, rendering.user(call.user())));
    router.add("GET", "/personal_access_tokens/self", Access.ANY_TOKEN, this::self);
  }

  private Answer self(Call call) {
    return Answer.json(200, rendering.token(call.caller().token().orElseThrow()));
  }

  private static Answer version() {
    return Answer.json(200, version(Rendering.object()));
  }

  private Answer metadata() {
    ObjectNode json = version(Rendering.object());
    json.putObject("kas").put("enabled", false).putNull("externalUrl").putNull("version");
    json.put("enterprise", world.is(Switch.PAID_EDITION));
    return Answer.json(200, json);
  }

  private static ObjectNode version(ObjectNode json) {
    return json.put("version", VERSION).put("revision", REVISION);
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer before it goes on the wire. The body is empty where there is none. */
record Answer(int status, Map<String, String> headers, String contentType, String body) {
  static final String JSON = "application/json";

  static Answer json(int status, JsonNode body) {
    return new Answer(status, Map.of(), JSON, body.toString());
  }

  /** The form of GitLab's own refusals. */
  static Answer message(int status, String text) {
    return json(status, JsonNodeFactory.instance.objectNode().put("message", text));
  }

  /** The form of refusals by its parameter checks. */
  static Answer error(int status, String text) {
    return json(status, JsonNodeFactory.instance.objectNode().put("error", text));
  }

  static Answer badRequest(String reason) {
    return message(400, "400 Bad request - " + reason);
  }

  static Answer unauthorized() {
    return message(401, "401 Unauthorized");
  }

  static Answer text(int status, String body) {
    return new Answer(status, Map.of(), "text/plain", body);
  }

  static Answer empty(int status) {
    return new Answer(status, Map.of(), "", "");
  }

  Answer with(String header, String value) {
    return with(Map.of(header, value));
  }

  Answer with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Answer(status, all, contentType, body);
  }

  Answer withBody(String newBody) {
    return new Answer(status, headers, contentType, newBody);
  }
}

package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The simulator's handle over HTTP, on a port of its own so that no client meets it by accident.
 */
final class Admin {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitLabSimulator simulator;
  private final AdminState state;

  Admin(GitLabSimulator simulator, World world) {
    this.simulator = simulator;
    this.state = new AdminState(simulator, world);
  }

  Desk.Delivery serve(Incoming in) {
    return new Desk.Delivery(answer(in), Optional.empty());
  }

  private Answer answer(Incoming in) {
    try {
      JsonNode body = in.body().isBlank() ? Rendering.object() : JSON.readTree(in.body());
      return answer(in, body);
    } catch (JsonProcessingException | RuntimeException wrong) {
      return Answer.error(400, wrong.getClass().getSimpleName() + ": " + wrong.getMessage());
    }
  }

  private Answer answer(Incoming in, JsonNode body) {
    switch (in.method() + " " + in.path()) {
      case "GET /state" -> {
        return Answer.json(200, state.dump());
      }
      case "GET /history" -> {
        long after = Parameters.ofQuery(in).number("after").orElse(0L);
        return Answer.json(200, state.history(after));
      }
      case "POST /reset" -> simulator.reset();
      case "PUT /clock" -> clock(body);
      case "PUT /latency" -> latency(body);
      case "PUT /limits" -> limits(body);
      case "PUT /switches" -> switches(body);
      case "POST /faults" -> {
        ArmedFault armed = simulator.arm(fault(body));
        return Answer.json(201, Rendering.object().put("id", armed.id()));
      }
      case "DELETE /faults" -> simulator.disarm();
      case "POST /users" -> {
        long id = simulator.addUser(text(body, "username"), rights(body));
        return Answer.json(201, Rendering.object().put("id", id));
      }
      case "POST /tokens" -> {
        return token(body);
      }
      case "POST /groups" -> {
        return groups(body);
      }
      case "POST /images" -> simulator.addImage(text(body, "repository"));
      case "POST /pull" -> {
        boolean pulls =
            simulator.pulls(text(body, "user"), text(body, "password"), text(body, "repository"));
        return Answer.json(200, Rendering.object().put("pulls", pulls));
      }
      default -> {
        return Answer.error(404, "404 Not Found");
      }
    }
    return Answer.json(200, Rendering.object());
  }

  private void latency(JsonNode body) {
    Duration median = Duration.ofMillis(body.path("millis").asLong());
    simulator.latency(median, body.path("spread").asDouble());
  }

  private void clock(JsonNode body) {
    SimulatedClock clock = simulator.clock();
    if (body.path("frozen").isBoolean()) {
      if (body.path("frozen").asBoolean()) {
        clock.freeze();
      } else {
        clock.resume();
      }
    }
    optional(body, "now").map(Instant::parse).ifPresent(clock::set);
    optional(body, "advance").map(Duration::parse).ifPresent(clock::advance);
    optional(body, "skew").map(Duration::parse).ifPresent(clock::skewDateHeader);
  }

  private void limits(JsonNode body) {
    RateLimits limits = simulator.limits();
    if (body.has("requests")) {
      limits.throttle(body.get("requests").asInt(), duration(body, "window", "PT1M"));
    }
    if (body.has("group_lists_per_minute")) {
      limits.groupLists(body.get("group_lists_per_minute").asInt());
    }
    if (body.has("single_groups_per_minute")) {
      limits.singleGroups(body.get("single_groups_per_minute").asInt());
    }
    if (body.has("ban_after")) {
      Duration lasts = duration(body, "ban_lasts", "PT1H");
      limits.banAfter(body.get("ban_after").asInt(), duration(body, "ban_window", "PT1M"), lasts);
    }
  }

  private void switches(JsonNode body) {
    body.properties()
        .forEach(
            field -> simulator.flip(Switch.valueOf(field.getKey()), field.getValue().asBoolean()));
  }

  private static Fault fault(JsonNode body) {
    Fault fault =
        Fault.on(optional(body, "method").orElse("*"), text(body, "route"))
            .by(optional(body, "caller").orElse(""))
            .nth(body.path("nth").asInt(1))
            .times(body.path("times").asInt(1));
    if (body.path("when").asText().equals("after")) {
      fault = fault.afterCommit();
    }
    Duration wait = Duration.ofMillis(body.path("millis").asLong(1_000));
    return switch (text(body, "effect")) {
      case "reply" ->
          fault.replies(
              body.path("status").asInt(503),
              optional(body, "type").orElse(Answer.JSON),
              body.path("body").asText());
      case "html" -> fault.repliesHtml(body.path("status").asInt(503));
      case "half-json" -> fault.repliesHalfJson();
      case "redirect" -> fault.redirects(text(body, "location"));
      case "close" -> fault.closes();
      case "delay" -> fault.delays(wait);
      case "slow-body" -> fault.slowsBody(wait);
      case "stale-read" -> fault.readsStale(wait);
      default -> throw new IllegalArgumentException("unknown effect " + text(body, "effect"));
    };
  }

  /** With {@code group} a group token, else a personal one; the only place that tells a value. */
  private Answer token(JsonNode body) {
    String[] scopes = list(body, "scopes").toArray(String[]::new);
    LocalDate expiresOn =
        optional(body, "expires_at")
            .map(LocalDate::parse)
            .orElse(simulator.clock().today().plusDays(365));
    SeededToken token =
        body.has("group")
            ? simulator.addGroupToken(
                text(body, "group"),
                text(body, "name"),
                expiresOn,
                body.path("access_level").asInt(Rights.MAINTAINER),
                scopes)
            : simulator.addPersonalToken(text(body, "username"), expiresOn, scopes);
    return Answer.json(201, Rendering.object().put("id", token.id()).put("token", token.value()));
  }

  /** With {@code count} that many groups: path-1, path-2 and so on. */
  private Answer groups(JsonNode body) {
    String path = text(body, "path");
    ObjectNode made = Rendering.object();
    ArrayNode ids = made.putArray("ids");
    if (!body.has("count")) {
      ids.add(simulator.addGroup(path, text(body, "owner")));
    }
    for (int i = 1; i <= body.path("count").asInt(); i++) {
      ids.add(simulator.addGroup(path + "-" + i, text(body, "owner")));
    }
    return Answer.json(201, made);
  }

  private static Right[] rights(JsonNode body) {
    return list(body, "rights").stream()
        .map(name -> Right.valueOf(name.toUpperCase(Locale.ROOT)))
        .toArray(Right[]::new);
  }

  private static Duration duration(JsonNode body, String name, String otherwise) {
    return Duration.parse(optional(body, name).orElse(otherwise));
  }

  private static List<String> list(JsonNode body, String name) {
    return StreamSupport.stream(body.path(name).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static String text(JsonNode body, String name) {
    return optional(body, name)
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  private static Optional<String> optional(JsonNode body, String name) {
    return Optional.of(body.path(name)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }
}

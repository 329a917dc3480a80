package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says in query, form and JSON alike; {@code scopes[]} and {@code scopes} are one.
 */
final class Parameters {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  static Parameters of(Incoming in) {
    Parameters parameters = new Parameters();
    parameters.addPairs(in.query());
    String type = in.header("Content-Type").orElse("");
    if (type.startsWith(Answer.JSON)) {
      parameters.addJson(in.body());
    }
    if (type.startsWith("application/x-www-form-urlencoded")) {
      parameters.addPairs(in.body());
    }
    return parameters;
  }

  /** The query alone, for what is read before the body is looked at. */
  static Parameters ofQuery(Incoming in) {
    Parameters parameters = new Parameters();
    parameters.addPairs(in.query());
    return parameters;
  }

  Optional<String> text(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** A list that may also be written as one value with commas. */
  List<String> list(String name) {
    return all(name).stream().flatMap(value -> Arrays.stream(value.split(",", -1))).toList();
  }

  Optional<Long> number(String name) {
    return text(name)
        .filter(value -> !value.isEmpty())
        .map(
            value -> {
              if (!value.matches("-?\\d{1,18}")) {
                throw new Refusal(Answer.error(400, name + " is invalid"));
              }
              return Long.valueOf(value);
            });
  }

  /** The number, or a refusal that says what is wrong with it. */
  long requiredNumber(String name) {
    require(name);
    return number(name).orElseThrow(() -> new Refusal(Answer.error(400, name + " is invalid")));
  }

  Optional<LocalDate> date(String name) {
    Optional<String> given = text(name).filter(value -> !value.isEmpty());
    try {
      return given.map(value -> LocalDate.parse(value.substring(0, Math.min(10, value.length()))));
    } catch (DateTimeException unreadable) {
      throw new Refusal(Answer.error(400, name + " is invalid"), unreadable);
    }
  }

  /** A point in time; a mere date is its start in UTC. */
  Optional<Instant> instant(String name) {
    return text(name)
        .filter(text -> text.contains("T"))
        .map(text -> OffsetDateTime.parse(text).toInstant())
        .or(() -> date(name).map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()));
  }

  /** Refuses the request if any is missing, naming all of them at once, as GitLab does. */
  void require(String... names) {
    List<String> missing =
        Arrays.stream(names)
            .filter(name -> !values.containsKey(name))
            .map(name -> name + " is missing")
            .toList();
    if (!missing.isEmpty()) {
      throw new Refusal(Answer.error(400, String.join(", ", missing)));
    }
  }

  /** Refuses the request if the parameter is there with another value than those listed. */
  void oneOf(String name, List<String> allowed) {
    if (!allowed.containsAll(list(name))) {
      throw new Refusal(Answer.error(400, name + " does not have a valid value"));
    }
  }

  private void addPairs(String pairs) {
    for (String pair : pairs.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        add(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
  }

  private void addJson(String body) {
    if (body.isBlank()) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException broken) {
      throw new Refusal(
          Answer.error(400, "The request body is not the JSON it claims to be"), broken);
    }
    json.properties().forEach(field -> addNode(field.getKey(), field.getValue()));
  }

  private void addNode(String name, JsonNode value) {
    if (value.isArray()) {
      value.forEach(element -> add(name, element.asText()));
      return;
    }
    if (!value.isNull()) {
      add(name, value.asText());
    }
  }

  private void add(String name, String value) {
    String bare = name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
    values.computeIfAbsent(bare, unused -> new ArrayList<>()).add(value);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}

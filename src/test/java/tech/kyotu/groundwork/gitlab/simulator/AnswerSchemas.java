package tech.kyotu.groundwork.gitlab.simulator;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Which of our schemas of GitLab's contract an answer must satisfy, by its route. */
final class AnswerSchemas {
  /** What the good answer of a route is; the value of a new token is no part of its schema. */
  private enum Form {
    ONE,
    LIST,
    WITH_VALUE,
    EMPTY
  }

  private record Shape(Form form, String schema) {}

  private static final Set<String> ADDED_LATELY =
      Set.of("granular", "resource_type", "resource_id", "archived", "marked_for_deletion_on");
  private static final String GROUP = "/groups/:id";
  private static final Map<RoutePattern, Shape> SHAPES =
      Map.ofEntries(
          of("GET", "/version", Form.ONE, "version"),
          of("GET", "/metadata", Form.ONE, "metadata"),
          of("GET", "/user", Form.ONE, "user"),
          of("GET", "/personal_access_tokens/self", Form.ONE, "personal-token"),
          of("GET", "/groups", Form.LIST, "group"),
          of("POST", "/groups", Form.ONE, "group"),
          of("GET", GROUP, Form.ONE, "group"),
          of("PUT", GROUP, Form.ONE, "group"),
          of("DELETE", GROUP, Form.ONE, "accepted"),
          of("GET", GROUP + "/subgroups", Form.LIST, "group"),
          of("GET", GROUP + "/access_tokens", Form.LIST, "group-access-token"),
          of("POST", GROUP + "/access_tokens", Form.WITH_VALUE, "group-access-token"),
          of("GET", GROUP + "/access_tokens/:token_id", Form.ONE, "group-access-token"),
          of("DELETE", GROUP + "/access_tokens/:token_id", Form.EMPTY, ""),
          of(
              "POST",
              GROUP + "/access_tokens/:token_id/rotate",
              Form.WITH_VALUE,
              "group-access-token"),
          of("POST", GROUP + "/access_tokens/self/rotate", Form.WITH_VALUE, "group-access-token"),
          of("GET", GROUP + "/members", Form.LIST, "member"),
          of("POST", GROUP + "/members", Form.ONE, "member"),
          of("GET", GROUP + "/members/:user_id", Form.ONE, "member"),
          of("PUT", GROUP + "/members/:user_id", Form.ONE, "member"),
          of("DELETE", GROUP + "/members/:user_id", Form.EMPTY, ""),
          of("POST", GROUP + "/share", Form.ONE, "group"),
          of("DELETE", GROUP + "/share/:group_id", Form.EMPTY, ""),
          of("GET", GROUP + "/saml_group_links", Form.LIST, "saml-link"),
          of("POST", GROUP + "/saml_group_links", Form.ONE, "saml-link"),
          of("GET", GROUP + "/saml_group_links/:name", Form.ONE, "saml-link"),
          of("DELETE", GROUP + "/saml_group_links/:name", Form.EMPTY, ""),
          of("GET", GROUP + "/ldap_group_links", Form.LIST, "ldap-link"),
          of("POST", GROUP + "/ldap_group_links", Form.ONE, "ldap-link"),
          of("DELETE", GROUP + "/ldap_group_links", Form.EMPTY, ""),
          of("GET", GROUP + "/deploy_tokens", Form.LIST, "deploy-token"),
          of("POST", GROUP + "/deploy_tokens", Form.WITH_VALUE, "deploy-token"),
          of("GET", GROUP + "/deploy_tokens/:token_id", Form.ONE, "deploy-token"),
          of("DELETE", GROUP + "/deploy_tokens/:token_id", Form.EMPTY, ""),
          of("GET", "/jwt/auth", Form.ONE, "registry-login"),
          of("GET", "/v2", Form.ONE, "registry-answer"),
          of("GET", "/v2/*", Form.ONE, "registry-answer"),
          of("HEAD", "/v2/*", Form.EMPTY, ""));

  private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private final Set<RoutePattern> satisfied = new HashSet<>();

  private static Map.Entry<RoutePattern, Shape> of(
      String method, String path, Form form, String schema) {
    return entry(RoutePattern.of(method, path), new Shape(form, schema));
  }

  static Set<RoutePattern> routes() {
    return SHAPES.keySet();
  }

  /** The routes of which a good answer has been seen and was found to be as it must. */
  Set<RoutePattern> satisfied() {
    return satisfied;
  }

  /** What is wrong with an answer to a request; the older server may leave out what is new. */
  List<String> violations(Incoming request, Reply reply, boolean older) {
    if (reply.status() >= 400) {
      return refusal(reply);
    }
    RoutePattern route =
        SHAPES.keySet().stream()
            .filter(each -> each.matchesMethod(request.method()))
            .filter(each -> each.match(request.rawSegments()).isPresent())
            .min(Comparator.comparing(RoutePattern::openSegments))
            .orElseThrow();
    List<String> found = check(SHAPES.get(route), reply, older);
    if (found.isEmpty()) {
      satisfied.add(route);
    }
    return found;
  }

  private List<String> refusal(Reply reply) {
    boolean isJson = Answer.JSON.equals(reply.header("Content-Type")) && !reply.body().isEmpty();
    return isJson ? messages(validate("refusal", reply.json())) : List.of();
  }

  private List<String> check(Shape shape, Reply reply, boolean older) {
    return switch (shape.form()) {
      case EMPTY -> reply.body().isEmpty() ? List.of() : List.of("there is a body");
      case ONE -> validate(shape, Stream.of(reply.json()), older);
      case WITH_VALUE -> {
        ObjectNode token = (ObjectNode) reply.json();
        JsonNode value = token.remove("token");
        yield value == null || !value.isTextual()
            ? List.of("there is no value")
            : validate(shape, Stream.of(token), older);
      }
      case LIST ->
          reply.json().isArray()
              ? validate(shape, reply.json().valueStream(), older)
              : List.of("this is no list");
    };
  }

  private List<String> validate(Shape shape, Stream<JsonNode> all, boolean older) {
    return messages(
        all.flatMap(each -> validate(shape.schema(), each).stream())
            .filter(each -> !older || !ADDED_LATELY.contains(each.getProperty()))
            .collect(Collectors.toSet()));
  }

  private static List<String> messages(Set<ValidationMessage> found) {
    return found.stream().map(ValidationMessage::getMessage).toList();
  }

  /** Holds JSON against the schema of that name. */
  Set<ValidationMessage> validate(String schema, JsonNode json) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    JsonSchema read =
        schemas.getSchema(
            SchemaLocation.of("classpath:gitlab-contract/" + schema + ".json"), config);
    return read.validate(json);
  }
}

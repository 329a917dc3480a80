package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.gitlab.simulator.RegistryLogins.Login;
import tech.kyotu.groundwork.gitlab.simulator.Router.Access;

/**
 * The container registry's handshake: challenge, token service, and a pull that checks the token.
 */
final class RegistryRoutes {
  private static final String SERVICE = "container_registry";

  private final World world;
  private final RegistryLogins logins;
  private final RateLimits limits;
  private final String baseUrl;
  private final Jwt jwt = new Jwt();

  RegistryRoutes(World world, Rights rights, RateLimits limits, String baseUrl) {
    this.world = world;
    this.logins = new RegistryLogins(world, rights);
    this.limits = limits;
    this.baseUrl = baseUrl;
  }

  void register(Router router) {
    router.add("GET", "/v2", Access.OWN_RULES, this::ping);
    router.add("GET", "/jwt/auth", Access.OWN_RULES, this::login);
    router.add("GET", "/v2/*", Access.OWN_RULES, this::pull);
    router.add("HEAD", "/v2/*", Access.OWN_RULES, this::pull);
  }

  /** Would a pull with this login succeed now, counting nothing and leaving no trace? */
  boolean pulls(String user, String password, String repository) {
    return !limits.isBanned(world.now())
        && logins.find(user, password).filter(login -> login.mayPull(repository)).isPresent();
  }

  private Answer ping(Call call) {
    return claims(call).isPresent() ? Answer.json(200, Rendering.object()) : challenge("");
  }

  private Answer login(Call call) {
    if (limits.isBanned(world.now())) {
      return Answer.text(403, "Forbidden\n");
    }
    if (!call.parameters().text("service").orElse("").equals(SERVICE)) {
      return problem(404, "UNAVAILABLE", "unknown service");
    }
    Optional<String[]> given = basic(call.in());
    Optional<Login> login = given.flatMap(parts -> logins.find(parts[0], parts[1]));
    if (login.isEmpty()) {
      // Who shows no credential at all has not failed at one.
      given.ifPresent(unused -> limits.failedLogin(world.now()));
      return problem(401, "UNAUTHORIZED", "HTTP Basic: Access denied. Check user and token.");
    }
    limits.goodLogin();
    if (!login.get().hasRegistryScope()) {
      return problem(403, "DENIED", "access forbidden");
    }
    ObjectNode claims = claims(login.get(), call.parameters().all("scope"));
    ObjectNode body = Rendering.object().put("token", jwt.sign(claims));
    return Answer.json(200, body);
  }

  private ObjectNode claims(Login login, List<String> scopes) {
    long now = world.now().getEpochSecond();
    long life = world.is(Switch.LONG_REGISTRY_LOGINS) ? 900 : 300;
    ObjectNode claims = Rendering.object();
    claims.put("iss", "gitlab-issuer").put("aud", SERVICE);
    claims.put("sub", login.username());
    claims.put("iat", now).put("nbf", now - 5).put("exp", now + life);
    claims.put("jti", world.randomText(16));
    var access = claims.putArray("access");
    for (String scope : scopes) {
      // repository:<path>:<actions>; what may not be pulled is left out without a word.
      String repository = scope.replaceFirst("^repository:", "").replaceFirst(":[^:]*$", "");
      boolean wantsPull = scope.matches("repository:.+:(.*,)?pull(,.*)?");
      if (wantsPull && login.mayPull(repository)) {
        access
            .addObject()
            .put("type", "repository")
            .put("name", repository)
            .putArray("actions")
            .add("pull");
      }
    }
    return claims;
  }

  private Answer pull(Call call) {
    String repository = call.segment("*").replaceFirst("/(manifests|blobs|tags)/.*$", "");
    Optional<JsonNode> claims = claims(call);
    if (claims.isEmpty() || !grants(claims.get(), repository)) {
      return challenge(",scope=\"repository:" + repository + ":pull\"");
    }
    if (!world.images().contains(repository)) {
      return problem(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
    return Answer.json(200, Rendering.object().put("schemaVersion", 2));
  }

  private static boolean grants(JsonNode claims, String repository) {
    for (JsonNode access : claims.path("access")) {
      if (access.path("name").asText().equals(repository)) {
        return true;
      }
    }
    return false;
  }

  private Optional<JsonNode> claims(Call call) {
    return call.in()
        .header("Authorization")
        .filter(header -> header.startsWith("Bearer "))
        .flatMap(header -> jwt.verify(header.substring(7), world.now()));
  }

  private Answer challenge(String scope) {
    String bearer = "Bearer realm=\"" + baseUrl + "/jwt/auth\",service=\"" + SERVICE + "\"" + scope;
    return problem(401, "UNAUTHORIZED", "authentication required")
        .with("WWW-Authenticate", bearer)
        .with("Docker-Distribution-Api-Version", "registry/2.0");
  }

  private Answer problem(int status, String code, String text) {
    if (world.is(Switch.PLAIN_REGISTRY_ERRORS)) {
      return Answer.message(status, text);
    }
    ObjectNode body = Rendering.object();
    body.putArray("errors").addObject().put("code", code).put("message", text);
    return Answer.json(status, body);
  }

  private static Optional<String[]> basic(Incoming in) {
    return in.header("Authorization")
        .filter(header -> header.startsWith("Basic "))
        .map(header -> Base64.getDecoder().decode(header.substring(6).trim()))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split(":", 2))
        .filter(parts -> parts.length == 2 && !parts[0].isBlank());
  }
}

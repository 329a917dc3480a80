package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A simulator with the group {@code platform/shop} and some people: {@code operator} owns it and
 * may create groups, {@code keeper} is its maintainer, {@code stranger} has nothing, {@code root}
 * is administrator. It is {@link #START} and the clock stands still.
 */
final class TestPlatform implements AutoCloseable {
  static final Instant START = Instant.parse("2026-03-10T12:00:00Z");
  static final String NOBODY = "";

  private static final ObjectMapper JSON = new ObjectMapper();

  final GitLabSimulator gitlab = GitLabSimulator.start();
  final AnswerSchemas schemas = new AnswerSchemas();
  final String operator;
  final String keeper;
  final String stranger;
  final String root;
  final long shop;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** An answer as it came over HTTP. */
  record Reply(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body());
      } catch (JsonProcessingException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    String message() {
      return json().path("message").asText();
    }

    String error() {
      return json().path("error").asText();
    }
  }

  TestPlatform() {
    this(Dialect.USUAL);
  }

  TestPlatform(Dialect dialect) {
    gitlab.clock().freeze();
    gitlab.clock().set(START);
    gitlab.addUser("operator", Right.CREATE_GROUP);
    gitlab.addUser("keeper");
    gitlab.addUser("stranger");
    gitlab.addUser("root", Right.ADMINISTRATOR);
    operator = gitlab.addPersonalToken("operator", "api").value();
    keeper = gitlab.addPersonalToken("keeper", "api").value();
    stranger = gitlab.addPersonalToken("stranger", "api").value();
    root = gitlab.addPersonalToken("root", "api").value();
    shop = gitlab.addGroup("platform/shop", "operator");
    gitlab.addMember("platform/shop", "keeper", 40);
    for (Switch each : Switch.values()) {
      gitlab.flip(each, dialect == Dialect.OTHER);
    }
  }

  /** Turns these off, because the case is about what is usual. */
  void usual(Switch... switches) {
    for (Switch each : switches) {
      gitlab.flip(each, false);
    }
  }

  Reply get(String token, String path) {
    return send(request(token, path).GET());
  }

  Reply delete(String token, String path) {
    return send(request(token, path).DELETE());
  }

  /** Posts JSON; single quotes stand for double ones. */
  Reply post(String token, String path, String json) {
    return send("POST", token, path, json);
  }

  Reply put(String token, String path, String json) {
    return send("PUT", token, path, json);
  }

  private Reply send(String method, String token, String path, String json) {
    return send(json(method, token, path, json));
  }

  HttpRequest.Builder json(String method, String token, String path, String json) {
    return request(token, path)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(json.replace('\'', '"')));
  }

  Reply form(String token, String path, String form) {
    return send(
        request(token, path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  /** Asks the registry's token service; the scope may be empty. */
  Reply login(String user, String password, String scope) {
    return send(loginRequest(user, password, scope));
  }

  HttpRequest.Builder loginRequest(String user, String password, String scope) {
    String basic =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    String query = "?service=container_registry" + (scope.isEmpty() ? "" : "&scope=" + scope);
    return HttpRequest.newBuilder(URI.create(gitlab.url() + "/jwt/auth" + query))
        .header("Authorization", "Basic " + basic);
  }

  Reply pull(String jwt, String repository) {
    return send(
        HttpRequest.newBuilder(URI.create(gitlab.url() + "/v2/" + repository + "/manifests/latest"))
            .header("Authorization", "Bearer " + jwt)
            .GET());
  }

  Reply admin(String method, String path, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(gitlab.adminUrl() + path))
            .method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  HttpRequest.Builder request(String token, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gitlab.apiUrl() + path));
    return token.isEmpty() ? request : request.header("PRIVATE-TOKEN", token);
  }

  Reply send(HttpRequest.Builder request) {
    try {
      return trySend(request);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Reply trySend(HttpRequest.Builder request) throws IOException {
    HttpRequest sent = request.timeout(Duration.ofSeconds(30)).build();
    try {
      Reply reply = new Reply(http.send(sent, BodyHandlers.ofString()));
      if (sent.uri().toString().startsWith(gitlab.url()) && gitlab.armed().isEmpty()) {
        check(sent, reply);
      }
      return reply;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the simulator", stopped);
    }
  }

  /** Every answer that no fault has touched must be as its schema says. */
  private void check(HttpRequest sent, Reply reply) {
    Incoming request = new Incoming(sent.method(), sent.uri().getRawPath(), "", Map.of(), "");
    boolean older = gitlab.is(Switch.OLDER_TOKEN_FIELDS) || gitlab.is(Switch.OLDER_GROUP_FIELDS);
    assertThat(schemas.violations(request, reply, older))
        .as(sent.method() + " " + request.path())
        .isEmpty();
  }

  /** As {@link #send}, without waiting for the answer. */
  CompletableFuture<HttpResponse<String>> start(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** The path of the shop's tokens. */
  String tokens() {
    return "/groups/" + shop + "/access_tokens";
  }

  Reply createToken(String caller, String name) {
    return post(caller, tokens(), "{'name':'" + name + "','scopes':['read_registry']}");
  }

  /** The request of {@link #createToken}, not sent yet. */
  HttpRequest.Builder tokenCreation(String name) {
    return json("POST", operator, tokens(), "{'name':'" + name + "','scopes':['read_registry']}");
  }

  HistoryEntry lastEntry() {
    List<HistoryEntry> all = gitlab.history();
    return all.get(all.size() - 1);
  }

  @Override
  public void close() {
    gitlab.close();
  }
}

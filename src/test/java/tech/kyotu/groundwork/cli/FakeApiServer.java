package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.Project;

/** An API server in memory: what was put at a path is answered there, and each request is kept. */
final class FakeApiServer implements ApiServer {

  static final String PROXY =
      "/api/v1/namespaces/groundwork-system/services/groundwork:console/proxy";
  private static final String NO_SUCH =
      "{\"kind\":\"Status\",\"message\":\"%s not"
          + " found\",\"details\":{\"name\":\"x\",\"kind\":\"projects\"},\"code\":404}";

  final List<String> requests = new ArrayList<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Deque<String> events = new ArrayDeque<>();
  private final List<Project> projects = new ArrayList<>();
  private boolean unreachable;

  FakeApiServer with(Project... given) {
    for (Project project : given) {
      projects.add(project);
      answer("/apis/kyotu.tech/v1/namespaces/ops/projects/" + project.ref().name(), project);
    }
    String list =
        "{\"apiVersion\":\"kyotu.tech/v1\",\"kind\":\"ProjectList\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":%s}";
    answer("/apis/kyotu.tech/v1/projects", list.formatted(Json.line(projects)));
    answer("/apis/kyotu.tech/v1/namespaces/ops/projects", list.formatted(Json.line(projects)));
    for (Project project : given) {
      answer(
          "/apis/kyotu.tech/v1/namespaces/ops/projects?fieldSelector=metadata.name%3D"
              + project.ref().name(),
          list.formatted(Json.line(List.of(project))));
    }
    return this;
  }

  FakeApiServer answer(String path, Object body) {
    return answer(path, 200, body instanceof String text ? text : Json.line(body));
  }

  FakeApiServer answer(String path, int status, String body) {
    answers.put(path, new Answer(status, body));
    return this;
  }

  /** A change that the next watch tells of. */
  FakeApiServer then(Project changed) {
    events.add("{\"type\":\"MODIFIED\",\"object\":%s}".formatted(Json.line(changed)));
    return this;
  }

  FakeApiServer thenGone(Project gone) {
    events.add("{\"type\":\"DELETED\",\"object\":%s}".formatted(Json.line(gone)));
    return this;
  }

  FakeApiServer unreachable() {
    unreachable = true;
    return this;
  }

  private Answer at(String request, String path) {
    requests.add(request + " " + path);
    if (unreachable) {
      throw new Failure(ExitCode.UNREACHABLE, "The API server is not reachable.");
    }
    Answer known = answers.get(path);
    return known == null ? new Answer(404, NO_SUCH.formatted(path)) : known;
  }

  @Override
  public String namespace() {
    return "ops";
  }

  @Override
  public Answer get(String path, String accept) {
    return at("GET", path);
  }

  @Override
  public Answer post(String path, String contentType, String body) {
    Answer answer = at("POST", path);
    requests.add(body);
    return answer;
  }

  @Override
  public Answer patch(String path, String body) {
    Answer answer = at("PATCH", path.replaceFirst("[?].*", ""));
    requests.add(body);
    return answer;
  }

  @Override
  public Answer watch(String path, Predicate<JsonNode> isEnough, Duration atMost) {
    requests.add("WATCH " + path);
    while (!events.isEmpty()) {
      if (isEnough.test(Json.read(events.poll()))) {
        break;
      }
    }
    return new Answer(200, "");
  }

  @Override
  public void close() {
    requests.add("CLOSED");
  }
}

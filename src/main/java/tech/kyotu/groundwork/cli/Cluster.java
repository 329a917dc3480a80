package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.cli.ApiServer.Answer;

/**
 * What the verbs want of the API server, and in which words they are told why they do not get it.
 */
final class Cluster {

  static final String PROJECTS = "/apis/kyotu.tech/v1/projects";

  private static final String JSON = "application/json";
  private static final Duration BETWEEN_WATCHES = Duration.ofSeconds(1);

  private final ApiServer server;
  private final Clock clock;
  private final Pause pause;

  Cluster(ApiServer server, Clock clock, Pause pause) {
    this.server = server;
    this.clock = clock;
    this.pause = pause;
  }

  static String projectsIn(String namespace) {
    return "/apis/kyotu.tech/v1/namespaces/" + namespace + "/projects";
  }

  private static String path(ProjectRef ref) {
    return projectsIn(ref.namespace()) + "/" + ref.name();
  }

  /** The namespace of the kubeconfig's context. */
  String namespace() {
    return server.namespace();
  }

  /**
   * An answer as it comes.
   *
   * @throws Failure if none comes
   */
  Answer ask(String path) {
    return server.get(path, JSON);
  }

  /** The same without the content of the listed objects: of Secrets only names and marks travel. */
  Answer askForNames(String path) {
    return server.get(path, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  }

  /** Asks something that needs a body, of JSON. */
  Answer ask(String path, Object body) {
    return server.post(path, JSON, Json.line(body));
  }

  /**
   * What is at a path.
   *
   * @throws Failure if it is not there, or not to be read
   */
  JsonNode read(String path) {
    return json(ask(path), path);
  }

  /**
   * A Project as it is stored.
   *
   * @throws Failure if it is not there, or not to be read
   */
  JsonNode stored(ProjectRef ref) {
    Answer answer = ask(path(ref));
    if (answer.status() == 404) {
      throw absent(ref, answer);
    }
    return json(answer, path(ref));
  }

  /** A Project, whatever it holds. */
  Project project(ProjectRef ref) {
    return Json.as(stored(ref), Project.class);
  }

  private static Failure absent(ProjectRef ref, Answer answer) {
    // Where the kind itself is unknown, the server answers in plain text.
    return Json.read(answer.body()).path("details").path("name").isMissingNode()
        ? new Failure(
            ExitCode.NOT_FOUND,
            "This cluster knows no Projects. Install the CRD, then: kubectl project check.")
        : new Failure(
            ExitCode.NOT_FOUND,
            "There is no Project %s in namespace %s. Name its namespace with -n; kubectl project get -A lists all."
                .formatted(ref.name(), ref.namespace()));
  }

  /** Sets an annotation. */
  void annotate(ProjectRef ref, String key, String value) {
    edit(ref, Map.of("metadata", Map.of("annotations", Map.of(key, value))));
  }

  /** Stops or continues the work on a Project. */
  void suspend(ProjectRef ref, boolean suspended) {
    edit(ref, Map.of("spec", Map.of("suspend", suspended)));
  }

  private void edit(ProjectRef ref, Map<String, ?> change) {
    String path = path(ref) + "?fieldManager=kubectl-project";
    Answer answer = server.patch(path, Json.line(change));
    if (answer.status() == 404) {
      throw absent(ref, answer);
    }
    json(answer, path);
  }

  /**
   * Follows a Project until it is as wanted.
   *
   * @param isEnough sees the Project now and after each change; empty once it is gone
   * @return whether it came to that in time
   */
  boolean follow(ProjectRef ref, Predicate<Optional<Project>> isEnough, Duration atMost) {
    Instant end = clock.instant().plus(atMost);
    String path = projectsIn(ref.namespace()) + "?fieldSelector=metadata.name%3D" + ref.name();
    while (true) {
      JsonNode list = read(path);
      JsonNode items = list.path("items");
      Optional<Project> now =
          items.isEmpty() ? Optional.empty() : Optional.of(Json.as(items.get(0), Project.class));
      if (isEnough.test(now)) {
        return true;
      }
      boolean[] reached = {false};
      boolean goesOn =
          watch(
              path + "&watch=true&resourceVersion=" + version(list),
              event -> {
                reached[0] = isEnough.test(projectOf(event));
                return reached[0];
              },
              Duration.between(clock.instant(), end));
      if (reached[0] || !goesOn) {
        return reached[0];
      }
    }
  }

  private static Optional<Project> projectOf(JsonNode event) {
    return event.path("type").asText().equals("DELETED")
        ? Optional.empty()
        : Optional.of(Json.as(event.path("object"), Project.class));
  }

  /**
   * Shows each object of a list, then each that comes, until the time is over.
   *
   * @param path of a list, with a query
   */
  void followAll(String path, Consumer<JsonNode> show, Duration atMost) {
    Instant end = clock.instant().plus(atMost);
    JsonNode list = read(path);
    list.path("items").forEach(show);
    String version = version(list);
    boolean goesOn = true;
    while (goesOn) {
      goesOn =
          watch(
              path + "&watch=true&resourceVersion=" + version,
              event -> {
                if (!event.path("type").asText().equals("DELETED")) {
                  show.accept(event.path("object"));
                }
                return false;
              },
              Duration.between(clock.instant(), end));
      version = version(read(path));
    }
  }

  /** Whether there is time left once the watch has ended. */
  private boolean watch(String path, Predicate<JsonNode> isEnough, Duration atMost) {
    if (atMost.isNegative() || atMost.isZero()) {
      return false;
    }
    Instant end = clock.instant().plus(atMost);
    Answer answer =
        server.watch(
            path,
            // An error ends the watch: its version is too old, say, and the list is read again.
            event -> event.path("type").asText().equals("ERROR") || isEnough.test(event),
            atMost);
    if (!answer.isGood()) {
      throw refusal(answer, path);
    }
    return pause.before(end, BETWEEN_WATCHES);
  }

  private static String version(JsonNode list) {
    return list.path("metadata").path("resourceVersion").asText();
  }

  private static JsonNode json(Answer answer, String path) {
    if (!answer.isGood()) {
      throw refusal(answer, path);
    }
    JsonNode json = Json.read(answer.body());
    if (!json.isObject()) {
      throw new Failure(
          ExitCode.UNREACHABLE,
          "What answered at %s is no API server. Check the kubeconfig's server and proxy."
              .formatted(path));
    }
    return json;
  }

  /** Why an answer is no good, with the exit code. */
  static Failure refusal(Answer answer, String path) {
    JsonNode status = Json.read(answer.body());
    String said = status.path("message").asText("");
    String words = said.isEmpty() ? "status %d at %s".formatted(answer.status(), path) : said;
    return switch (answer.status()) {
      case 401 ->
          new Failure(
              ExitCode.NOT_ALLOWED,
              "The API server does not accept your login (401). Log in again, or choose another"
                  + " context with --context.");
      case 403 ->
          new Failure(
              ExitCode.NOT_ALLOWED,
              "Not allowed: %s. Ask whoever runs the cluster for %s."
                  .formatted(withoutStop(words), roleFor(status, words)));
      case 404 -> new Failure(ExitCode.NOT_FOUND, "Not found: %s.".formatted(withoutStop(words)));
      case 400, 409, 422 ->
          Failure.wrongUse("The API server refused that: %s.".formatted(withoutStop(words)));
      default ->
          new Failure(
              ExitCode.UNREACHABLE,
              "The API server did not answer as expected: %s. Try again; if it stays, look at the cluster."
                  .formatted(withoutStop(words)));
    };
  }

  private static String roleFor(JsonNode status, String words) {
    if (words.contains("impersonate")) {
      return "that right, or leave out --as";
    }
    boolean isProject = status.path("details").path("kind").asText().equals("projects");
    if (isProject) {
      return words.contains("cannot patch")
          ? "the ClusterRole project-editor"
          : "the ClusterRole project-viewer";
    }
    return words.contains("services/proxy")
        ? "the Role groundwork-reader in the operator's namespace"
        : "that right";
  }

  private static String withoutStop(String words) {
    return words.replaceFirst("[.]$", "");
  }
}

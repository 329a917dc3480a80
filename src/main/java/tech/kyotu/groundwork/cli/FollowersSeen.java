package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.cli.ApiServer.Answer;
import tech.kyotu.groundwork.view.ProjectTree;
import tech.kyotu.groundwork.view.TraceView.Part;
import tech.kyotu.groundwork.view.TraceView.State;

/** What Flux and Argo CD say now, as far as the caller may read it. */
final class FollowersSeen {

  private static final String FLUX = "flux-system";

  private final Cluster cluster;
  private final String argoNamespace;

  FollowersSeen(Cluster cluster, String argoNamespace) {
    this.cluster = cluster;
    this.argoNamespace = argoNamespace;
  }

  /** The Kustomizations that bring our files: one of the Projects, one of the rest. */
  List<Part> flux(Project project) {
    if (isNowhere(project, "flux")) {
      return List.of();
    }
    String path =
        "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/%s/kustomizations".formatted(FLUX);
    Answer answer = cluster.ask(path);
    if (!isList(answer)) {
      return unread("Flux", answer, "kustomizations", FLUX);
    }
    boolean isShared =
        project.statusOrUnseen().holdings().stream().anyMatch(it -> it.id().equals("flux-shared"));
    String wanted = isShared ? "platform" : "projects";
    return items(answer).stream()
        .filter(it -> name(it).equals(wanted))
        .map(FollowersSeen::kustomization)
        .toList();
  }

  private static Part kustomization(JsonNode object) {
    JsonNode status = object.path("status");
    JsonNode ready = condition(status);
    String applied = status.path("lastAppliedRevision").asText("");
    String truth = ready.path("status").asText("Unknown");
    State state =
        truth.equals("True") ? State.OK : truth.equals("False") ? State.FAILED : State.WAITING;
    String text =
        applied.isEmpty() ? "applied nothing yet" : "applied " + ProjectTree.brief(applied);
    return Part.leaf(
        "Flux Kustomization " + name(object),
        state,
        state == State.OK ? text : "%s; %s".formatted(text, ready.path("message").asText("")));
  }

  private static JsonNode condition(JsonNode status) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition;
      }
    }
    return status.path("conditions").path("none");
  }

  /** The Applications of the AppProject. */
  List<Part> argo(Project project) {
    @Nullable String target = project.statusOrUnseen().projectName();
    if (target == null || isNowhere(project, "deployment")) {
      return List.of();
    }
    Answer answer =
        cluster.ask(
            "/apis/argoproj.io/v1alpha1/namespaces/%s/applications".formatted(argoNamespace));
    if (!isList(answer)) {
      return unread("Argo CD", answer, "applications", argoNamespace);
    }
    return items(answer).stream()
        .filter(it -> it.path("spec").path("project").asText().equals(target))
        .map(FollowersSeen::application)
        .toList();
  }

  private static Part application(JsonNode object) {
    JsonNode status = object.path("status");
    String sync = status.path("sync").path("status").asText("Unknown");
    String health = status.path("health").path("status").asText("Unknown");
    String said = status.path("operationState").path("message").asText("");
    State state =
        switch (health) {
          case "Healthy" -> sync.equals("Synced") ? State.OK : State.WAITING;
          case "Degraded", "Missing" -> State.FAILED;
          default -> State.WAITING;
        };
    return Part.leaf(
        "Application " + name(object),
        state,
        "%s, %s%s".formatted(sync, health, state == State.OK || said.isEmpty() ? "" : ": " + said));
  }

  private static List<Part> unread(String who, Answer answer, String resource, String namespace) {
    return List.of(
        switch (answer.status()) {
          case 401, 403 ->
              Part.leaf(
                  who,
                  State.UNREAD,
                  "not readable by you: list %s in %s".formatted(resource, namespace));
          case 404 -> Part.leaf(who, State.ABSENT, "not installed in this cluster");
          default -> Part.leaf(who, State.UNREAD, "not read: status " + answer.status());
        });
  }

  /** Before the first commit there is nothing to follow. */
  private static boolean isNowhere(Project project, String repository) {
    return project.statusOrUnseen().commits().stream()
        .noneMatch(it -> it.repository().equals(repository));
  }

  /** A page of a proxy is good too, and no list. */
  private static boolean isList(Answer answer) {
    return answer.isGood() && Json.read(answer.body()).path("items").isArray();
  }

  private static List<JsonNode> items(Answer answer) {
    return StreamSupport.stream(Json.read(answer.body()).path("items").spliterator(), false)
        .toList();
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }
}

package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.cli.ApiServer.Answer;
import tech.kyotu.groundwork.view.CheckView;

/** What the caller can see of an installation with their own rights. */
final class InstallationChecks {

  private static final String CRD =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/projects.kyotu.tech";
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/";

  /** What the older operator's own objects are labelled with. */
  private static final List<String> OLDER =
      List.of("app=kyotu-project-operator", "app.kubernetes.io/name=kyotu-project-operator");

  private final Session session;
  private final Cluster cluster;
  private final String namespace;

  InstallationChecks(Session session) {
    this.session = session;
    this.cluster = session.cluster();
    this.namespace = session.flags().operatorNamespace;
  }

  List<CheckView> all() {
    List<CheckView> all = new ArrayList<>();
    all.add(definition());
    all.addAll(storedProjects());
    if (!session.isOutsideCluster()) {
      all.add(deployment());
      all.add(rightsOfTheOperator());
    }
    all.add(rightsOfTheCaller());
    all.add(olderOperator());
    return all;
  }

  private CheckView definition() {
    String what = "CRD projects.kyotu.tech";
    Answer answer = cluster.ask(CRD);
    if (answer.status() == 404) {
      return CheckView.unmet(
          what, "it is not installed. kubectl apply -f crds/projects.kyotu.tech-v1.yml.");
    }
    if (answer.status() == 403) {
      return CheckView.unread(what, "you may not get customresourcedefinitions.");
    }
    if (!answer.isGood()) {
      throw Cluster.refusal(answer, CRD);
    }
    for (JsonNode version : Json.read(answer.body()).path("spec").path("versions")) {
      if (version.path("name").asText().equals("v1")) {
        return version
                    .at("/schema/openAPIV3Schema/properties/status/default/observedGeneration")
                    .asInt()
                == -1
            ? CheckView.met(what, "v1, status default present.")
            : CheckView.unmet(
                what,
                "its status has no default, so tools take a new Project for ready. Apply the file"
                    + " of this version: crds/projects.kyotu.tech-v1.yml.");
      }
    }
    return CheckView.unmet(what, "it has no version v1. Apply crds/projects.kyotu.tech-v1.yml.");
  }

  private List<CheckView> storedProjects() {
    String what = "stored Projects";
    Answer answer = cluster.ask(Cluster.PROJECTS);
    if (answer.status() == 403) {
      return List.of(CheckView.unread(what, "you may not list projects in all namespaces."));
    }
    if (!answer.isGood()) {
      return List.of(CheckView.unmet(what, "there is no such kind in this cluster yet."));
    }
    List<CheckView> faults = new ArrayList<>();
    int count = 0;
    for (JsonNode item : Json.read(answer.body()).path("items")) {
      count++;
      Project project = Json.as(item, Project.class);
      SpecRules.faults(project.getSpec())
          .forEach(fault -> faults.add(CheckView.unmet("Project " + project.ref(), fault)));
    }
    return faults.isEmpty()
        ? List.of(CheckView.met(what, "%d, each follows the rules.".formatted(count)))
        : faults;
  }

  private CheckView deployment() {
    String what = "Deployment " + namespace + "/groundwork";
    Answer answer =
        cluster.ask("/apis/apps/v1/namespaces/%s/deployments/groundwork".formatted(namespace));
    return switch (answer.status()) {
      case 404 ->
          CheckView.unmet(
              what,
              "it is not there. Install the operator, or name its namespace with"
                  + " --operator-namespace.");
      case 403 -> CheckView.unread(what, "you may not get deployments there.");
      default -> {
        JsonNode status = Json.read(answer.body()).path("status");
        int ready = status.path("readyReplicas").asInt();
        yield ready > 0
            ? CheckView.met(what, "%d pods are ready.".formatted(ready))
            : CheckView.unmet(
                what,
                "no pod is ready. kubectl -n %s logs deployment/groundwork tells why."
                    .formatted(namespace));
      }
    };
  }

  private CheckView rightsOfTheOperator() {
    String what = "rights of the operator";
    List<String> missing = new ArrayList<>();
    for (Right right : Right.OF_THE_OPERATOR) {
      Optional<Boolean> may =
          review(
              "subjectaccessreviews",
              "SubjectAccessReview",
              Map.of(
                  "user",
                  "system:serviceaccount:%s:groundwork".formatted(namespace),
                  "groups",
                  List.of(
                      "system:serviceaccounts",
                      "system:serviceaccounts:" + namespace,
                      "system:authenticated"),
                  "resourceAttributes",
                  right.attributes()));
      if (may.isEmpty()) {
        return CheckView.unread(what, "you may not create subjectaccessreviews.");
      }
      if (!may.get()) {
        missing.add(right.toString());
      }
    }
    return missing.isEmpty()
        ? CheckView.met(what, "its account may do all of its work.")
        : CheckView.unmet(
            what,
            "its account may not %s. Apply src/main/kubernetes/clusterrole.yaml and its binding."
                .formatted(String.join(", ", missing)));
  }

  private CheckView rightsOfTheCaller() {
    List<String> missing =
        Stream.of(
                new Right("list", "kyotu.tech", "projects", "", session.namespace()),
                new Right("patch", "kyotu.tech", "projects", "", session.namespace()),
                new Right("get", "", "services/proxy", "groundwork:console", namespace),
                new Right("create", "", "services/proxy", "groundwork:console", namespace))
            .filter(it -> !mayCaller(it))
            .map(Right::toString)
            .toList();
    String what = "your rights in namespace " + session.namespace();
    if (missing.stream().anyMatch(it -> it.startsWith("list"))) {
      return CheckView.unmet(
          what, "you may not read Projects. Ask for the ClusterRole project-viewer.");
    }
    return missing.isEmpty()
        ? CheckView.met(what, "you may read and change Projects, and ask the operator.")
        : CheckView.met(
            what, "you may read Projects; not allowed: %s.".formatted(String.join(", ", missing)));
  }

  private boolean mayCaller(Right right) {
    return review(
            "selfsubjectaccessreviews",
            "SelfSubjectAccessReview",
            Map.of("resourceAttributes", right.attributes()))
        .orElse(false);
  }

  /** Whether it is allowed; empty if the caller may not ask. */
  private Optional<Boolean> review(String resource, String kind, Map<String, ?> spec) {
    Answer answer =
        cluster.ask(
            REVIEWS + resource,
            Map.of("apiVersion", "authorization.k8s.io/v1", "kind", kind, "spec", spec));
    return answer.isGood()
        ? Optional.of(Json.read(answer.body()).path("status").path("allowed").asBoolean())
        : Optional.empty();
  }

  private CheckView olderOperator() {
    String what = "older operator";
    for (String selector : OLDER) {
      Answer answer =
          cluster.ask(
              "/api/v1/pods?fieldSelector=status.phase%3DRunning&labelSelector="
                  + selector.replace("=", "%3D").replace("/", "%2F"));
      if (answer.status() == 403) {
        return CheckView.unread(what, "you may not list pods in all namespaces.");
      }
      if (!answer.isGood()) {
        return CheckView.unread(
            what, "the pods could not be listed (%d).".formatted(answer.status()));
      }
      JsonNode pod = Json.read(answer.body()).path("items").path(0).path("metadata");
      if (!pod.isMissingNode()) {
        return CheckView.unmet(
            what,
            "pod %s/%s runs, and the two would undo each other's work. Scale it to 0."
                .formatted(pod.path("namespace").asText(), pod.path("name").asText()));
      }
    }
    return CheckView.met(what, "none of its pods runs.");
  }
}

package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.testing.ProjectFixture;

/**
 * People who keep their Projects in a namespace of their own, and wait for what becomes of them.
 */
final class Team {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KubernetesClient admin;
  private final String namespace;

  /** A team whose namespace is made if it is not there. */
  Team(KubernetesClient admin, String namespace) {
    this.admin = admin;
    this.namespace = namespace;
    makeNamespace(namespace);
  }

  String namespace() {
    return namespace;
  }

  /** Makes a namespace that is nobody's, unless it is there. */
  void makeNamespace(String name) {
    var unused =
        admin
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .serverSideApply();
  }

  /** Asks for an environment; the Project bears its name. */
  void ask(String projectId, EnvironmentType environment) {
    ask(projectId + "-" + environment.word(), projectId, environment);
  }

  /** Asks for an environment by a Project of any name. */
  void ask(String name, String projectId, EnvironmentType environment) {
    ProjectSpec spec =
        ProjectFixture.aProject(projectId)
            .in(environment)
            .ownedBy(projectId + ".crew@example.com")
            .build()
            .getSpec();
    Project project = new Project();
    project.getMetadata().setName(name);
    project.getMetadata().setNamespace(namespace);
    project.setSpec(spec);
    var unused = admin.resource(project).create();
  }

  /** All Projects of the team now. */
  List<Project> projects() {
    return admin.resources(Project.class).inNamespace(namespace).list().getItems();
  }

  /** One of them, by name. */
  Project project(String name) {
    return resource(name).require();
  }

  /** Sets an annotation. */
  void annotate(String name, String key, String value) {
    var unused =
        resource(name)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
  }

  /** Asks for the deletion of one; the API server may refuse. */
  void delete(String name) {
    var unused = resource(name).delete();
  }

  void awaitReady(String name) {
    await(name + " is Ready", () -> Projects.isReady(project(name)));
  }

  /** Waits until a condition shows this reason. */
  void awaitReason(String name, String type, String reason) {
    awaitReason(name, type, reason, "");
  }

  /** The same with these words in its message. */
  void awaitReason(String name, String type, String reason, String words) {
    await(
        type + " of " + name + " says " + reason,
        () ->
            project(name).statusOrUnseen().conditions().stream()
                .filter(it -> it.getType().equals(type) && it.getReason().equals(reason))
                .anyMatch(it -> it.getMessage().contains(words)));
  }

  /** Waits until the short form of the status, as in column DONE, is this. */
  void awaitDone(String name, String done) {
    await(name + " says " + done, () -> done.equals(project(name).statusOrUnseen().summary()));
  }

  /** Asks for a full look at one, and waits until it was taken. */
  void look(String name, String request) {
    annotate(name, Project.RECONCILE_REQUESTED_AT, request);
    await(
        name + " was looked at",
        () -> request.equals(project(name).statusOrUnseen().lastHandledReconcileAt()));
  }

  void awaitGone(String name) {
    await(name + " is gone", () -> resource(name).get() == null);
  }

  /** Waits until somebody can read an event with this reason and these words, and returns it. */
  Event awaitEvent(String name, String reason, String words) {
    Callable<Optional<Event>> newest =
        () ->
            admin.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(it -> it.getRegarding().getName().equals(name))
                .filter(it -> it.getReason().equals(reason) && it.getNote().contains(words))
                .reduce((first, second) -> second);
    return Awaitility.await()
        .alias("event " + reason + " of " + name)
        .atMost(LONG)
        .pollInterval(POLL)
        .until(newest, Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for anything else. */
  void await(String what, Callable<Boolean> condition) {
    Awaitility.await().alias(what).atMost(LONG).pollInterval(POLL).until(condition);
  }

  private Resource<Project> resource(String name) {
    return admin.resources(Project.class).inNamespace(namespace).withName(name);
  }
}

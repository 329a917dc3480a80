package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ArgoCd;
import tech.kyotu.groundwork.testing.FluxControllers;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * A platform as a team has it that installed Flux, Argo CD and Groundwork by the READMEs of the two
 * repositories. The operator waits for both, as it does by default.
 */
final class Platform implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String OPERATIONS = "operations";
  private static final String ARGO = "argoproj.io/v1alpha1";

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final World world;

  private Platform(World world) {
    this.world = world;
    closing.push(world::close);
  }

  /** Starts everything; logs go to this folder below {@code target}. */
  static Platform start(String folder) {
    Platform platform = new Platform(World.start(Wishes.in(folder)));
    try {
      platform.install(
          ServerBinary.projectRoot().resolve("target").resolve(folder).resolve("logs"));
      return platform;
    } catch (RuntimeException | AssertionError e) {
      platform.close();
      throw e;
    }
  }

  private void install(Path logs) {
    leaveOutWhatCannotRun();
    namespace("vault");
    namespace(OPERATIONS);
    ArgoCd argo = ArgoCd.start(world.cluster(), logs);
    closing.push(argo::close);
    argo.admit(world.deployment(), world.git());
    FluxControllers flux = FluxControllers.start(world.cluster(), logs);
    closing.push(flux::close);
    flux.bootstrap(world.flux(), world.git());
    applyRoot();
    OperatorProcess operator =
        world.startOperator(
            Map.of("groundwork.flux.follow", "true", "groundwork.argo.follow", "true"));
    closing.push(operator::close);
  }

  KubernetesClient admin() {
    return world.cluster().adminClient();
  }

  HostedRepository flux() {
    return world.flux();
  }

  HostedRepository deployment() {
    return world.deployment();
  }

  /** What is waited for here passes by itself, but takes several looks of several programs. */
  static ConditionFactory soon() {
    return await().atMost(SOON).pollInterval(Duration.ofMillis(250));
  }

  static ProjectFixture team(String projectId, EnvironmentType environment) {
    return aProject(projectId).in(environment).ownedBy(projectId + ".crew@example.com");
  }

  /** Operations ask for a Project, and it becomes Ready. */
  void create(ProjectFixture fixture) {
    Project project = fixture.inNamespace(OPERATIONS).build();
    // These are the API server's to give.
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    String name = admin().resource(project).create().getMetadata().getName();
    soon().untilAsserted(() -> assertThat(ready(name)).startsWith("True "));
  }

  /** Operations delete a Project; returns at once. */
  void delete(String name) {
    var unused = project(name).delete();
  }

  void awaitGone(String name) {
    awaitGone(name, SOON);
  }

  void awaitGone(String name, Duration bound) {
    soon()
        .atMost(bound)
        .until(() -> project(name).get() == null ? "" : conditions(name), ""::equals);
  }

  /** Value, reason and message of the Project's condition Ready. */
  String ready(String name) {
    return conditions(name).lines().findFirst().orElse("").replaceFirst("^Ready ", "");
  }

  /** All conditions of a Project, one a line. */
  String conditions(String name) {
    Project found = project(name).get();
    return found == null
        ? "no Project"
        : found.statusOrUnseen().conditions().stream().map(Platform::words).collect(joining("\n"));
  }

  /** The developers push files of an application. */
  void push(String name, String application, String manifest) {
    String path = "manifests/%s/%s/all.yaml".formatted(name, application);
    var unused = deployment().commit("Deploy " + application, Map.of(path, manifest));
  }

  /** One Argo CD object, or one field of it by path; empty if it, or the field, is not there. */
  String argo(String kind, String name, String... path) {
    GenericKubernetesResource found =
        admin().genericKubernetesResources(ARGO, kind).inNamespace("argocd").withName(name).get();
    return found == null ? "" : text(found, path);
  }

  /** The names of all Argo CD objects of a kind. */
  List<String> argoNames(String kind) {
    return admin()
        .genericKubernetesResources(ARGO, kind)
        .inNamespace("argocd")
        .list()
        .getItems()
        .stream()
        .map(it -> it.getMetadata().getName())
        .toList();
  }

  /** A field of one of Flux's Kustomizations; empty if it is not there. */
  String kustomization(String name, String... path) {
    GenericKubernetesResource found =
        admin()
            .genericKubernetesResources("kustomize.toolkit.fluxcd.io/v1", "Kustomization")
            .inNamespace("flux-system")
            .withName(name)
            .get();
    return found == null ? "" : text(found, path);
  }

  /** The commit that a Kustomization applied last. */
  String applied(String kustomization) {
    return kustomization(kustomization, "status", "lastAppliedRevision").replaceFirst(".*:", "");
  }

  /** Whether a Kustomization calls itself ready. */
  boolean isContent(String kustomization) {
    return kustomization(kustomization, "status", "conditions").contains("ReconciliationSucceeded");
  }

  /** Somebody deploys a folder by an Application of his own, past the ApplicationSet. */
  void deployByHand(String name, String folder, String application) {
    String text =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: %s
          namespace: argocd
        spec:
          project: %s
          source:
            repoURL: %s
            targetRevision: main
            path: manifests/%s/%s
          destination:
            server: https://kubernetes.default.svc
            namespace: %s
        """
            .formatted(application, name, deployment().url(), name, folder, name);
    var unused = admin().load(new ByteArrayInputStream(text.getBytes(UTF_8))).create();
  }

  void removeByHand(String application) {
    var unused =
        admin()
            .genericKubernetesResources(ARGO, "Application")
            .inNamespace("argocd")
            .withName(application)
            .delete();
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }

  /** No kubelet runs, so the Deployment would never be ready; Flux's notifier is not there. */
  private void leaveOutWhatCannotRun() {
    Map<String, String> files = flux().files();
    String install = "namespaces/groundwork-system/install.yaml";
    String index = "clusters/main/kustomization.yaml";
    String installed =
        Arrays.stream(files.get(install).split("(?m)^---$"))
            .filter(object -> !object.contains("\nkind: Deployment\n"))
            .collect(joining("---"));
    assertThat(installed).isNotEqualTo(files.get(install));
    var unused =
        flux()
            .commit(
                "Leave out what cannot run here",
                Map.of(
                    install,
                    installed,
                    index,
                    files.get(index).replace("  - notifications.yaml\n", "")),
                "clusters/main/notifications.yaml");
  }

  /** As the README of the deployment repository says: the address, then {@code kubectl apply}. */
  private void applyRoot() {
    for (String file : List.of("root/platform-appproject.yaml", "root/root-application.yaml")) {
      String text =
          deployment()
              .files()
              .get(file)
              .replaceAll("https://git[.]example[.]com/\\S+", deployment().url());
      var unused = deployment().commit("Name our address", Map.of(file, text));
      var applied = admin().load(new ByteArrayInputStream(text.getBytes(UTF_8))).serverSideApply();
      assertThat(applied).hasSize(1);
    }
  }

  private void namespace(String name) {
    var unused =
        admin()
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .serverSideApply();
  }

  private Resource<Project> project(String name) {
    return admin().resources(Project.class).inNamespace(OPERATIONS).withName(name);
  }

  private static String words(Condition it) {
    return String.join(" ", it.getType(), it.getStatus(), it.getReason(), it.getMessage());
  }

  private static String text(GenericKubernetesResource object, String... path) {
    Object value = object.get((Object[]) path);
    return value == null ? "" : value.toString();
  }
}

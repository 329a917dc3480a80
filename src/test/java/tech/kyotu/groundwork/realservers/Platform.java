package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.Follower;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.FollowerObjects;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ProjectFixture;

/**
 * A platform as a team has it that installed Flux, Argo CD and Groundwork by the READMEs of the two
 * repositories. The operator waits for both, as it does by default.
 */
final class Platform implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String OPERATIONS = "operations";

  private final World world;
  private final FollowerObjects followers;
  private OperatorProcess operator;

  private Platform(World world, Map<String, String> settings) {
    this.world = world;
    followers = new FollowerObjects(admin());
    var unused =
        admin()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(OPERATIONS).endMetadata().build())
            .serverSideApply();
    operator = world.startOperator(settings);
  }

  /** Starts everything; logs go to this folder below {@code target}. */
  static Platform start(String folder) {
    return start(folder, Map.of());
  }

  /** The same with an operator of these settings, by full name. */
  static Platform start(String folder, Map<String, String> settings) {
    World world = World.start(Wishes.in(folder).withFollowers(Follower.values()));
    try {
      return new Platform(world, settings);
    } catch (RuntimeException e) {
      world.close();
      throw e;
    }
  }

  /** The operator dies, as on a lost machine. */
  void killOperator() {
    operator.kill9();
  }

  /** The operator that died is started again. */
  void startOperator() {
    operator.restart();
  }

  /** The operator ends, and another one with these settings takes its place. */
  void replaceOperator(Map<String, String> settings) {
    operator.close();
    operator = world.startOperator(settings);
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
    ask(fixture);
    String name = asked(fixture).getMetadata().getName();
    soon().untilAsserted(() -> assertThat(ready(name)).startsWith("True "));
  }

  private static Project asked(ProjectFixture fixture) {
    Project project = fixture.inNamespace(OPERATIONS).build();
    // These are the API server's to give.
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    return project;
  }

  /** Operations ask for a Project that shall not become Ready; returns at once. */
  void ask(ProjectFixture fixture) {
    var unused = admin().resource(asked(fixture)).create();
  }

  /** Operations give a Project to another group. */
  void giveTo(String name, String googleGroup) {
    var unused =
        project(name)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\":{\"googleGroup\":\"%s\"}}".formatted(googleGroup));
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

  /** See {@link FollowerObjects#argo}. */
  String argo(String kind, String name, String... path) {
    return followers.argo(kind, name, path);
  }

  /** See {@link FollowerObjects#argoNames}. */
  List<String> argoNames(String kind) {
    return followers.argoNames(kind);
  }

  /** See {@link FollowerObjects#kustomization}. */
  String kustomization(String name, String... path) {
    return followers.kustomization(name, path);
  }

  /** See {@link FollowerObjects#applied}. */
  String applied(String kustomization) {
    return followers.applied(kustomization);
  }

  /** Whether a Kustomization calls itself ready. */
  boolean isContent(String kustomization) {
    return kustomization(kustomization, "status", "conditions").contains("ReconciliationSucceeded");
  }

  /** Somebody deploys a folder by an Application of his own, past the ApplicationSet. */
  void deployByHand(String name, String folder, String application) {
    deployByHand(name, folder, application, "server: https://kubernetes.default.svc");
  }

  /** The same to a cluster that is told in YAML, by {@code server} or {@code name}. */
  void deployByHand(String name, String folder, String application, String cluster) {
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
            %s
            namespace: %s
        """
            .formatted(application, name, deployment().url(), name, folder, cluster, name);
    var unused = admin().load(new ByteArrayInputStream(text.getBytes(UTF_8))).create();
  }

  /** Somebody presses the button that brings an Application up to date, once. */
  void sync(String application) {
    var unused =
        applicationMadeByHand(application)
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"operation\":{\"sync\":{}}}");
  }

  void removeByHand(String application) {
    var unused = applicationMadeByHand(application).delete();
  }

  /**
   * Makes a second cluster known to Argo CD, with all rights there. It is the same one at another
   * address, so nothing but the AppProject is in the way.
   *
   * @return its address
   */
  String registerCluster(String name) {
    String url = world.cluster().url();
    String authorities =
        Base64.getEncoder().encodeToString(world.cluster().caCertificate().getBytes(UTF_8));
    String token = world.cluster().apiTokenFor("argocd", "argocd-application-controller");
    var unused =
        admin()
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName("cluster-" + name)
                    .withNamespace("argocd")
                    .addToLabels("argocd.argoproj.io/secret-type", "cluster")
                    .endMetadata()
                    .addToStringData("name", name)
                    .addToStringData("server", url)
                    .addToStringData(
                        "config",
                        "{\"bearerToken\":\"%s\",\"tlsClientConfig\":{\"caData\":\"%s\"}}"
                            .formatted(token, authorities))
                    .build())
            .create();
    return url;
  }

  /** What is not in the spec or the status of an Application that is there. */
  ObjectMeta metadataOf(String application) {
    return followers
        .argoKind("Application")
        .inNamespace("argocd")
        .withName(application)
        .require()
        .getMetadata();
  }

  private Resource<GenericKubernetesResource> applicationMadeByHand(String name) {
    return followers.argoKind("Application").inNamespace("argocd").withName(name);
  }

  @Override
  public void close() {
    operator.close();
    world.close();
  }

  private Resource<Project> project(String name) {
    return admin().resources(Project.class).inNamespace(OPERATIONS).withName(name);
  }

  private static String words(Condition it) {
    return String.join(" ", it.getType(), it.getStatus(), it.getReason(), it.getMessage());
  }
}

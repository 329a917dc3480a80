package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.realservers.Platform.soon;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.ArgoCd;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FluxControllers;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.FollowerObjects;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ServedKind;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * How real Flux and real Argo CD read a Project that they have applied. There is no operator: its
 * statuses are those of the situations, in the order of the test.
 */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusReadersIT {
  private static final Path PACK = Path.of("integrations/argocd/kyotu.tech/Project");
  private static final Path CONFIG_MAP = Path.of("integrations/argocd/argocd-cm.yaml");
  private static final Path EXPRESSIONS = Path.of("integrations/flux/health-check-exprs.yaml");
  private static final String OPERATIONS = "operations";

  private ControlPlane cluster;
  private GitServer git;
  private HostedRepository repository;
  private FluxControllers flux;
  private ArgoCd argo;
  private FollowerObjects followers;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    cluster = ControlPlane.setup().start();
    followers = new FollowerObjects(admin());
    var unused =
        admin()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(OPERATIONS).endMetadata().build())
            .create();
    serveProjects();
    git = GitServer.start(folder);
    repository = git.create("platform", Map.of("clusters/main/README.md", "Kustomizations."));
    flux = FluxControllers.start(cluster, Path.of("target/status-readers/flux"));
    flux.bootstrap(repository, git);
  }

  @AfterAll
  void end() {
    for (AutoCloseable each : new AutoCloseable[] {argo, flux, git, cluster}) {
      if (each != null) { // where a server is missing, nothing was started
        close(each);
      }
    }
  }

  @Test
  void fluxWaitsWhileAProjectIsWorkedOnAndPassesOnceItIsReady() {
    follow("patient", project("patient", "Apply"), "");
    awaitHealthChecks("patient");
    shows("patient", "02-first-sight");
    staysUnderWay("patient");
    shows("patient", "04-all-in-place");
    soon().untilAsserted(() -> assertThat(ready("patient")).contains("ReconciliationSucceeded"));
  }

  @Test
  void fluxFailsAtOnceOnAProjectThatWaitsForAPerson() {
    follow("taken", project("taken", "Apply"), "");
    awaitHealthChecks("taken");
    shows("taken", "07-name-taken");
    soon()
        .untilAsserted(
            () ->
                assertThat(ready("taken"))
                    .contains("HealthCheckFailed", "failed early", "Project/operations/taken"));
    assertThat(followers.applied("taken")).isEmpty();
  }

  @Test
  void fluxWaitsForeverOnAPlanButForOurExpressions() throws IOException {
    follow("planned", project("planned", "Plan"), "");
    follow("expected", project("expected", "Plan"), Files.readString(EXPRESSIONS, UTF_8));
    awaitHealthChecks("planned");
    awaitHealthChecks("expected");
    shows("planned", "27-being-planned");
    shows("expected", "27-being-planned");
    staysUnderWay("expected");
    shows("planned", "21-planned");
    shows("expected", "21-planned");
    soon().untilAsserted(() -> assertThat(ready("expected")).contains("ReconciliationSucceeded"));
    staysUnderWay("planned");

    follow("refused", project("refused", "Plan"), Files.readString(EXPRESSIONS, UTF_8));
    awaitHealthChecks("refused");
    shows("refused", "16-vault-refuses-a-policy");
    soon()
        .untilAsserted(
            () -> assertThat(ready("refused")).contains("HealthCheckFailed", "failed early"));
  }

  @Test
  void argoCdShowsEachStateInTheWordsOfReady() throws IOException {
    argo = ArgoCd.start(cluster, Path.of("target/status-readers/argocd"));
    argo.admit(repository, git);
    String install = Files.readString(CONFIG_MAP, UTF_8);
    apply(install);
    apply(application());
    commit("argo/project.yaml", project("shown", "Apply"));

    awaitHealth("Progressing", "Waiting for the Groundwork operator.");
    shows("shown", "02-first-sight");
    awaitHealth("Progressing", messageOf("02-first-sight"));
    shows("shown", "07-name-taken");
    awaitHealth("Degraded", messageOf("07-name-taken"));
    shows("shown", "04-all-in-place");
    awaitHealth("Healthy", messageOf("04-all-in-place"));

    commit("argo/project.yaml", project("shown", "Apply") + "  suspend: true\n");
    soon().untilAsserted(() -> assertThat(resource("shown").get().isSuspended()).isTrue());
    awaitHealth("Progressing", "Waiting for the Groundwork operator.");
    shows("shown", "29-suspended-in-place");
    awaitHealth("Suspended", messageOf("29-suspended-in-place"));

    var unused = resource("shown").delete();
    awaitHealth("Progressing", "Pending deletion");
  }

  /** Flux follows a folder, in which there is one Project, and waits for all of it. */
  private void follow(String name, String project, String more) {
    String kustomization =
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata:
          name: %1$s
          namespace: flux-system
        spec:
          path: ./%1$s
          interval: 10m
          timeout: 9m
          prune: true
          wait: true
          sourceRef:
            kind: GitRepository
            name: flux-system
        """
            .formatted(name);
    var unused =
        repository.commit(
            "Follow " + name,
            Map.of(
                "clusters/main/" + name + ".yaml",
                kustomization + more.indent(2),
                name + "/project.yaml",
                project));
  }

  private static String project(String name, String mode) {
    return """
    apiVersion: kyotu.tech/v1
    kind: Project
    metadata:
      name: %1$s
      namespace: operations
      finalizers: [project.kyotu.tech/finalizer]
    spec:
      projectId: %1$s
      environmentType: dev
      googleGroup: crew@example.com
      mode: %2$s
    """
        .formatted(name, mode);
  }

  private String application() {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata:
      name: operations
      namespace: argocd
    spec:
      sourceRepos: ['*']
      destinations: [{server: '*', namespace: '*'}]
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      name: operations
      namespace: argocd
    spec:
      project: operations
      source: {repoURL: '%s', targetRevision: main, path: argo}
      destination: {server: 'https://kubernetes.default.svc', namespace: operations}
      syncPolicy: {automated: {}}
    """
        .formatted(repository.url());
  }

  private void commit(String path, String text) {
    var unused = repository.commit("Change " + path, Map.of(path, text));
  }

  /** The operator's part: a Project shows the status of a situation. */
  private void shows(String name, String situation) {
    soon().until(() -> resource(name).get() != null);
    Project live = resource(name).get();
    live.setStatus(situation(situation).getStatus());
    assertThat(live.getStatus().observedGeneration()).isEqualTo(live.generation());
    var unused = admin().resource(live).updateStatus();
  }

  private static Project situation(String name) {
    try {
      Path file = PACK.resolve("testdata").resolve(name + ".yaml");
      return Serialization.unmarshal(Files.readString(file, UTF_8), Project.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String messageOf(String situation) {
    return situation(situation).getStatus().conditions().get(0).getMessage();
  }

  private Resource<Project> resource(String name) {
    return admin().resources(Project.class).inNamespace(OPERATIONS).withName(name);
  }

  private String ready(String kustomization) {
    return followers.kustomization(kustomization, "status", "conditions");
  }

  private void awaitHealthChecks(String kustomization) {
    soon()
        .untilAsserted(
            () -> assertThat(ready(kustomization)).contains("Running health checks for revision"));
  }

  /** For longer than Flux needs for a look, which is five seconds. */
  private void staysUnderWay(String kustomization) {
    await()
        .during(Duration.ofSeconds(8))
        .atMost(Duration.ofSeconds(30))
        .until(() -> ready(kustomization).contains("Running health checks for revision"));
  }

  private void awaitHealth(String status, String message) {
    soon()
        .untilAsserted(
            () -> {
              assertThat(followers.argo("Application", "operations", "status", "resources"))
                  .contains("status=" + status, "message=" + message);
              assertThat(followers.argo("Application", "operations", "status", "health", "status"))
                  .isEqualTo(status);
            });
  }

  private void apply(String objects) {
    var unused =
        admin()
            .load(new ByteArrayInputStream(objects.getBytes(UTF_8)))
            .forceConflicts()
            .serverSideApply();
  }

  private void serveProjects() throws IOException {
    String text = Files.readString(Path.of("crds/projects.kyotu.tech-v1.yml"), UTF_8);
    apply(text);
    var unused =
        admin()
            .resources(CustomResourceDefinition.class)
            .withName("projects.kyotu.tech")
            .waitUntilCondition(new ServedKind(), 1, TimeUnit.MINUTES);
  }

  private KubernetesClient admin() {
    return cluster.adminClient();
  }

  private static void close(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

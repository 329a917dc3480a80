package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.bench.Counts;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.view.AccessView;
import tech.kyotu.groundwork.view.CheckView;
import tech.kyotu.groundwork.view.InstallationView;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;
import tech.kyotu.groundwork.view.PublishedSchemas;

/**
 * Plans that the packaged operator answers over HTTP, counted by the servers: it writes nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private World world;
  private Installation at;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world = World.start(Wishes.in("answers-it").withAuditLog());
    // No look of its own brings the operator to a Project here, so nothing else is counted.
    at =
        Installation.in(
            world,
            Map.of(
                "groundwork.retry.regular-look",
                "PT12H",
                "groundwork.gitlab.check-interval",
                "PT12H",
                "groundwork.vault.sweep-interval",
                "PT12H"));
    at.settle("shop");
  }

  @AfterAll
  void stop() {
    try {
      at.close();
    } finally {
      world.close();
    }
  }

  @Test
  void aNewProjectIsPlannedInAllSixSystemsWithItsFiles() {
    PlanView plan = planned(manifest(dev("billing")));
    OfProject billing = plan.projects().get(0);
    assertThat(billing.isNew()).isTrue();
    assertThat(billing.hasChanges()).isTrue();
    assertThat(billing.isIncomplete()).isFalse();
    assertThat(billing.steps()).extracting(OfStep::state).containsOnly("PLANNED");
    assertThat(lines(billing))
        .contains(
            "CREATE Namespace billing-dev",
            "CREATE GitLab group platform/billing",
            "CREATE Pull token in GitLab group platform/billing",
            "CREATE Vault role project-billing-dev",
            "CREATE projects/billing-dev/tenant.yaml",
            "CREATE applications/billing-dev.yaml");
    assertThat(diffOf(billing, "projects/billing-dev/tenant.yaml"))
        .contains("--- /dev/null", "+++ b/projects/billing-dev/tenant.yaml", "+kind: RoleBinding")
        .contains("billing.crew@example.com");
  }

  @Test
  void whatIsInPlaceHasNoPlanAndAnEditedManifestOnlyItsEdit() {
    assertThat(planned(manifest(dev("shop"))).projects().get(0).hasChanges()).isFalse();
    OfProject moved =
        planned(manifest(dev("shop").ownedBy("next.crew@example.com"))).projects().get(0);
    assertThat(moved.isNew()).isFalse();
    assertThat(lines(moved))
        .containsExactly(
            "CREATE Vault group groundwork-next.crew@example.com",
            "UPDATE Vault group project-shop-dev",
            "DELETE Vault group groundwork-shop.crew@example.com",
            "UPDATE Vault group project-shop-dev",
            "UPDATE projects/shop-dev/tenant.yaml",
            "UPDATE applications/shop-dev.yaml");
    assertThat(diffOf(moved, "projects/shop-dev/tenant.yaml").lines())
        .filteredOn(line -> line.matches("[+-][^+-].*"))
        .allMatch(line -> line.contains("crew@example.com"));
  }

  @Test
  void theDeletionIsPlannedToItsEnd() {
    OfProject gone =
        answer(get("/api/v1/projects/teams/shop-dev/plan?deletion=true")).projects().get(0);
    assertThat(gone.deletion()).isTrue();
    assertThat(lines(gone))
        .contains(
            "UPDATE applications/shop-dev.yaml",
            "DELETE applications/shop-dev.yaml",
            "DELETE projects/shop-dev/tenant.yaml",
            "DELETE Secret shop-dev/gitlab-registry-image-pull-secret",
            "RETAIN Secrets in secret/shop-dev",
            "RETAIN GitLab group platform/shop",
            "DELETE Namespace shop-dev");
    assertThat(at.project("shop").isBeingDeleted()).isFalse();
  }

  @Test
  void aProjectsOwnPlanIsEmptyWhereAllIsInPlace() {
    assertThat(answer(get("/api/v1/projects/teams/shop-dev/plan")).projects())
        .singleElement()
        .satisfies(plan -> assertThat(plan.hasChanges()).isFalse());
  }

  @Test
  void fiftyPlansWriteNothingAnywhere() {
    String manifests =
        IntStream.range(0, 50)
            .mapToObj(index -> manifest(dev("team" + index)))
            .collect(Collectors.joining("---\n"));
    Counts.Mark mark = new Counts.Mark(world);
    long start = System.nanoTime();
    PlanView plan = planned(manifests);
    System.out.printf(
        "50 manifests planned in %d ms%n", Duration.ofNanos(System.nanoTime() - start).toMillis());
    assertThat(plan.projects()).hasSize(50).allMatch(OfProject::hasChanges);
    Counts counts = mark.counts();
    assertThat(counts.kubernetesWrites()).as("writes to the API server").isZero();
    assertThat(counts.gitlabWrites()).as("writes to GitLab").isZero();
    assertThat(counts.vaultWrites()).as("writes to Vault").isZero();
    assertThat(counts.pushes()).as("pushes").isZero();
  }

  @Test
  void twoEnvironmentsOfOnePlanShareWhatTheFirstMakes() {
    PlanView plan =
        planned(
            manifest(dev("atlas"))
                + "---\n"
                + manifest(dev("atlas").in(EnvironmentType.QA).named("atlas-qa")));
    assertThat(lines(plan.projects().get(0))).contains("CREATE GitLab group platform/atlas");
    assertThat(lines(plan.projects().get(1))).contains("ADOPT GitLab group platform/atlas");
  }

  @Test
  void accessIsReadFromWhereItIsGiven() throws IOException {
    AccessView access =
        json.readValue(get("/api/v1/projects/teams/shop-dev/access").body(), AccessView.class);
    assertThat(access.unread()).isEmpty();
    assertThat(access.grants())
        .extracting(it -> it.who() + " | " + it.where() + " | " + it.may())
        .containsExactly(
            "shop.crew@example.com | Kubernetes | edit in namespace shop-dev",
            "shop.crew@example.com | Argo CD | get, restart Deployment, sync applications; get logs"
                + " on shop-dev/*",
            "shop.crew@example.com | Vault | create, read, update, patch, delete"
                + " secret/data/shop-dev/*",
            "pods of shop-dev | Vault | read secret/data/shop-dev/*",
            "kubelets | Registry | pull images of platform/shop");
    assertThat(access.grants().get(0).grantedBy())
        .isEqualTo(
            "flux@%s projects/shop-dev/tenant.yaml".formatted(world.flux().tip().substring(0, 7)));
    assertThat(get("/api/v1/access?group=shop.crew@example.com").body())
        .contains("edit in namespace shop-dev")
        .doesNotContain("kubelets");
    assertThat(get("/api/v1/access?group=Nobody").statusCode()).isEqualTo(400);
  }

  @Test
  void eachSystemIsChecked() throws IOException {
    List<CheckView> checks =
        json.readValue(get("/api/v1/check").body(), InstallationView.class).checks();
    assertThat(checks)
        .extracting(CheckView::what)
        .contains("GitLab", "Vault", "Flux repository", "deployment repository");
    assertThat(checks)
        .filteredOn(check -> !check.what().equals("Flux") && !check.what().equals("Argo CD"))
        .allMatch(CheckView::ok);
  }

  @Test
  void whatCannotBePlannedIsSaidInASentence() {
    HttpResponse<String> nothing = post("kind: ConfigMap\napiVersion: v1\n");
    assertThat(nothing.statusCode()).isEqualTo(400);
    assertThat(nothing.body()).contains("There is no Project in it.");
    assertThat(post("a: b: c").statusCode()).isEqualTo(400);
    assertThat(post("#".repeat(2 << 20)).statusCode()).isEqualTo(413);
    HttpResponse<String> absent = get("/api/v1/projects/teams/nobody/plan");
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(absent.body()).contains("There is no Project teams/nobody.");
    OfProject invalid =
        planned(
                manifest(dev("shop").named("x"))
                    .replace("projectId: \"shop\"", "projectId: \"Shop\""))
            .projects()
            .get(0);
    assertThat(invalid.guard()).contains("projectId").contains("nothing was changed");
  }

  private static String manifest(ProjectFixture fixture) {
    var project = fixture.inNamespace("teams").build();
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    project.setStatus(null);
    return Serialization.asYaml(project);
  }

  private static List<String> lines(OfProject project) {
    return project.steps().stream()
        .flatMap(step -> step.changes().stream())
        .map(change -> change.verb() + " " + change.subject())
        .toList();
  }

  private static String diffOf(OfProject project, String path) {
    return project.steps().stream()
        .flatMap(step -> step.changes().stream())
        .map(OfChange::files)
        .flatMap(List::stream)
        .filter(file -> file.path().equals(path))
        .map(PlanView.OfFile::diff)
        .findFirst()
        .orElseThrow();
  }

  private PlanView planned(String manifests) {
    return answer(post(manifests));
  }

  private PlanView answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    try {
      return json.readValue(response.body(), PlanView.class);
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private HttpResponse<String> post(String body) {
    return published(
        send(request("/api/v1/plan").POST(HttpRequest.BodyPublishers.ofString(body)).build()));
  }

  private HttpResponse<String> get(String path) {
    return published(send(request(path).GET().build()));
  }

  private static HttpResponse<String> published(HttpResponse<String> response) {
    if (response.statusCode() == 200) {
      assertThat(PublishedSchemas.faults(response.body())).as(response.body()).isEmpty();
    }
    return response;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(world.consoleUrl() + path))
        .timeout(Duration.ofMinutes(1));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}

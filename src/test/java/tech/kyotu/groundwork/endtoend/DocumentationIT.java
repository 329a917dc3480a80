package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.cli.InProcess;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.KubectlBinary;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.view.OrphansView;
import tech.kyotu.groundwork.view.PublishedSchemas;

/** The commands of the pages for ops, developers and security, on the packaged operator. */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentationIT {

  private static final String OPERATIONS = "operations";
  private static final String NAME = "shop-dev";
  private static final String MANIFEST =
      """
      apiVersion: kyotu.tech/v1
      kind: Project
      metadata:
        name: %1$s-dev
        namespace: operations
      spec:
        projectId: %1$s
        environmentType: dev
        googleGroup: %1$s.crew@example.com
        adoption: %2$s
      """;

  private Path folder;
  private World world;
  private Installation at;
  private InProcess commandLine;
  private DocumentedCommands reader;

  @BeforeAll
  void start(@TempDir Path work) throws IOException {
    folder = work;
    ServerBinary.require(ServerBinary.values());
    KubectlBinary.require();
    world = World.start(Wishes.in("documentation-it").withAuditLog());
    at = Installation.in(world, Map.of("groundwork.deletion.brake", "2"));
    makeNamespace(OPERATIONS);
    Path kubeconfig = world.cluster().kubeconfig(folder.resolve("kubeconfig"));
    commandLine = new InProcess(kubeconfig, world.consoleUrl(), Clock.systemUTC());
    reader = new DocumentedCommands(commandLine, kubeconfig, folder);
    for (String part : List.of("crds", "src")) {
      Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
    }
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
  void eachMarkIsFollowedByABlock() throws IOException {
    try (Stream<Path> pages = Files.walk(Path.of("docs"))) {
      assertThat(pages.filter(page -> page.toString().endsWith(".md")))
          .allSatisfy(
              page ->
                  assertThat(DocumentedCommands.count(page))
                      .as(page.toString())
                      .isEqualTo(DocumentedCommands.marks(page)));
    }
  }

  /** In the order in which a Project meets them. */
  @Test
  void thePagesWorkAsTheyStand() throws IOException {
    adopt();
    reader.run("ops/write-a-project.md");
    reader.run("ops/read-a-plan.md");
    Path projects = Files.createDirectories(folder.resolve("projects"));
    Files.copy(folder.resolve("shop-dev.yaml"), projects.resolve("shop-dev.yaml"));
    Files.writeString(projects.resolve("billing.yaml"), MANIFEST.formatted("billing", "IfUnowned"));
    assertThat(reader.run("ops/review-a-merge-request.md")).contains("billing-dev");
    rotate();
    reader.run("ops/suspend-a-project.md");
    awaitReady(NAME);
    reader.run("developers/it-is-not-ready.md");
    reader.run("developers/your-namespace.md");
    assertThat(reader.run("security/access.md")).contains("edit in namespace shop-dev");
    assertThat(reader.run("security/audit-trail.md")).contains("TokenRotated");
    delete();
    reader.run("ops/upgrade.md");
  }

  private void adopt() {
    makeNamespace(NAME);
    world.gitlab().addGroup(World.PARENT_GROUP + "/shop", "groundwork");
    create("shop", "Never");
    awaitReason(NAME, "AdoptionForbidden");
    reader.run("ops/adopt-what-exists.md");
    awaitReady(NAME);
    // Else the next Project of the name would not get what this one may have left in Vault.
    merge(NAME, "{\"spec\":{\"deletion\":{\"secrets\":\"Destroy\"}}}");
    project(NAME).delete();
    awaitGone(NAME);
    at.admin().namespaces().withName(NAME).delete();
    await().atMost(SOON).until(() -> at.admin().namespaces().withName(NAME).get() == null);
  }

  private void rotate() {
    long before = project(NAME).require().getStatus().registryToken().id();
    assertThat(reader.run("ops/rotate-a-token.md", 0)).contains("Now: token ");
    assertThat(project(NAME).require().getStatus().registryToken().id()).isNotEqualTo(before);
    reader.run("ops/rotate-a-token.md", 1);
    assertThat(reader.run("ops/rotate-a-token.md", 2)).contains("TokenRotated");
  }

  private void delete() {
    String page = "ops/delete-a-project.md";
    assertThat(reader.run(page, 0)).contains("Namespace shop-dev");
    reader.run(page, 1);
    assertThat(protection()).isEqualTo("true");
    merge(NAME, "{\"metadata\":{\"annotations\":{\"kyotu.tech/deletion-protection\":null}}}");

    String uid = project(NAME).require().uid();
    List<String> burst = List.of(NAME, "one-dev", "two-dev");
    create("one", "IfUnowned");
    create("two", "IfUnowned");
    awaitReady("one-dev");
    awaitReady("two-dev");
    burst.forEach(name -> project(name).delete());
    burst.forEach(name -> awaitReason(name, "DeletionProtected"));

    reader.run(page, 3);
    reader.run(page, 4);
    awaitGone(NAME);
    reader.run(page, 5);
    awaitReady(NAME);
    assertThat(project(NAME).require().uid()).isNotEqualTo(uid);
    assertThat(at.admin().namespaces().withName(NAME).require().getMetadata().getLabels())
        .containsEntry("kyotu.tech/owner-uid", project(NAME).require().uid());

    project(NAME).delete();
    awaitReason(NAME, "DeletionProtected");
    reader.run("security/break-glass.md", 0);
    reader.run(page, 2);
    burst.forEach(this::awaitGone);
  }

  /** What nobody should do, but somebody will: the finalizer is taken away by hand. */
  @Test
  void whatAProjectLeftIsFoundInEachSystem() throws IOException {
    create("kept", "IfUnowned");
    create("left", "IfUnowned");
    awaitReady("kept-dev");
    awaitReady("left-dev");
    String uid = project("left-dev").require().uid();
    merge("left-dev", "{\"spec\":{\"suspend\":true}}");
    await()
        .atMost(SOON)
        .until(
            () ->
                project("left-dev").require().getStatus().conditions().stream()
                    .anyMatch(it -> it.getMessage().startsWith("Suspended.")));
    project("left-dev").delete();
    merge("left-dev", "{\"metadata\":{\"finalizers\":null}}");
    awaitGone("left-dev");

    InProcess.Said said = commandLine.run("orphans", "-o", "json");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(PublishedSchemas.faults(said.out())).isEmpty();
    OrphansView orphans =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readValue(said.out(), OrphansView.class);
    assertThat(orphans.unread()).isEmpty();
    assertThat(orphans.orphans()).noneMatch(it -> it.name().contains("kept"));
    assertThat(orphans.orphans())
        .filteredOn(it -> it.uid().equals(uid))
        .extracting(
            it -> it.system() + " | " + it.kind() + " | " + it.name().replaceFirst("^\\d+ in ", ""))
        .containsExactly(
            "Kubernetes | Namespace | left-dev",
            "Kubernetes | Secret | left-dev/gitlab-registry-image-pull-secret",
            "GitLab | GitLabToken | platform/left",
            "Vault | VaultPolicy | project-left-dev-access",
            "Vault | VaultPolicy | project-left-dev-read",
            "Vault | VaultGroup | project-left-dev",
            "Vault | VaultRole | auth/kubernetes/role/project-left-dev",
            "Vault | VaultSecrets | secret/left-dev",
            "Flux repository | File | projects/left-dev/tenant.yaml",
            "deployment repository | File | applications/left-dev.yaml");
    assertThat(orphans.orphans())
        .filteredOn(it -> it.uid().isEmpty())
        .extracting(it -> it.kind() + " " + it.name().replaceFirst("^\\d+ ", ""))
        .contains("GitLabGroup platform/left", "VaultGroup groundwork-left.crew@example.com");
    assertThat(reader.run("security/break-glass.md", 1)).contains("left-dev", "on purpose");
  }

  private String protection() {
    return project(NAME)
        .require()
        .getMetadata()
        .getAnnotations()
        .get("kyotu.tech/deletion-protection");
  }

  private void makeNamespace(String name) {
    var unused =
        at.admin()
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();
  }

  private void create(String projectId, String adoption) {
    var unused =
        at.admin()
            .resources(Project.class)
            .inNamespace(OPERATIONS)
            .load(new ByteArrayInputStream(MANIFEST.formatted(projectId, adoption).getBytes(UTF_8)))
            .create();
  }

  private Resource<Project> project(String name) {
    return at.admin().resources(Project.class).inNamespace(OPERATIONS).withName(name);
  }

  private void merge(String name, String patch) {
    var unused = project(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private void awaitReady(String name) {
    await().atMost(SOON).untilAsserted(() -> Expected.READY.check(project(name).require()));
  }

  private void awaitReason(String name, String reason) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(project(name).require().statusOrUnseen().conditions())
                    .anyMatch(it -> it.getType().equals("Ready") && it.getReason().equals(reason)));
  }

  private void awaitGone(String name) {
    await().atMost(SOON).until(() -> project(name).get() == null);
  }
}

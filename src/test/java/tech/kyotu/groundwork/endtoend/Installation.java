package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * A world, the packaged operator in it, and the Projects of its teams. Where no team deletes one,
 * whatever the operator deletes is a mistake, and {@link #assertNothingLostOrDoubled} finds it.
 */
final class Installation implements AutoCloseable {
  /** What may pass by itself is over within this time once its cause is gone. */
  static final Duration SOON = Duration.ofMinutes(2);

  /** A failure is to be seen within this time. */
  private static final Duration SEEN = Duration.ofSeconds(90);

  private static final String TEAMS = "teams";
  private static final String OPERATOR = "system:serviceaccount:groundwork-system:groundwork";
  private static final Duration POLL = Duration.ofMillis(200);

  private final World world;
  private final OperatorProcess operator;
  private final long vaultMark;

  private Installation(World world, Map<String, String> settings) {
    this.world = world;
    var unused =
        admin()
            .resource(
                new NamespaceBuilder().withNewMetadata().withName(TEAMS).endMetadata().build())
            .serverSideApply();
    this.vaultMark = world.vault().orElseThrow().requests().mark();
    this.operator = world.startOperator(settings);
  }

  /**
   * Starts the operator in a world, which must have an audit log and a Vault.
   *
   * @param settings further or other ones, by full name
   */
  static Installation in(World world, Map<String, String> settings) {
    return new Installation(world, settings);
  }

  World world() {
    return world;
  }

  OperatorProcess operator() {
    return operator;
  }

  KubernetesClient admin() {
    return world.cluster().adminClient();
  }

  VaultServer vault() {
    return world.vault().orElseThrow();
  }

  /** A team asks for its dev environment. */
  void create(String projectId) {
    create(dev(projectId));
  }

  /** Some teams ask, and have what they asked for when this returns. */
  void settle(String... projectIds) {
    Stream.of(projectIds).forEach(this::create);
    Stream.of(projectIds).forEach(it -> awaitReady(it, SOON));
  }

  void create(ProjectFixture fixture) {
    Project project = fixture.inNamespace(TEAMS).build();
    // These are the API server's to give.
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    var unused = admin().resource(project).create();
  }

  /** The team edits its spec to what the fixture of {@link #dev} then says. */
  void edit(String projectId, UnaryOperator<ProjectFixture> wanted) {
    String spec = Serialization.asJson(wanted.apply(dev(projectId)).build().getSpec());
    merge(projectId, "{\"spec\":%s}".formatted(spec));
  }

  static ProjectFixture dev(String projectId) {
    return aProject(projectId).ownedBy(projectId + ".crew@example.com");
  }

  /** The team asks that it goes; it does not wait for that. */
  void delete(String projectId) {
    var unused = resource(projectId).delete();
  }

  /** Waits until the Project and its namespace are gone. */
  void awaitGone(String projectId) {
    await()
        .atMost(SOON)
        .pollInterval(POLL)
        .untilAsserted(
            () -> {
              assertThat(resource(projectId).get()).as("Project " + projectId).isNull();
              assertThat(admin().namespaces().withName(projectId + "-dev").get()).isNull();
            });
  }

  /** As the API server has it now. */
  Project project(String projectId) {
    return resource(projectId).require();
  }

  /** Waits until the Project shows this. */
  void awaitShown(String projectId, Expected expected) {
    await().atMost(SEEN).pollInterval(POLL).untilAsserted(() -> expected.check(project(projectId)));
  }

  /** Waits until one step shows this: value and reason, and parts of its message. */
  void awaitStep(String projectId, String step, String shown, String... parts) {
    await()
        .atMost(SEEN)
        .pollInterval(POLL)
        .untilAsserted(
            () ->
                assertThat(project(projectId).statusOrUnseen().conditions())
                    .filteredOn(it -> it.getType().equals(step))
                    .singleElement()
                    .satisfies(
                        it -> {
                          assertThat(it.getStatus() + " " + it.getReason()).isEqualTo(shown);
                          for (String part : parts) {
                            assertThat(it.getMessage()).contains(part);
                          }
                        }));
  }

  /** Waits until people can read these events of a Project, each as type and reason. */
  void awaitEvents(String projectId, String... events) {
    awaitEventsOf(project(projectId).uid(), events);
  }

  /** The same by its UID, for one that may be gone by then. */
  void awaitEventsOf(String uid, String... events) {
    await()
        .atMost(SEEN)
        .pollInterval(POLL)
        .untilAsserted(
            () ->
                assertThat(admin().events().v1().events().inNamespace(TEAMS).list().getItems())
                    .filteredOn(event -> uid.equals(event.getRegarding().getUid()))
                    .extracting(event -> event.getType() + " " + event.getReason())
                    .contains(events));
  }

  /** Waits until a Project is Ready, with every step in place. */
  void awaitReady(String projectId, Duration bound) {
    await()
        .atMost(bound)
        .pollInterval(POLL)
        .untilAsserted(() -> Expected.READY.check(project(projectId)));
  }

  /** Asks for one full reconcile, as people do. */
  void requestReconcile(String projectId) {
    annotate(projectId, "kyotu.tech/reconcile-requested-at", Instant.now().toString());
  }

  void annotate(String projectId, String key, String value) {
    merge(projectId, "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
  }

  /** The file that a setting of the operator names. */
  Path credential(String setting) {
    return Path.of(world.settings().get("groundwork." + setting));
  }

  /** Replaces a credential as a whole, as a mounted Secret is swapped. */
  void replaceCredential(String setting, String value) {
    swap(credential(setting), value);
  }

  static String read(Path file) {
    try {
      return Files.readString(file, UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void swap(Path file, String value) {
    try {
      Path half = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), value, UTF_8);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Nothing was taken away anywhere, and what Projects that are Ready now have was made once,
   * however often it was tried.
   */
  void assertNothingLostOrDoubled(String... projectIds) {
    assertThat(vault().requests().since(vaultMark))
        .as("things of Projects deleted in Vault")
        .noneMatch(it -> it.operation().equals("delete") && it.path().contains("project-"));
    assertThat(world.cluster().auditLog().callsSince(0).keySet())
        .as("things deleted in the cluster")
        .noneMatch(it -> it.user().equals(OPERATOR) && it.verb().startsWith("delete"));
    for (String projectId : projectIds) {
      String group = World.PARENT_GROUP + "/" + projectId;
      assertThat(groupsMade(group)).as("groups made at " + group).hasSizeLessThan(2);
      assertThat(world.gitlab().liveTokens(group)).as("living tokens of " + group).hasSize(1);
      assertThat(commitsOf(world.flux(), projectId)).hasSize(1);
      assertThat(commitsOf(world.deployment(), projectId)).hasSize(1);
    }
  }

  /** Ends the operator, and looks for what it must never do; the world is whoever's made it. */
  @Override
  public void close() {
    operator.close();
    assertThat(world.gitlab().history())
        .as("GitLab groups deleted, or tokens rotated by GitLab's own call")
        .noneMatch(it -> it.method().equals("DELETE") && it.rawPath().matches(".*/groups/[^/]+"))
        .noneMatch(it -> it.rawPath().contains("/rotate"));
  }

  private List<HistoryEntry> groupsMade(String path) {
    return world.gitlab().history().stream()
        .filter(it -> it.method().equals("POST") && it.rawPath().endsWith("/groups"))
        .filter(it -> it.changes().stream().anyMatch(made -> made.name().equals(path)))
        .toList();
  }

  private List<HostedRepository.Commit> commitsOf(HostedRepository repository, String projectId) {
    String uid = project(projectId).uid();
    return repository.history().stream().filter(it -> it.message().contains(uid)).toList();
  }

  /** Whatever the operator writes at the same moment. */
  private void merge(String projectId, String patch) {
    var unused = resource(projectId).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private Resource<Project> resource(String projectId) {
    return admin().resources(Project.class).inNamespace(TEAMS).withName(projectId + "-dev");
  }
}

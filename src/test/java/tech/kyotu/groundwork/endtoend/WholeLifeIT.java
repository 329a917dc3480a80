package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What people read of a Project from its first day to its last, on a real API server: the events
 * and reasons that no other of these tests comes across.
 */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeLifeIT {
  private static final String APP_PROJECT = "argocd-templates/project/appproject.yaml";
  private static final String STATUS = "status";

  private Installation at;
  private Path templates;

  @BeforeAll
  void start(@TempDir Path folder) {
    ServerBinary.require(ServerBinary.values());
    templates = folder;
    Stream.of("argocd-templates", "flux-repo-template").forEach(this::copy);
    at =
        Installation.in(
            World.start(Wishes.in("life").withAuditLog()),
            Map.of(
                "groundwork.git.template-folder",
                folder.toString(),
                "groundwork.kubernetes.reserved-names",
                "platform-tools",
                "groundwork.retry.longest",
                "PT2S"));
  }

  @AfterEach
  void heal() {
    at.world().gitlab().disarm();
    at.world().flux().faults().pushLatency(Duration.ZERO);
  }

  @AfterAll
  void end() {
    at.close();
    at.world().close();
  }

  @Test
  void eachStationOfALifeHasItsEvent() {
    at.settle("life");
    at.awaitEvents(
        "life",
        "Normal NamespaceCreated",
        "Normal GroupCreated",
        "Normal TokenIssued",
        "Normal PullSecretWritten",
        "Normal VaultAccessWritten",
        "Normal Committed",
        "Normal Provisioned");

    at.annotate("life", "kyotu.tech/rotate-token", "once");
    at.awaitEvents("life", "Normal TokenRotated");
    String uid = at.project("life").uid();
    at.delete("life");
    at.awaitGone("life");
    at.awaitEventsOf(
        uid, "Normal RemovalStarted", "Normal TokenRevoked", "Normal Retained", "Normal Removed");
  }

  @Test
  void aGroupThatIsThereIsFoundAndWhatWasTroubledRecovers() {
    at.world().gitlab().addGroup(World.PARENT_GROUP + "/sick", "groundwork");
    at.world().gitlab().arm(away());
    at.world().flux().faults().pushLatency(Duration.ofSeconds(10));
    at.create("sick");
    at.awaitStep("sick", GROUP, "Unknown RemoteUnavailable");
    at.awaitStep("sick", REGISTRY, "Unknown WaitingForStep", "Waits for GitLabGroupReady.");
    at.awaitStep("sick", FLUX, "Unknown WaitingForPush");

    heal();
    at.awaitReady("sick", SOON);
    at.awaitEvents("sick", "Warning RemoteUnavailable", "Normal GroupFound", "Normal Recovered");
  }

  @Test
  void aNameOfThePlatformIsReserved() {
    at.create("platform-tools");
    at.awaitShown("platform-tools", stalled("NameReserved", NAMESPACE));
    at.awaitEvents("platform-tools", "Warning NameReserved");
  }

  @Test
  void secretsOfAnEarlierOwnerAreKeptFromTheNext() {
    Map<String, ?> secret = Map.of("data", Map.of("key", "value"));
    assertThat(at.vault().root().write("secret/data/heir-dev/app", secret).status()).isEqualTo(200);
    at.create("heir");
    at.awaitShown("heir", stalled("SecretsRetained", VAULT).saying("Vault holds secrets of"));
    at.awaitEvents("heir", "Warning SecretsRetained");
  }

  /** Others are not troubled: each template was read when it was first used. */
  @Test
  void aTemplateThatIsWrongIsNamedUntilItIsMended() throws IOException {
    Path file = templates.resolve(APP_PROJECT);
    String good = Files.readString(file, UTF_8);
    Files.writeString(file, good.replace("<google-group>", "<no-such-word>"), UTF_8);
    at.operator().restart();
    at.create("early");
    at.awaitShown("early", stalled("TemplateInvalid", ARGO).saying("appproject.yaml", "restart"));
    at.awaitEvents("early", "Warning TemplateInvalid");

    Files.writeString(file, good, UTF_8);
    at.operator().restart();
    at.awaitReady("early", SOON);
  }

  @Test
  void aTokenThatRunsOutWhileSuspendedIsToldOf() {
    at.settle("tired");
    LocalDate soon = LocalDate.now(ZoneOffset.UTC).plusDays(5);
    String expiry = "{\"status\":{\"registryToken\":{\"expiresAt\":\"%s\"}}}".formatted(soon);
    merge("tired", "{\"spec\":{\"suspend\":true}}");
    at.awaitEvents("tired", "Normal Suspended");
    var unused = status("tired").patch(PatchContext.of(PatchType.JSON_MERGE), expiry);
    at.requestReconcile("tired");
    at.awaitEvents("tired", "Warning TokenExpiresSoon");

    merge("tired", "{\"spec\":{\"suspend\":false}}");
    at.awaitEvents("tired", "Normal Resumed");
    await()
        .atMost(SOON)
        .until(
            () ->
                !soon.toString()
                    .equals(at.project("tired").getStatus().registryToken().expiresAt()));
  }

  @Test
  void aStatusThatIsWipedIsWrittenAgainAndNothingElseIs() {
    at.settle("wiped");
    ProjectStatus before = at.project("wiped").getStatus();
    List<String> tips = tips();
    long mark = at.world().gitlab().history().size();
    long written = at.vault().requests().mark();

    var unused = status("wiped").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":null}");
    assertThat(at.project("wiped").statusOrUnseen().conditions()).isEmpty();
    at.requestReconcile("wiped");
    at.awaitReady("wiped", SOON);

    ProjectStatus after = at.project("wiped").getStatus();
    assertThat(after.holdings()).isEqualTo(before.holdings());
    assertThat(after.registryToken()).isEqualTo(before.registryToken());
    assertThat(after.links()).isEqualTo(before.links());
    assertThat(after.specDigest()).isEqualTo(before.specDigest());
    assertThat(tips()).isEqualTo(tips);
    assertThat(at.world().gitlab().historyAfter(mark)).allMatch(it -> it.method().equals("GET"));
    assertThat(at.vault().requests().since(written))
        .filteredOn(it -> it.path().contains("wiped-dev"))
        .noneMatch(it -> it.operation().equals("create") || it.operation().equals("update"));
  }

  @Test
  void aRestartIsNoNewsOfWhatIsInPlace() throws InterruptedException {
    at.settle("calm");
    at.awaitEvents("calm", "Normal Provisioned");
    String since = readySince("calm");
    GitFault.Hang hang = at.world().flux().faults().hangNext(GitCall.LIST_FOR_FETCH);
    at.operator().restart();
    assertThat(hang.awaitArrival(SOON)).isTrue();
    look("calm");
    assertThat(readySince("calm")).as("while the branch is not known yet").isEqualTo(since);

    hang.release();
    look("calm");
    at.awaitReady("calm", SOON);
    assertThat(readySince("calm")).isEqualTo(since);
  }

  /** Asks for a look, and waits until the operator has begun it. */
  private void look(String id) {
    at.requestReconcile(id);
    await()
        .atMost(SOON)
        .until(
            () -> {
              Project project = at.project(id);
              return project
                  .reconcileRequest()
                  .equals(Optional.ofNullable(project.statusOrUnseen().lastHandledReconcileAt()));
            });
  }

  private String readySince(String id) {
    return at.project(id).statusOrUnseen().conditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .map(condition -> condition.getStatus() + " since " + condition.getLastTransitionTime())
        .findFirst()
        .orElseThrow();
  }

  private List<String> tips() {
    return List.of(at.world().flux().tip(), at.world().deployment().tip());
  }

  private static Fault away() {
    return Fault.on("*", "/api/v4/*").always().replies(503, "application/json", "{}");
  }

  private void merge(String id, String patch) {
    var unused = project(id).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private Resource<Project> project(String id) {
    return at.admin().resources(Project.class).inNamespace("teams").withName(id + "-dev");
  }

  private EditReplacePatchable<Project> status(String id) {
    return project(id).subresource(STATUS);
  }

  private void copy(String name) {
    Path from = ServerBinary.projectRoot().resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = templates.resolve(name).resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

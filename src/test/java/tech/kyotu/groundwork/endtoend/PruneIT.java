package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.refused;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * Fifty Projects deleted at once, as by one wrong commit. The setting is the shipped one. Whoever
 * repairs the mistake gets a Project back with all it had; whoever meant it says so.
 */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PruneIT {
  private static final String KEPT = "team7";
  private static final String CONFIRM = "kyotu.tech/confirm-deletions";
  private static final List<String> ALL =
      IntStream.range(0, 50).mapToObj(number -> "team" + number).toList();

  private Installation at;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    at =
        Installation.in(
            World.start(Wishes.in("prune").withAuditLog()),
            Map.of("groundwork.gitlab.requests-per-minute", "60000"));
  }

  @AfterAll
  void end() {
    at.close();
    at.world().close();
  }

  @Test
  void nothingOfFiftyIsRemovedUntilAPersonConfirmsAndOneIsTakenBack() {
    at.settle(ALL.toArray(String[]::new));
    Map<String, String> before = namespaces();
    assertThat(before).hasSize(50);

    var unused = projects().delete();
    ALL.forEach(it -> at.awaitShown(it, waitsAmong(50)));
    assertThat(namespaces()).as("alive").isEqualTo(before);
    at.assertNothingLostOrDoubled(ALL.toArray(String[]::new));
    at.awaitEvents(KEPT, "Warning DeletionProtected");

    takeBack();
    at.awaitReady(KEPT, SOON);
    at.awaitEvents(KEPT, "Normal Reattached");
    assertThat(namespaces()).as("the very same").isEqualTo(before);

    at.annotate("team1", CONFIRM, "48");
    at.awaitShown("team2", waitsAmong(49));
    assertThat(namespaces()).as("one more than was confirmed").isEqualTo(before);
    at.annotate("team1", CONFIRM, "49");
    await().atMost(SOON).until(() -> projects().list().getItems().size() == 1);
    at.awaitReady(KEPT, SOON);
    assertThat(namespaces())
        .containsExactlyEntriesOf(Map.of(KEPT + "-dev", before.get(KEPT + "-dev")));
    assertThat(foldersOf(at.world().flux())).containsExactly(KEPT + "-dev");
  }

  private static Expected waitsAmong(int number) {
    return refused("DeletionProtected")
        .saying(
            number + " Projects were marked for deletion within a minute",
            CONFIRM + ": \"" + number + "\"",
            "raise the setting");
  }

  /**
   * As README tells it: without its finalizer it goes alone, and Git brings it again, with the word
   * that data in Vault takes.
   */
  private void takeBack() {
    var unused =
        projects()
            .withName(KEPT + "-dev")
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    await().atMost(SOON).until(() -> projects().withName(KEPT + "-dev").get() == null);
    at.create(Installation.dev(KEPT).annotated("kyotu.tech/adopt", "vault-secrets"));
  }

  private NonNamespaceOperation<Project, KubernetesResourceList<Project>, Resource<Project>>
      projects() {
    return at.admin().resources(Project.class).inNamespace("teams");
  }

  /** Those of the Projects that nobody has deleted, with their UIDs. */
  private Map<String, String> namespaces() {
    Function<Namespace, String> name = it -> it.getMetadata().getName();
    return at.admin().namespaces().list().getItems().stream()
        .filter(it -> name.apply(it).startsWith("team") && name.apply(it).endsWith("-dev"))
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .collect(Collectors.toMap(name, it -> it.getMetadata().getUid()));
  }

  private static Set<String> foldersOf(HostedRepository flux) {
    return flux.files().keySet().stream()
        .filter(path -> path.startsWith("projects/team"))
        .map(path -> path.split("/", -1)[1])
        .collect(Collectors.toSet());
  }
}

package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.playground.Follower;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;

/** Fifty Projects that operations commit and Flux applies, and the one commit that drops them. */
@Tag("real-servers")
class FluxPruneIT {
  private static final int COUNT = 50;
  private static final Duration LONG = Duration.ofMinutes(6);
  private static final String REQUESTED = "reconcile.fluxcd.io/requestedAt";
  private static final String TEAMS =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: teams
      """;
  private static final String KUSTOMIZATION =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata:
        name: orders
        namespace: flux-system
      spec:
        path: ./orders
        interval: 10m
        prune: true
        sourceRef:
          kind: GitRepository
          name: flux-system
      """;
  private static final String PROJECT =
      """
      apiVersion: kyotu.tech/v1
      kind: Project
      metadata:
        name: team%1$d-dev
        namespace: teams
      spec:
        projectId: team%1$d
        environmentType: dev
        googleGroup: team%1$d.crew@example.com
      """;

  @Test
  void oneWrongCommitTakesNothingUntilAPersonSaysThatItWasMeant() {
    ServerBinary.require(ServerBinary.values());
    Map<String, String> unhurried = Map.of("groundwork.gitlab.requests-per-minute", "60000");
    try (World world = World.start(Wishes.in("flux-prune").withFollowers(Follower.FLUX));
        OperatorProcess operator = world.startOperator(unhurried)) {
      KubernetesClient admin = world.cluster().adminClient();
      Map<String, String> orders =
          IntStream.range(0, COUNT)
              .boxed()
              .collect(Collectors.toMap(FluxPruneIT::file, PROJECT::formatted));
      var unused = world.flux().commit("Keep the teams", Map.of("orders/teams.yaml", TEAMS));
      unused = world.flux().commit("Order fifty", orders);
      var applied = admin.load(new ByteArrayInputStream(KUSTOMIZATION.getBytes(UTF_8)));
      assertThat(applied.serverSideApply()).hasSize(1);
      awaitAll(admin, it -> shows(it, "Ready", "Provisioned"));
      Set<String> before = namespaces(admin);
      assertThat(before).hasSize(COUNT);

      unused = world.flux().commit("Tidy up", Map.of(), orders.keySet().toArray(String[]::new));
      askFlux(admin);
      awaitAll(admin, it -> it.isBeingDeleted() && shows(it, "Stalled", "DeletionProtected"));
      assertThat(namespaces(admin)).as("alive").isEqualTo(before);

      var confirmed =
          admin
              .resources(Project.class)
              .inNamespace("teams")
              .withName("team3-dev")
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  annotation(Project.CONFIRM_DELETIONS, "50"));
      assertThat(confirmed.confirmedDeletions()).isEqualTo(COUNT);
      await().atMost(LONG).until(() -> projects(admin).isEmpty());
      assertThat(namespaces(admin)).isEmpty();
      assertThat(operator.isAlive()).isTrue();
    }
  }

  private static String file(int number) {
    return "orders/team" + number + ".yaml";
  }

  /** Its next look would be in a minute. */
  private static void askFlux(KubernetesClient admin) {
    var unused =
        admin
            .genericKubernetesResources("source.toolkit.fluxcd.io/v1", "GitRepository")
            .inNamespace("flux-system")
            .withName("flux-system")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                annotation(REQUESTED, Instant.now().toString()));
  }

  private static String annotation(String key, String value) {
    return "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value);
  }

  private static void awaitAll(KubernetesClient admin, Predicate<Project> state) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(projects(admin)).hasSize(COUNT).allMatch(state));
  }

  private static List<Project> projects(KubernetesClient admin) {
    return admin.resources(Project.class).inNamespace("teams").list().getItems();
  }

  private static boolean shows(Project project, String type, String reason) {
    return project.statusOrUnseen().conditions().stream()
        .anyMatch(
            it ->
                it.getType().equals(type)
                    && it.getStatus().equals("True")
                    && it.getReason().equals(reason));
  }

  /** UIDs of the Projects' namespaces that nobody has deleted. */
  private static Set<String> namespaces(KubernetesClient admin) {
    return admin.namespaces().list().getItems().stream()
        .map(it -> it.getMetadata())
        .filter(it -> it.getName().matches("team[0-9]+-dev") && it.getDeletionTimestamp() == null)
        .map(it -> it.getUid())
        .collect(Collectors.toSet());
  }
}

package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.removing;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.TokenView;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.HttpFront.Told;

/**
 * A Project that is to go while something cannot: it says for what it waits, nothing goes before
 * its turn, and in the end all of it is gone and all else is there. What only a person can mend is
 * tried again here when one asks, and no sooner.
 */
class DeletionTroubleIT extends InTrouble {
  private static final String HOLD = "example.com/hold";
  private static final String PULL_SECRET = "/secrets/gitlab-registry-image-pull-secret";

  private static final Map<BadAnswer, String> UNREAD = BadAnswer.ids("unread");

  /** All of all tests, so that they are made in one go. */
  private static final List<String> PROJECTS =
      Stream.concat(
              UNREAD.values().stream(),
              Stream.of(
                  "unanswered",
                  "refused",
                  "sealed",
                  "unargoed",
                  "unfluxed",
                  "argo-away",
                  "flux-away",
                  "finalized",
                  "held-inside",
                  "held-itself",
                  "abandoned",
                  "staying"))
          .toList();

  private HttpFront api;

  DeletionTroubleIT() {
    super(
        "trouble-deletion",
        Map.of(
            "groundwork.retry.longest",
            "PT2S",
            "groundwork.retry.rejected",
            "PT10M",
            "groundwork.deletion.brake",
            "100"));
  }

  @Override
  void prepare(World world) {
    api = beforeTheApiServer(world);
  }

  @BeforeAll
  @Override
  void start() {
    super.start();
    at.settle(PROJECTS.toArray(String[]::new));
    Map<String, String> developed = new HashMap<>();
    for (String id : PROJECTS) {
      developed.put(developersFile(id), "kind: ConfigMap\n");
      Map<String, ?> secret = Map.of("data", Map.of("key", id));
      assertThat(at.vault().root().write(secretOf(id), secret).status()).isEqualTo(200);
      var unused =
          gitlab.addGroupToken(
              group(id),
              "the team's own",
              LocalDate.now(ZoneOffset.UTC).plusDays(30),
              20,
              "read_registry");
    }
    at.world().deployment().commit("Develop", developed);
  }

  @AfterEach
  @Override
  void heal() {
    api.heals();
    super.heal();
  }

  @AfterAll
  @Override
  void end() {
    super.end();
    api.close();
  }

  @Test
  void aGitLabThatIsAwayIsWaitedForAndVaultGoesOn() {
    gitlab.arm(Fault.on("*", "/api/v4/*").always().replies(503, "application/json", "{}"));
    at.delete("unanswered");
    at.awaitShown(
        "unanswered",
        removing("RemoteUnavailable")
            .saying("Removing: 3 of 6 gone", "GitLab does not answer (503) since ")
            .saying("Last resort: kyotu.tech/abandon: RegistryAccessReady."));
    at.awaitStep("unanswered", REGISTRY, "Unknown RemoteUnavailable");
    assertWaitInTurn("unanswered", GROUP, NAMESPACE);
    at.awaitStep("unanswered", VAULT, "False Retained");
    at.awaitStep("unanswered", FLUX, "False Removed");
    at.awaitStep("unanswered", ARGO, "False Removed");
    assertLeft("unanswered", REGISTRY, GROUP, NAMESPACE);

    gitlab.disarm();
    assertGoes("unanswered");
  }

  /** Side by side: a namespace takes its time to go. */
  @Test
  void whatOnlyAPersonCanMendHoldsWhatComesAfterUntilOneAsks() {
    gitlab.arm(
        Fault.on("DELETE", "/groups/:id/access_tokens/*")
            .always()
            .replies(403, "application/json", "{\"message\":\"403 Forbidden\"}"));
    refuse(at.world().deployment(), "unargoed");
    refuse(at.world().flux(), "unfluxed");
    List<String> all = List.of("refused", "unargoed", "unfluxed");
    all.forEach(at::delete);
    at.awaitShown(
        "refused",
        stalled("AccessDenied", REGISTRY)
            .saying("Removing: 3 of 6 gone", "GitLab refused to ", "(403)")
            .saying("Next try ", "Last resort: kyotu.tech/abandon: RegistryAccessReady."));
    assertWaitInTurn("refused", NAMESPACE);
    assertLeft("refused", REGISTRY, GROUP, NAMESPACE);
    at.awaitShown("unargoed", refusedPush(ARGO, "Removing: 0 of 6 gone"));
    assertWaitInTurn("unargoed", FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
    assertLeft("unargoed", ARGO, FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
    at.awaitShown("unfluxed", refusedPush(FLUX, "Removing: 1 of 6 gone"));
    at.awaitStep("unfluxed", ARGO, "False Removed");
    assertWaitInTurn("unfluxed", VAULT, REGISTRY, GROUP, NAMESPACE);
    assertLeft("unfluxed", FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);

    heal();
    all.forEach(at::requestReconcile);
    all.forEach(this::assertGoes);
  }

  @Test
  void aRepositoryThatIsAwayIsWaitedForInItsTurn() {
    git.answers(it -> it.path().startsWith("/deployment.git"), Told.page(503));
    at.delete("argo-away");
    at.awaitShown("argo-away", awayPush(ARGO, "Removing: 0 of 6 gone"));
    assertWaitInTurn("argo-away", FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
    assertLeft("argo-away", ARGO, FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
    git.heals();
    assertGoes("argo-away");

    git.answers(it -> it.path().startsWith("/flux.git"), Told.page(503));
    at.delete("flux-away");
    at.awaitShown("flux-away", awayPush(FLUX, "Removing: 1 of 6 gone"));
    at.awaitStep("flux-away", ARGO, "False Removed");
    assertWaitInTurn("flux-away", VAULT, REGISTRY, GROUP, NAMESPACE);
    assertLeft("flux-away", FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
    git.heals();
    assertGoes("flux-away");
  }

  @Test
  void anotherFinalizerOfTheProjectIsNeitherWaitedForNorTaken() {
    Resource<Project> project =
        admin.resources(Project.class).inNamespace("teams").withName("finalized-dev");
    hold(project);
    at.delete("finalized");
    await()
        .atMost(Installation.SOON)
        .untilAsserted(
            () ->
                assertThat(project.require().getMetadata().getFinalizers()).containsExactly(HOLD));
    assertLeft("finalized", GROUP);

    release(project);
    assertGoes("finalized");
  }

  @Test
  void aSealedVaultIsWaitedForUnlessItIsGivenUpByName() {
    String uid = at.project("abandoned").uid();
    at.vault().seal();
    at.delete("sealed");
    at.delete("abandoned");
    at.awaitShown(
        "sealed",
        removing("RemoteUnavailable")
            .saying("Removing: 4 of 6 gone or kept. Vault is sealed", " since ")
            .saying("Last resort: kyotu.tech/abandon: VaultAccessReady."));
    at.awaitStep("sealed", VAULT, "Unknown RemoteUnavailable", "Vault is sealed");
    at.awaitStep("sealed", REGISTRY, "False Removed");
    at.awaitStep("sealed", GROUP, "False Retained", "Kept: GitLab groups are never deleted.");
    assertWaitInTurn("sealed", NAMESPACE);
    assertLeft("sealed", VAULT, GROUP, NAMESPACE);

    at.awaitStep("abandoned", VAULT, "Unknown RemoteUnavailable", "Vault is sealed");
    at.annotate("abandoned", "kyotu.tech/abandon", VAULT);
    at.awaitGone("abandoned");
    at.awaitEventsOf(uid, "Normal Abandoned", "Normal Removed");

    at.vault().unseal();
    assertGoes("sealed");
    assertLeft("abandoned", VAULT, GROUP);
    assertTheRestIsThere("abandoned");
  }

  @Test
  void aForeignFinalizerOfANamespaceOrInItIsNamedAndLeftAlone() {
    Map<String, Resource<? extends HasMetadata>> held =
        Map.of(
            "held-itself", admin.namespaces().withName("held-itself-dev"),
            "held-inside", admin.configMaps().inNamespace("held-inside-dev").withName("held"));
    var unused =
        admin
            .configMaps()
            .inNamespace("held-inside-dev")
            .resource(
                new ConfigMapBuilder().withNewMetadata().withName("held").endMetadata().build())
            .create();
    held.values().forEach(DeletionTroubleIT::hold);
    held.keySet().forEach(at::delete);
    held.forEach(
        (id, thing) -> {
          at.awaitShown(id, removing("Removing").saying("Removing: 5 of 6 gone or kept.", HOLD));
          at.awaitStep(id, NAMESPACE, "False WaitingForRemoval", id + "-dev is being ", HOLD);
          assertLeft(id, GROUP, NAMESPACE);
          assertThat(thing.get().getMetadata().getFinalizers()).contains(HOLD);
        });

    held.values().forEach(DeletionTroubleIT::release);
    held.keySet().forEach(this::assertGoes);
  }

  /** All of them at once: each is answered in its own way, to one question after the other. */
  @Test
  void whatTheApiServerFailsToAnswerIsNotTakenForGone() {
    AtomicBoolean secretsAreBack = new AtomicBoolean();
    UNREAD.forEach(
        (answer, id) -> {
          String namespace = "/api/v1/namespaces/" + id + "-dev";
          answer.by(api, it -> it.isFor(namespace));
          answer.by(api, it -> !secretsAreBack.get() && it.isFor(namespace + PULL_SECRET));
          at.delete(id);
        });
    UNREAD.forEach((answer, id) -> waitsForTheApiServer(id, answer, REGISTRY));
    secretsAreBack.set(true);
    UNREAD.forEach((answer, id) -> waitsForTheApiServer(id, answer, NAMESPACE));

    api.heals();
    UNREAD.values().forEach(this::assertGoes);
  }

  private void waitsForTheApiServer(String id, BadAnswer answer, String step) {
    at.awaitShown(
        id, removing(answer.reason()).saying("Removing: ", "The API server ", "Last resort: "));
    at.awaitStep(id, step, "Unknown " + answer.reason(), "The API server ");
    assertThat(Footprint.of(at, id)).contains(NAMESPACE);
  }

  private static void hold(Resource<? extends HasMetadata> thing) {
    var unused =
        thing.edit(
            it -> {
              it.addFinalizer(HOLD);
              return it;
            });
  }

  private static void release(Resource<? extends HasMetadata> thing) {
    var unused =
        thing.edit(
            it -> {
              it.removeFinalizer(HOLD);
              return it;
            });
  }

  private static Expected refusedPush(String step, String beginning) {
    return stalled("PushRejected", step)
        .saying(beginning, "refused the push to main (protected branch).")
        .saying("Last resort: kyotu.tech/abandon: " + step + ".");
  }

  private static Expected awayPush(String step, String beginning) {
    return removing("RemoteUnavailable")
        .saying(beginning, "Last resort: kyotu.tech/abandon: " + step + ".");
  }

  private void assertWaitInTurn(String id, String... steps) {
    for (String step : steps) {
      at.awaitStep(id, step, "False Removing", "Goes after ");
    }
  }

  private static void refuse(HostedRepository repository, String id) {
    repository
        .faults()
        .judge(
            push ->
                repository.changedPaths(push.oldId(), push.newId()).toString().contains(id)
                    ? Optional.of("protected branch")
                    : Optional.empty());
  }

  private void assertGoes(String id) {
    at.awaitGone(id);
    assertLeft(id, GROUP);
    assertTheRestIsThere(id);
  }

  private void assertLeft(String id, String... steps) {
    assertThat(Footprint.of(at, id)).as("left of " + id).containsExactlyInAnyOrder(steps);
  }

  /** What others own, and the Project that nobody deletes. */
  private void assertTheRestIsThere(String id) {
    assertThat(at.vault().root().read(secretOf(id)).status()).isEqualTo(200);
    assertThat(at.world().deployment().files()).containsKey(developersFile(id));
    assertThat(gitlab.liveTokens(group(id))).extracting(TokenView::name).contains("the team's own");
    Expected.READY.check(at.project("staying"));
    assertLeft("staying", ARGO, FLUX, VAULT, REGISTRY, GROUP, NAMESPACE);
  }

  private static String group(String id) {
    return World.PARENT_GROUP + "/" + id;
  }

  private static String secretOf(String id) {
    return "secret/data/" + id + "-dev/app";
  }

  private static String developersFile(String id) {
    return "manifests/" + id + "-dev/app.yaml";
  }
}

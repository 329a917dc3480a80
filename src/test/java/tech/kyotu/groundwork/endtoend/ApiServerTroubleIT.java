package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.unknown;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.HttpFront.Asked;

/**
 * What the API server, or what stands before it, can answer but the wanted: what a Project shows of
 * it where it can be written at all, and that in the end everything is there once.
 */
class ApiServerTroubleIT extends InTrouble {
  private static final String NAMESPACES = "/api/v1/namespaces";

  private HttpFront api;
  private long pid;

  ApiServerTroubleIT() {
    super("trouble-api-server", Map.of("groundwork.retry.longest", "PT2S"));
  }

  @Override
  void prepare(World world) {
    api = beforeTheApiServer(world);
  }

  @BeforeAll
  @Override
  void start() {
    super.start();
    pid = at.operator().pid();
  }

  @AfterEach
  @Override
  void heal() {
    api.heals();
    super.heal();
    assertThat(at.operator().isAlive()).isTrue();
    assertThat(at.operator().pid()).as("no restart was needed").isEqualTo(pid);
  }

  @AfterAll
  @Override
  void end() {
    super.end();
    api.close();
  }

  @ParameterizedTest
  @EnumSource
  void aNamespaceThatCannotBeMadeIsWaitedFor(BadAnswer answer) {
    String id = answer.id("made");
    answer.by(api, asks("POST", NAMESPACES));
    at.create(id);
    Expected shown = unknown(answer.reason(), NAMESPACE).saying("Next try ", "0 of 6 in place.");
    at.awaitShown(
        id,
        answer == BadAnswer.LIMITED
            ? shown.saying("The API server asked to wait (429).")
            : shown.saying("The API server does not answer", "to create namespaces in " + id));
    assertThat(api.struck()).isPositive();
    assertThat(Footprint.of(at, id)).as("made before its namespace").isEmpty();

    api.heals();
    at.awaitReady(id, SOON);
    at.assertNothingLostOrDoubled(id);
  }

  /** All of them at once: each has a bad answer of its own, and their neighbour has none. */
  @Test
  void aPullSecretThatCannotBeReadIsNotTakenForAbsentAndHarmsNoNeighbour() {
    Map<BadAnswer, String> ids = BadAnswer.ids("read");
    at.settle(ids.values().toArray(String[]::new));
    ids.forEach((answer, id) -> answer.by(api, asks("GET", secretOf(id))));
    ids.values().forEach(at::requestReconcile);
    ids.forEach(
        (answer, id) ->
            at.awaitStep(id, REGISTRY, "Unknown " + answer.reason(), "The API server "));
    at.settle("neighbour");

    api.heals();
    ids.values().forEach(id -> at.awaitReady(id, SOON));
    ids.values()
        .forEach(
            id ->
                assertThat(gitlab.tokens(World.PARENT_GROUP + "/" + id))
                    .as("tokens ever made for " + id)
                    .hasSize(1));
    at.assertNothingLostOrDoubled(ids.values().toArray(String[]::new));
  }

  @Test
  void whileNoStatusCanBeWrittenNothingIsDoubled() {
    at.settle("statusless");
    for (BadAnswer answer : BadAnswer.values()) {
      answer.by(api, it -> it.method().equals("PATCH") && it.path().contains("/status"));
      at.edit("statusless", it -> it.ownedBy(answer.id("crew") + "@example.com"));
      awaitStruck(2);
      api.heals();
    }
    at.awaitReady("statusless", SOON);
    assertThat(gitlab.tokens(World.PARENT_GROUP + "/statusless")).hasSize(1);
  }

  @Test
  void anApiServerThatSaysNothingOfUseIsOutlived() {
    at.settle("settled");
    var token = at.project("settled").statusOrUnseen().registryToken();
    AtomicInteger turn = new AtomicInteger();
    List<BadAnswer> all = List.of(BadAnswer.values());
    for (BadAnswer answer : all) {
      answer.by(
          api, it -> turn.get() % all.size() == all.indexOf(answer) && turn.incrementAndGet() > 0);
    }
    // Who is connected would not notice.
    api.hangsUp();
    at.create("during");
    await().atMost(SOON).until(() -> turn.get() >= all.size());

    api.heals();
    at.settle("after");
    at.awaitReady("during", SOON);
    at.awaitReady("settled", SOON);
    assertThat(at.project("settled").statusOrUnseen().registryToken()).isEqualTo(token);
    at.assertNothingLostOrDoubled("settled", "during", "after");
  }

  @Test
  void whatWasDoneAlthoughTheAnswerWasLostIsNotDoneTwice() {
    int before = api.struck();
    String project = "/apis/kyotu.tech/v1/namespaces/teams/projects/lost-dev";
    List<Predicate<Asked>> lost =
        List.of(
            asks("PATCH", project),
            asks("PATCH", project + "/status"),
            asks("POST", NAMESPACES),
            asks("POST", NAMESPACES + "/lost-dev/secrets"),
            asks("PATCH", NAMESPACES + "/lost-dev/serviceaccounts/default"));
    lost.forEach(api::losesTheAnswer);
    at.create("lost");
    at.awaitReady("lost", SOON);

    assertThat(api.struck() - before).as("answers that were lost").isEqualTo(lost.size());
    assertThat(gitlab.tokens(World.PARENT_GROUP + "/lost")).as("tokens ever made").hasSize(1);
    at.assertNothingLostOrDoubled("lost");
  }

  private void awaitStruck(int more) {
    int before = api.struck();
    await().atMost(SOON).until(() -> api.struck() >= before + more);
  }

  private static Predicate<Asked> asks(String method, String path) {
    return it -> it.method().equals(method) && it.isFor(path);
  }

  private static String secretOf(String id) {
    return NAMESPACES + "/" + id + "-dev/secrets/gitlab-registry-image-pull-secret";
  }
}

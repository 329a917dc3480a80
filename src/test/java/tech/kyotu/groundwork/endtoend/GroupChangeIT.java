package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.HttpFront.Asked;

/**
 * A Project is given to other people. Once it is Ready again, nobody but them has a right in Vault,
 * Flux or Argo CD, also if the operator died in the middle, and each repository tells of it in one
 * commit.
 */
class GroupChangeIT extends InTrouble {
  GroupChangeIT() {
    super("trouble-group-change", Map.of());
  }

  @Test
  void rightsFollowTheGroupThereAndBackAgain() {
    at.settle("there");
    String former = mail("there", "crew");
    String token = login(former);
    String later = mail("there", "later");
    assertBelongsTo("there", former, later);

    give("there", later);
    at.awaitReady("there", SOON);
    assertBelongsTo("there", later, former);
    assertThat(may(token, "there")).as("with a token of before").isFalse();
    assertThat(commits("there")).containsExactly(2, 2);

    String ofLater = login(later);
    give("there", former);
    at.awaitReady("there", SOON);
    assertBelongsTo("there", former, later);
    assertThat(may(ofLater, "there")).as("with a token of before").isFalse();
    assertThat(commits("there")).containsExactly(3, 3);
  }

  @Test
  void aChangeThatIsTakenBackAtOnceLeavesNothingOfIt() {
    at.settle("back");
    String former = mail("back", "crew");
    give("back", mail("back", "later"));
    give("back", former);

    at.awaitReady("back", SOON);
    assertBelongsTo("back", former, mail("back", "later"));
    assertThat(commits("back")).allMatch(it -> it == 1 || it == 3, "not seen, or there and back");
  }

  @Test
  void aGroupOfTwoProjectsLosesTheOneThatIsGivenAway() {
    String both = "both@example.com";
    for (String id : List.of("first", "second")) {
      at.create(dev(id).ownedBy(both));
      at.awaitReady(id, SOON);
    }
    String token = login(both);
    give("first", mail("first", "later"));
    at.awaitReady("first", SOON);
    assertBelongsTo("first", mail("first", "later"), both);
    assertBelongsTo("second", both, mail("first", "later"));
    assertThat(may(token, "first")).isFalse();
    assertThat(may(token, "second")).as("with a token of before").isTrue();

    give("second", mail("second", "later"));
    at.awaitReady("second", SOON);
    assertBelongsTo("second", mail("second", "later"), both);
    assertThat(hasGroup(both)).as("a group of no Project").isFalse();
    assertThat(commits("second")).containsExactly(2, 2);
  }

  /** Of a shared group too: the other Project keeps its rights at every moment. */
  @Test
  void aDeathAtAnyWriteToVaultLeavesNoRightBehind() {
    at.settle("dying");
    at.create(dev("beside").ownedBy(mail("dying", "crew")));
    at.awaitReady("beside", SOON);
    String neighbour = login(mail("dying", "crew"));
    String former = mail("dying", "crew");
    int deaths = 0;
    for (boolean died = true; died; deaths += died ? 1 : 0) {
      int write = deaths + 1;
      String later = mail("dying", "turn" + write);
      String token = login(former);
      died = giveAndDie("dying", later, write);
      assertThat(may(neighbour, "beside")).as("the neighbour's right").isTrue();
      at.awaitReady("dying", SOON);
      assertBelongsTo("dying", later, former);
      assertThat(may(token, "dying")).as("with a token of before").isFalse();
      assertThat(hasGroup(former)).as("group of " + former).isEqualTo(write == 1);
      assertThat(commits("dying")).containsExactly(1 + write, 1 + write);
      former = later;
    }
    System.out.printf("%d deaths at the writes of a change to Vault%n", deaths);
    assertThat(deaths).isGreaterThanOrEqualTo(3);
    assertBelongsTo("beside", mail("dying", "crew"), former);
  }

  /** The commit that a dead process sent may still land. */
  @ParameterizedTest
  @CsvSource({"flux,true", "flux,false", "deployment,true", "deployment,false"})
  void aDeathAtAPushLeavesNoRightBehindAndSaysNothingTwice(String name, boolean lands) {
    String id = name + (lands ? "landed" : "lost");
    at.settle(id);
    String token = login(mail(id, "crew"));
    AtomicBoolean died = new AtomicBoolean();
    at.world()
        .git()
        .repository(name)
        .faults()
        .judge(
            push -> {
              if (died.compareAndSet(false, true)) {
                at.operator().kill9();
                return lands ? Optional.empty() : Optional.of("nobody waits for this any more");
              }
              return Optional.empty();
            });
    give(id, mail(id, "later"));
    await().atMost(SOON).until(() -> died.get() && !at.operator().isAlive());
    at.operator().restart();

    at.awaitReady(id, SOON);
    assertBelongsTo(id, mail(id, "later"), mail(id, "crew"));
    assertThat(may(token, id)).as("with a token of before").isFalse();
    assertThat(commits(id)).containsExactly(2, 2);
  }

  /** Whether it died before it was done; it runs again when this returns. */
  private boolean giveAndDie(String id, String mail, int write) {
    AtomicInteger left = new AtomicInteger(write);
    vault.cuts(
        asked -> {
          if (isWrite(asked) && left.decrementAndGet() == 0) {
            at.operator().kill9();
          }
          // What is on its way arrives all the same.
          return false;
        });
    give(id, mail);
    await().atMost(SOON).until(() -> !at.operator().isAlive() || isReady(at.project(id)));
    vault.heals();
    boolean died = !at.operator().isAlive();
    if (died) {
      at.operator().restart();
    }
    return died;
  }

  private static boolean isReady(Project project) {
    Condition ready = project.statusOrUnseen().conditions().get(0);
    return ready.getStatus().equals("True")
        && ready.getObservedGeneration() == project.generation();
  }

  private static boolean isWrite(Asked asked) {
    return List.of("POST", "PUT", "DELETE").contains(asked.method());
  }

  private void give(String id, String mail) {
    at.edit(id, spec -> spec.ownedBy(mail));
  }

  /** Of two groups of people the first has every right, and the second none. */
  private void assertBelongsTo(String id, String mail, String other) {
    assertThat(may(login(mail), id)).as(mail + " in Vault on " + id).isTrue();
    assertThat(may(login(other), id)).as(other + " in Vault on " + id).isFalse();
    for (String file :
        List.of(
            at.world().flux().files().get("projects/" + id + "-dev/tenant.yaml"),
            at.world().deployment().files().get("applications/" + id + "-dev.yaml"))) {
      assertThat(file).contains(mail).doesNotContain(other);
    }
  }

  private static String mail(String id, String group) {
    return id + "." + group + "@example.com";
  }

  private String login(String group) {
    return at.vault().loginPerson("jo." + group, group);
  }

  private boolean may(String token, String id) {
    String path = "secret/data/" + id + "-dev/database";
    JsonNode all =
        at.vault()
            .root()
            .write("sys/capabilities", Map.of("token", token, "paths", List.of(path)))
            .data()
            .path(path);
    return !all.toString().equals("[\"deny\"]");
  }

  private boolean hasGroup(String mail) {
    return at.vault().root().read("identity/group/name/groundwork-" + mail).status() == 200;
  }

  /** How many commits each repository has of a Project. */
  private List<Integer> commits(String id) {
    String uid = at.project(id).uid();
    return List.of(at.world().flux(), at.world().deployment()).stream()
        .map(HostedRepository::history)
        .map(all -> (int) all.stream().filter(it -> it.message().contains(uid)).count())
        .toList();
  }
}

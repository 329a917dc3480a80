package tech.kyotu.groundwork.gitlab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;

/** The pull secret and the token that the older operator made. */
class OlderPullSecretTest {

  private static final Duration PAST_GRACE = Duration.ofHours(25);
  private static final byte[] LOGIN =
      "{\"auths\":{\"registry.of.old\":{\"username\":\"u\",\"password\":\"p\"}}}".getBytes(UTF_8);

  private final RegistryWorld world = new RegistryWorld();
  private final Project shop = aProject("shop").in(DEV).build();
  private long older;
  private long siblings;

  @BeforeEach
  void leave() {
    long group = world.gitlab.addGroup("platform/shop").id();
    older = world.gitlab.addToken(group, "shop-dev-image-puller", LocalDate.of(2027, 6, 1));
    siblings = world.gitlab.addToken(group, "shop-qa-image-puller", LocalDate.of(2027, 6, 1));
    world.givenNamespaceOf(shop);
    world.cluster.putOlderOperatorsSecret("shop-dev", LOGIN);
    world.settings.put("takeover.older-operator", "true");
    world.restart();
  }

  @Test
  void withoutTheSettingItIsLeftAloneAndTheMessageNamesIt() {
    world.settings.remove("takeover.older-operator");
    world.restart();
    assertThatThrownBy(() -> world.converge(shop))
        .isInstanceOfSatisfying(
            RejectedException.class,
            why -> {
              assertThat(why.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
              assertThat(why.sentence()).contains("takeover.older-operator=true");
            });
    assertThat(world.secret(shop).dockerConfigJson()).isEqualTo(LOGIN);
    assertThat(world.living(shop)).isEmpty();
  }

  @Test
  void itIsReplacedBackToBackOnceTheNewTokenIsProved() throws StepException {
    StepPass pass = world.converge(shop);
    List<String> calls = world.faults.calls();
    int deletion = calls.indexOf("cluster.deleteSecret shop-dev");
    assertThat(calls.get(deletion + 1)).isEqualTo("cluster.createSecret shop-dev");
    assertThat(calls.subList(0, deletion)).anyMatch(it -> it.startsWith("registry."));
    assertThat(world.secret(shop).type()).isEqualTo(FakeCluster.PULL_SECRET_TYPE);
    world.assertAtRest(shop);
    assertThat(pass.made()).extracting(Change::verb).contains(Verb.ADOPT, Verb.RETAIN);
  }

  @Test
  void aTokenThatTheRegistryRefusesLeavesTheSecretOfOld() {
    world.registry.refuseAll();
    assertThatThrownBy(() -> world.converge(shop)).isInstanceOf(StepException.class);
    assertThat(world.secret(shop).dockerConfigJson()).isEqualTo(LOGIN);
  }

  @Test
  void whatAnAttemptLeftBehindIsRevokedWhenItIsOldAndKeepsNobodyWaitingForEver()
      throws StepException {
    long group = world.gitlab.groupAtRest("platform/shop").orElseThrow().id();
    String cluster = world.cluster.clusterId();
    for (int i = 0; i < 3; i++) {
      String name = new TokenName(cluster, shop.uid(), 1, TokenName.freshNonce()).text();
      world.gitlab.addToken(group, name, LocalDate.of(2027, 1, 1));
    }
    assertThat(world.converge(shop).made()).isEmpty();
    assertThat(world.secret(shop).dockerConfigJson()).isEqualTo(LOGIN);
    world.later(Duration.ofMinutes(11));
    world.converge(shop);
    world.converge(shop);
    world.assertPullsWork(shop);
    assertThat(world.secret(shop).type()).isEqualTo(FakeCluster.PULL_SECRET_TYPE);
  }

  @Test
  void itsTokenIsRevokedAfterTheGraceAndNoOther() throws StepException {
    world.converge(shop);
    world.restart();
    assertThat(world.converge(shop).made()).isEmpty();
    assertThat(world.gitlab.lives(older)).isTrue();

    world.later(PAST_GRACE);
    assertThat(world.converge(shop).made())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.verb()).isEqualTo(Verb.DELETE);
              assertThat(change.reason()).contains("older operator");
            });
    assertThat(world.gitlab.lives(older)).isFalse();
    assertThat(world.gitlab.lives(siblings)).isTrue();
    world.assertAtRest(shop);
    assertThat(world.converge(shop).made()).isEmpty();
  }

  @Test
  void aProjectThatGoesBeforeThatTakesItAlong() throws StepException {
    world.converge(shop);
    world.release(shop);
    assertThat(world.gitlab.lives(older)).isFalse();
    assertThat(world.gitlab.lives(siblings)).isTrue();
    assertThat(world.living(shop)).isEmpty();
  }
}

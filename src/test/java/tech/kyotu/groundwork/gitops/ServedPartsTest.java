package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

/** What the cluster does not know is not pushed: it would hold up the files of all Projects. */
class ServedPartsTest {

  private static final String PATH = "projects/shop-dev/tenant.yaml";

  private final LaneBench bench = new LaneBench();
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = aProject("shop").build();

  @BeforeEach
  void fetch() {
    bench.projects.add(shop);
    cluster.with(shop);
    bench.lane.turn();
  }

  private FluxRbacStep stepWith(String... settings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    TemplateFolder templates = new TemplateFolder(Settings.of(given));
    return new FluxRbacStep(bench.lane, templates, cluster, false, bench.clock);
  }

  private FluxRbacStep stepWithStore() {
    return stepWith("flux.secret-store", "true", "vault.address", "https://vault.example.com");
  }

  private List<String> askedForKinds() {
    return cluster.faults().calls("cluster.serves");
  }

  @Test
  void writesNothingWhileTheClusterDoesNotServeWhatASettingAsksFor() throws Exception {
    new StepWalk(bench, stepWith()).converge(shop);
    String before = bench.repository.onServer(PATH).orElseThrow();
    StepWalk withStore = new StepWalk(bench, stepWithStore());
    assertThatThrownBy(() -> withStore.converge(shop))
        .hasMessage(
            "This cluster serves no SecretStore of external-secrets.io/v1. Install its CRD, or"
                + " switch off groundwork.flux.secret-store.")
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .satisfies(why -> assertThat(why.reason()).isEqualTo(Reason.PREREQUISITE_MISSING))
        .extracting(RejectedException::scope)
        .as("the lane knows nothing of CRDs and wakes nobody: the Project tries again")
        .isEqualTo(StepException.Scope.ELSEWHERE);
    assertThat(bench.lane.queued()).isZero();
    assertThat(bench.repository.onServer(PATH)).contains(before);

    cluster.setServed("external-secrets.io/v1", "SecretStore", true);
    withStore.converge(shop);
    assertThat(bench.repository.onServer(PATH).orElseThrow()).contains("kind: SecretStore");
  }

  @Test
  void neverTakesAFailureOfDiscoveryForAnAnswer() {
    cluster
        .faults()
        .failAlways(
            "cluster.serves", new RetryableException(Reason.REMOTE_UNAVAILABLE, "no answer"));
    assertThatThrownBy(() -> stepWithStore().plan(shop, Holdings.NONE))
        .isInstanceOf(RetryableException.class);
    assertThat(bench.lane.queued()).isZero();
  }

  @Test
  void asksOnceAMinuteForAllProjectsAndNeverForWhatIsInPlaceOrGoes() throws Exception {
    cluster.setServed("external-secrets.io/v1", "SecretStore", true);
    FluxRbacStep step = stepWithStore();
    for (int i = 0; i < 10; i++) {
      assertThat(step.plan(bench.project("p" + i), Holdings.NONE).changes()).hasSize(1);
    }
    assertThat(askedForKinds()).hasSize(1);
    bench.clock.advance(Duration.ofMinutes(1));
    StepWalk withStore = new StepWalk(bench, step);
    withStore.converge(shop);
    assertThat(askedForKinds()).hasSize(2);

    cluster.setServed("external-secrets.io/v1", "SecretStore", false);
    bench.clock.advance(Duration.ofMinutes(1));
    bench.lane.turn();
    assertThat(withStore.converge(shop).changes()).isEmpty();
    withStore.release(shop);
    assertThat(bench.repository.onServer(PATH)).isEmpty();
    assertThat(askedForKinds()).hasSize(2);
  }

  @Test
  void asksForNothingWhereNoSettingWantsMore() throws Exception {
    new StepWalk(bench, stepWith()).converge(shop);
    assertThat(askedForKinds()).isEmpty();
    stepWith("flux.quota.prod", "pods=5").plan(shop, Holdings.NONE);
    assertThat(askedForKinds()).isEmpty();
    stepWith("flux.quota.dev", "pods=5", "flux.default-deny", "true").plan(shop, Holdings.NONE);
    assertThat(askedForKinds()).hasSize(2);
  }
}

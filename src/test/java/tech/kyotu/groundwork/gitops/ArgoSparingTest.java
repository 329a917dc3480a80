package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.OlderInstallation;
import tech.kyotu.groundwork.testing.Settings;

/** What the older operator deployed outlives the move. */
class ArgoSparingTest {

  private static final String FILE = "applications/shop-dev.yaml";
  private static final Map<String, String> MOVE = Map.of("takeover.older-operator", "true");
  private static final Map<String, String> SAME_NAMES =
      Map.of("argo.application-names", "folder-project");

  private final OlderInstallation older =
      new OlderInstallation("shop-dev", "shop.crew@example.com", "https://git.example.com/d.git");
  private final LaneBench bench = new LaneBench(PathFence.DEPLOYMENT, older.deployment());
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = aProject("shop").build();

  @SafeVarargs
  private StepWalk walk(Map<String, String>... settings) {
    Map<String, String> all = new HashMap<>();
    for (Map<String, String> some : settings) {
      all.putAll(some);
    }
    GroundworkConfig config = Settings.of(all);
    return new StepWalk(
        bench,
        new ArgoApplicationsStep(
            bench.lane, new TemplateFolder(config), cluster, config, bench.clock));
  }

  @BeforeEach
  void fetch() {
    bench.projects.add(shop);
    cluster.with(shop);
    cluster.setArgoApplications("shop-dev", true, List.of("web-shop-dev"));
    bench.lane.turn();
  }

  private String file() {
    return bench.repository.onServer(FILE).orElseThrow();
  }

  private void assertRefused(StepWalk walk, String name) {
    assertThatThrownBy(() -> walk.converge(shop))
        .isInstanceOfSatisfying(
            RejectedException.class,
            why -> {
              assertThat(why.reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);
              assertThat(why.sentence())
                  .contains(name, "argo.application-names", "takeover.older-operator=true");
            });
    assertThat(bench.repository.pushes).isEmpty();
  }

  @Test
  void nothingIsWrittenUnlessTheMoveIsAllowed() {
    assertRefused(walk(), "folder-shop-dev");
    assertRefused(walk(SAME_NAMES), "inner-folder");
  }

  @Test
  void oursFollowsOnlyWhenArgoCdSparesWhatIsDeployed() throws Exception {
    StepWalk walk = walk(MOVE);
    StepPlan waits = walk.converge(shop);
    assertThat(waits.waitsFor().orElseThrow().message())
        .contains("Waits until Argo CD spares", "web-shop-dev");
    assertThat(waits.waitsFor().orElseThrow().reason()).isEqualTo(Reason.PROGRESSING);
    assertThat(file()).contains("preserveResourcesOnDeletion: true").doesNotContain("groundwork");

    cluster.setArgoApplications("shop-dev", false, List.of("web-shop-dev"));
    walk.converge(shop);
    assertThat(file())
        .startsWith(FileMark.header(tech.kyotu.groundwork.api.OwnerMark.of(shop)))
        .doesNotContain("FailOnSharedResource");
    assertThat(bench.repository.pushes).hasSize(2);
  }

  @Test
  void aPlanTellsBothPushes() throws Exception {
    Project planned = aProject("shop").planOnly().build();
    assertThat(walk(MOVE).step().plan(planned, Holdings.NONE).changes())
        .extracting(change -> change.verb() + " " + change.subject())
        .containsExactly("UPDATE " + FILE, "ADOPT manifests/shop-dev/", "ADOPT " + FILE);
  }

  @Test
  void namesOfTheFirstLevelCanBeKept() throws Exception {
    cluster.setArgoApplications("shop-dev", false, List.of("web-shop-dev"));
    walk(MOVE, SAME_NAMES).converge(shop);
    assertThat(file()).contains("\"{{.path.basenameNormalized}}-shop-dev\"".replace("\"", "'"));
  }

  @Test
  void whoeverTakesTheSparingBackIsToldNothingIsLost() throws Exception {
    StepWalk walk = walk(MOVE);
    walk.converge(shop);
    cluster.setArgoApplications("shop-dev", false, List.of("web-shop-dev"));
    bench.repository.rivalPuts(FILE, older.deployment().get(FILE));
    bench.lane.lookSoon();
    bench.lane.turn();
    cluster.setArgoApplications("shop-dev", true, List.of("web-shop-dev"));
    StepPlan waits = walk.converge(shop);
    assertThat(waits.waitsFor().orElseThrow().message()).contains("spares");
    assertThat(file()).contains("preserveResourcesOnDeletion: true").doesNotContain("groundwork");
  }

  @Test
  void aSettingThatRenamesWhatRunsIsHeldAsWell() throws Exception {
    bench.repository.rivalRemoves(FILE);
    bench.lane.lookSoon();
    bench.lane.turn();
    walk().converge(shop);
    bench.repository.pushes.clear();
    assertRefused(walk(SAME_NAMES), "shop-dev-folder");
  }
}

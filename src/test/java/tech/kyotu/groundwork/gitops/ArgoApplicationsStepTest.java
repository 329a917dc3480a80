package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

class ArgoApplicationsStepTest {

  private static final String FILE = "applications/shop-dev.yaml";
  private static final String KEEP = "manifests/shop-dev/.gitkeep";
  private static final String DEVELOPERS = "manifests/shop-dev/web/deployment.yaml";

  private final LaneBench bench = new LaneBench(PathFence.DEPLOYMENT, Map.of("README.md", "hello"));
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = aProject("shop").build();
  private StepWalk walk = walk();

  private ArgoApplicationsStep step(String... settings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    GroundworkConfig config = Settings.of(given);
    return new ArgoApplicationsStep(
        bench.lane, new TemplateFolder(config), cluster, config.argo(), bench.clock);
  }

  private StepWalk walk(String... settings) {
    return new StepWalk(bench, step(settings));
  }

  @BeforeEach
  void fetch() {
    bench.projects.add(shop);
    cluster.with(shop);
    bench.lane.turn();
  }

  private Optional<String> onServer(String path) {
    return bench.repository.onServer(path);
  }

  private void rivalPuts(String path, String text) {
    bench.repository.rivalPuts(path, text);
    bench.lane.lookSoon();
    bench.lane.turn();
  }

  private static Reason waitsFor(StepPlan plan) {
    return plan.waitsFor().orElseThrow().reason();
  }

  @Test
  void putsFileAndFolderOnTheBranchInOneCommit() throws Exception {
    walk.converge(shop);
    assertThat(onServer(FILE).orElseThrow()).contains("kind: AppProject", "kind: ApplicationSet");
    assertThat(onServer(KEEP)).contains("");
    assertThat(bench.repository.pushes).hasSize(1);
    assertThat(walk.held.thing(ArgoApplicationsStep.APPLICATIONS)).isPresent();
    assertThat(walk.held.thing(ArgoApplicationsStep.MANIFESTS)).isPresent();
    assertThat(walk.held.commits()).containsOnlyKeys("deployment");
  }

  @Test
  void rendersOnceForTenLooksAndWalksNoFolder() throws Exception {
    AtomicInteger renderings = new AtomicInteger();
    GroundworkConfig config = Settings.defaults();
    TemplateFolder templates = new TemplateFolder(config);
    ArgoRendering counting =
        new ArgoRendering(
            input -> {
              renderings.incrementAndGet();
              return templates.applications(input);
            },
            templates::appProjectAlone);
    ArgoApplicationsStep step =
        new ArgoApplicationsStep(bench.lane, counting, cluster, config.argo(), bench.clock);
    new StepWalk(bench, step).converge(shop);
    int read = bench.repository.filesRead;
    for (int i = 0; i < 10; i++) {
      assertThat(step.plan(shop, Holdings.NONE).changes()).isEmpty();
    }
    assertThat(renderings).hasValue(1);
    assertThat(bench.repository.filesRead).isEqualTo(read);
  }

  @Test
  void namesTheFieldWhoseEditChangesTheFile() throws Exception {
    walk.converge(shop);
    Project retaining = aProject("shop").retainingItsNamespace().build();
    assertThat(step().plan(retaining, walk.held).changes())
        .extracting(Change::reason)
        .containsExactly("deletion.namespace changed");
    Project moved = aProject("shop").ownedBy("new@example.org").retainingItsNamespace().build();
    assertThat(step().plan(moved, walk.held).changes())
        .extracting(Change::reason)
        .containsExactly("Moving access from " + shop.googleGroup() + " to new@example.org.");
    assertThat(step("argo.allow-update", "true").plan(shop, walk.held).changes())
        .extracting(Change::reason)
        .containsExactly("the Project, a setting or the template changed");
  }

  @Test
  void neverTouchesWhatDevelopersWriteAndDoesNotInsistOnItsOwnEmptyFile() throws Exception {
    walk.converge(shop);
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    bench.repository.rivalRemoves(KEEP);
    bench.lane.lookSoon();
    bench.lane.turn();
    assertThat(walk.converge(shop).waitsFor()).isEmpty();
    assertThat(bench.repository.pushes).hasSize(1);
    assertThat(onServer(DEVELOPERS)).contains("kind: Deployment\n");
  }

  @Test
  void adoptsWhatAnEarlierProjectOfTheNameLeftOnlyIfItMay() throws Exception {
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    Project strict = aProject("shop").neverAdopting().build();
    assertThatThrownBy(() -> step().plan(strict, Holdings.NONE))
        .hasMessageContaining("kyotu.tech/adopt: manifests")
        .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
        .extracting(StepException::reason)
        .isEqualTo(Reason.ADOPTION_FORBIDDEN);
    assertThat(bench.repository.pushes).isEmpty();
    assertThat(step().plan(shop, Holdings.NONE).changes())
        .extracting(Change::verb)
        .containsExactly(Verb.ADOPT, Verb.CREATE);
    walk.converge(shop);
    assertThat(onServer(DEVELOPERS)).contains("kind: Deployment\n");
  }

  @Test
  void putsBackWhatSomebodyChanged() throws Exception {
    walk.converge(shop);
    String original = onServer(FILE).orElseThrow();
    rivalPuts(FILE, original.replace("'shop-dev'", "'*'"));
    walk.converge(shop);
    assertThat(onServer(FILE)).contains(original);
    assertThat(walk.made.get(1).event()).contains(EventReason.DRIFT_REPAIRED);
  }

  @Test
  void goesInTwoPhasesEachOnlyWhenArgoCdHasFollowed() throws Exception {
    cluster.putAppProject("shop-dev");
    cluster.setArgoObjects("shop-dev", List.of("shop-dev-api", "shop-dev-web"));
    walk.converge(shop);
    StepPlan plan = walk.release(shop);
    assertThat(onServer(FILE).orElseThrow())
        .contains("kind: AppProject")
        .doesNotContain("ApplicationSet");
    assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(plan.waitsFor().orElseThrow().message())
        .startsWith("Waits for 2 Argo CD objects: shop-dev-api, shop-dev-web.");

    cluster.setArgoObjects("shop-dev", List.of());
    plan = walk.release(shop);
    assertThat(onServer(FILE)).isEmpty();
    assertThat(onServer(KEEP)).isEmpty();
    assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);

    cluster.removeAppProject("shop-dev");
    plan = walk.release(shop);
    assertThat(plan.waitsFor()).isEmpty();
    assertThat(walk.held.things()).isEmpty();
    assertThat(bench.repository.pushes).hasSize(3);
  }

  @Test
  void namesAtMostFiveOfTheObjectsItWaitsFor() throws Exception {
    cluster.setArgoObjects("shop-dev", List.of("a", "b", "c", "d", "e", "f"));
    walk.converge(shop);
    assertThat(walk.release(shop).waitsFor().orElseThrow().message())
        .startsWith("Waits for 6 Argo CD objects: a, b, c, d, e. ");
  }

  @Test
  void resumesAHalfDoneRemovalFromTheBranchAlone() throws Exception {
    cluster.setArgoObjects("shop-dev", List.of("shop-dev-web"));
    walk.converge(shop);
    walk.release(shop);
    StepWalk afterRestart = walk();
    cluster.setArgoObjects("shop-dev", List.of());
    assertThat(afterRestart.release(shop).waitsFor()).isEmpty();
    assertThat(onServer(FILE)).isEmpty();
  }

  @Test
  void waitsBlindlyWhereArgoCdIsNotLookedAt() throws Exception {
    walk = walk("argo.follow", "false");
    walk.converge(shop);
    bench.repository.touchedAt = bench.clock.instant();
    StepPlan plan = walk.release(shop);
    assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(plan.lookAgainAt())
        .contains(bench.repository.touchedAt.plus(Duration.ofMinutes(10)));
    assertThat(onServer(FILE)).isPresent();
    bench.clock.advance(Duration.ofMinutes(10));
    bench.lane.turn();
    assertThat(walk.release(shop).waitsFor()).isEmpty();
    assertThat(onServer(FILE)).isEmpty();
  }

  @Test
  void goesAtOnceWhereBlindWaitIsZero() throws Exception {
    walk = walk("argo.follow", "false", "argo.blind-wait", "0s");
    walk.converge(shop);
    assertThat(walk.release(shop).waitsFor()).isEmpty();
    assertThat(onServer(FILE)).isEmpty();
    assertThat(bench.repository.pushes).hasSize(3);
  }

  @Test
  void keepsTheDevelopersFilesAndSaysSo() throws Exception {
    walk.converge(shop);
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    StepPlan plan = walk.release(shop);
    assertThat(onServer(DEVELOPERS)).contains("kind: Deployment\n");
    assertThat(onServer(KEEP)).isEmpty();
    assertThat(walk.made).extracting(Change::verb).contains(Verb.RETAIN);
    assertThat(plan.message().apply(Holdings.NONE)).contains("developers' files");
  }

  @Test
  void removesTheDevelopersFilesOnlyIfASettingSaysSo() throws Exception {
    walk = walk("argo.remove-manifests", "true");
    walk.converge(shop);
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    walk.release(shop);
    assertThat(onServer(DEVELOPERS)).isEmpty();
  }

  @Test
  void sparesWhatIsDeployedBeforeTheSetsGoIfTheNamespaceIsRetained() throws Exception {
    walk.converge(shop);
    Project retaining = aProject("shop").retainingItsNamespace().build();
    bench.repository.touchedAt = bench.clock.instant();
    StepPlan plan = walk.release(retaining);
    assertThat(onServer(FILE).orElseThrow()).contains("preserveResourcesOnDeletion: true");
    assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    bench.clock.advance(Duration.ofMinutes(11));
    bench.lane.turn();
    walk.release(retaining);
    assertThat(onServer(FILE)).isEmpty();
  }

  @Test
  void planningARemovalOfNothingIsEmpty() throws Exception {
    cluster.putAppProject("shop-dev");
    assertThat(walk.release(shop).waitsFor()).isEmpty();
    assertThat(bench.repository.pushes).isEmpty();
  }

  @Test
  void leavesFileAndFolderOfAnotherProjectOfTheSameName() throws Exception {
    Project second = aProject("shop").named("second").build();
    cluster.with(second);
    walk.converge(shop);
    walk().release(second);
    assertThat(onServer(FILE)).isPresent();
    assertThat(onServer(KEEP)).isPresent();
    assertThat(bench.repository.pushes).hasSize(1);
  }
}

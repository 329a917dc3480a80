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
import tech.kyotu.groundwork.step.RejectedException;
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
        bench.lane, new TemplateFolder(config), cluster, config, bench.clock);
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

  private static String waiting(StepPlan plan) {
    return plan.waitsFor().orElseThrow().message();
  }

  private void passes(Duration time) {
    bench.clock.advance(time);
    bench.lane.turn();
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
        new ArgoApplicationsStep(bench.lane, counting, cluster, config, bench.clock);
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
        .containsExactly("moving access from " + shop.googleGroup() + " to new@example.org");
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
  void resumesAHalfDoneSetUpWhoseFolderIsMissing() throws Exception {
    walk.converge(shop);
    bench.repository.rivalRemoves(KEEP);
    bench.lane.lookSoon();
    bench.lane.turn();
    assertThat(walk().converge(shop).waitsFor()).isEmpty();
    assertThat(onServer(KEEP)).contains("");
    assertThat(bench.repository.pushes).hasSize(2);
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
    cluster.setArgoSets("shop-dev", List.of("shop-dev-apps"));
    cluster.setArgoApplications("shop-dev", true, List.of("shop-dev-api", "shop-dev-web"));
    walk.converge(shop);
    assertThat(waiting(walk.release(shop)))
        .isEqualTo(
            "Waits for 1 Argo CD ApplicationSet: shop-dev-apps. If one hangs, look at its"
                + " finalizers.");
    assertThat(onServer(FILE).orElseThrow())
        .contains("kind: AppProject")
        .doesNotContain("ApplicationSet");

    cluster.setArgoSets("shop-dev", List.of());
    assertThat(waiting(walk.release(shop)))
        .isEqualTo(
            "Waits for 2 Argo CD Applications: shop-dev-api, shop-dev-web. If one hangs, look at"
                + " its finalizers.");
    assertThat(onServer(FILE)).isPresent();

    cluster.setArgoApplications("shop-dev", true, List.of());
    assertThat(waiting(walk.release(shop)))
        .isEqualTo(
            FILE
                + " is gone from branch main; waits until Argo CD has removed AppProject"
                + " shop-dev.");
    assertThat(onServer(FILE)).isEmpty();
    assertThat(onServer(KEEP)).isEmpty();

    cluster.removeAppProject("shop-dev");
    assertThat(walk.release(shop).waitsFor()).isEmpty();
    assertThat(walk.held.things()).isEmpty();
    assertThat(bench.repository.pushes).hasSize(3);
  }

  @Test
  void missesNoApplicationThatASetMakesBetweenTwoLooks() throws Exception {
    walk.converge(shop);
    cluster
        .faults()
        .meanwhile(
            "cluster.argoApplicationSetsOf",
            () -> cluster.setArgoApplications("shop-dev", true, List.of("shop-dev-late")));
    assertThat(waiting(walk.release(shop))).contains("shop-dev-late");
    assertThat(onServer(FILE)).isPresent();
  }

  @Test
  void namesAtMostFiveOfTheApplicationsItWaitsFor() throws Exception {
    cluster.setArgoApplications("shop-dev", false, List.of("a", "b", "c", "d", "e", "f"));
    walk.converge(shop);
    assertThat(waiting(walk.release(shop)))
        .startsWith("Waits for 6 Argo CD Applications: a, b, c, d, e. ");
  }

  @Test
  void neverTakesAnErrorForAbsence() throws Exception {
    cluster.putAppProject("shop-dev");
    walk.converge(shop);
    for (String call : List.of("argoApplicationSetsOf", "argoApplicationsOf", "appProject")) {
      cluster
          .faults()
          .failAlways(
              "cluster." + call, new RejectedException(Reason.ACCESS_DENIED, "refused (403)"));
      assertThatThrownBy(() -> walk.release(shop)).hasMessageContaining("refused (403)");
      assertThat(walk.held.thing(ArgoApplicationsStep.APPLICATIONS)).as(call).isPresent();
      assertThat(onServer(FILE).isPresent()).as(call).isEqualTo(!call.equals("appProject"));
      cluster.faults().heal();
    }
  }

  @Test
  void resumesAHalfDoneRemovalFromTheBranchAlone() throws Exception {
    cluster.setArgoApplications("shop-dev", true, List.of("shop-dev-web"));
    walk.converge(shop);
    walk.release(shop);
    StepWalk afterRestart = walk();
    cluster.setArgoApplications("shop-dev", true, List.of());
    assertThat(afterRestart.release(shop).waitsFor()).isEmpty();
    assertThat(onServer(FILE)).isEmpty();
  }

  @Test
  void touchesADeletedAppProjectThatStandsStillOnceAMinute() throws Exception {
    cluster.putAppProject("shop-dev");
    walk.converge(shop);
    walk.release(shop);
    cluster.deleteAppProject("shop-dev", bench.clock.instant());
    passes(Duration.ofSeconds(59));
    assertThat(walk.release(shop).waitsFor()).isPresent();
    assertThat(cluster.faults().calls("cluster.touchAppProject")).isEmpty();

    for (int touches = 1; touches <= 2; touches++) {
      passes(Duration.ofSeconds(60));
      StepPlan plan = walk.release(shop);
      assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);
      assertThat(plan.lookAgainAt()).contains(bench.clock.instant().plusSeconds(5));
      assertThat(cluster.faults().calls("cluster.touchAppProject")).hasSize(touches);
    }
    assertThat(walk.made.get(walk.made.size() - 1).subject()).isEqualTo("AppProject shop-dev");

    cluster.removeAppProject("shop-dev");
    assertThat(walk.release(shop).waitsFor()).isEmpty();
  }

  @Test
  void touchesNoAppProjectThatNobodyHasDeletedYet() throws Exception {
    cluster.putAppProject("shop-dev");
    walk.converge(shop);
    walk.release(shop);
    passes(Duration.ofHours(1));
    assertThat(walk.release(shop).waitsFor()).isPresent();
    assertThat(cluster.faults().calls("cluster.touchAppProject")).isEmpty();
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
    cluster.setArgoApplications("shop-dev", true, List.of("shop-dev-api", "shop-dev-web"));
    walk.converge(shop);
    Project retaining = aProject("shop").retainingItsNamespace().build();
    StepPlan plan = walk.release(retaining);
    assertThat(onServer(FILE).orElseThrow())
        .contains("ApplicationSet", "preserveResourcesOnDeletion: true");
    assertThat(waitsFor(plan)).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(waiting(plan))
        .isEqualTo(
            "Waits until Argo CD spares what 2 Applications deployed: shop-dev-api, shop-dev-web."
                + " If one hangs, look at its finalizers.");

    cluster.setArgoApplications("shop-dev", false, List.of("shop-dev-api", "shop-dev-web"));
    assertThat(waiting(walk.release(retaining))).startsWith("Waits for 2 Argo CD Applications: ");
    assertThat(onServer(FILE).orElseThrow()).doesNotContain("ApplicationSet");

    cluster.setArgoApplications("shop-dev", false, List.of());
    assertThat(walk.release(retaining).waitsFor()).isEmpty();
    assertThat(onServer(FILE)).isEmpty();
  }

  @Test
  void sparesBlindlyWhereArgoCdIsNotLookedAt() throws Exception {
    walk = walk("argo.follow", "false");
    walk.converge(shop);
    Project retaining = aProject("shop").retainingItsNamespace().build();
    bench.repository.touchedAt = bench.clock.instant();
    assertThat(waiting(walk.release(retaining)))
        .isEqualTo(
            "Argo CD is not looked at (argo.follow=false); gives it time until %s."
                .formatted(bench.repository.touchedAt.plus(Duration.ofMinutes(10))));
    assertThat(onServer(FILE).orElseThrow()).contains("ApplicationSet");
    passes(Duration.ofMinutes(11));
    walk.release(retaining);
    assertThat(onServer(FILE)).isEmpty();
    assertThat(cluster.faults().calls("cluster.a")).isEmpty();
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

package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

/** The second set and the developers' README: off by default, and gone with their Project. */
class ArgoOptionsTest {

  private static final String FILE = "applications/shop-dev.yaml";
  private static final String KEEP = "manifests/shop-dev/.gitkeep";
  private static final String README = "manifests/shop-dev/README.md";
  private static final String DEVELOPERS = "manifests/shop-dev/web/deployment.yaml";

  private final LaneBench bench = new LaneBench(PathFence.DEPLOYMENT, Map.of("README.md", "hello"));
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = aProject("shop").build();
  private StepWalk walk;

  @BeforeEach
  void fetch() {
    bench.projects.add(shop);
    cluster.with(shop);
    bench.lane.turn();
  }

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

  private Optional<String> onServer(String path) {
    return bench.repository.onServer(path);
  }

  private void rivalPuts(String path, String text) {
    bench.repository.rivalPuts(path, text);
    bench.lane.lookSoon();
    bench.lane.turn();
  }

  private static String waiting(StepPlan plan) {
    return plan.waitsFor().orElseThrow().message();
  }

  @Test
  void takesBothSetsFromTheFileBeforeAnythingElse() throws Exception {
    walk = walk("argo.configs-set", "true");
    walk.converge(shop);
    assertThat(onServer(FILE).orElseThrow()).contains("'shop-dev-apps'", "'shop-dev-configs'");
    cluster.setArgoSets("shop-dev", List.of("shop-dev-configs"));
    assertThat(waiting(walk.release(shop)))
        .startsWith("Waits for 1 Argo CD ApplicationSet: shop-dev-configs.");
    assertThat(onServer(FILE).orElseThrow())
        .contains("kind: AppProject")
        .doesNotContain("ApplicationSet");
  }

  @Test
  void sparesWhatEitherSetDeployed() throws Exception {
    cluster.setArgoApplications("shop-dev", true, List.of("shop-dev-web-configs"));
    walk = walk("argo.configs-set", "true");
    walk.converge(shop);
    Project retaining = aProject("shop").retainingItsNamespace().build();
    String spares = "preserveResourcesOnDeletion: true";
    rivalPuts(FILE, onServer(FILE).orElseThrow().replaceFirst("Deletion: false", "Deletion: true"));
    walk.release(retaining);
    assertThat(onServer(FILE).orElseThrow().split(spares, -1)).hasSize(3);
  }

  @Test
  void tellsDevelopersInANewFolderWhatItIsForOnce() throws Exception {
    walk = walk("argo.manifests-readme", "true");
    walk.converge(shop);
    assertThat(onServer(README).orElseThrow()).startsWith("# shop-dev\n").doesNotContain("<");
    assertThat(bench.repository.pushes).hasSize(1);
    bench.repository.rivalRemoves(README);
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    walk.converge(shop);
    assertThat(onServer(README)).isEmpty();
    assertThat(bench.repository.pushes).hasSize(1);
  }

  @Test
  void writesNoReadmeIntoAFolderThatIsThere() throws Exception {
    rivalPuts(DEVELOPERS, "kind: Deployment\n");
    walk("argo.manifests-readme", "true").converge(shop);
    assertThat(onServer(FILE)).isPresent();
    assertThat(onServer(README)).isEmpty();
  }

  @Test
  void takesItsReadmeBackOnlyIfNobodyChangedIt() throws Exception {
    walk = walk("argo.manifests-readme", "true");
    walk.converge(shop);
    walk.release(shop);
    assertThat(onServer(README)).isEmpty();
    assertThat(walk.made).extracting(Change::verb).doesNotContain(Verb.RETAIN);

    walk.converge(shop);
    rivalPuts(README, "Our own words.\n");
    StepPlan plan = walk.release(shop);
    assertThat(onServer(README)).contains("Our own words.\n");
    assertThat(onServer(KEEP)).isEmpty();
    assertThat(walk.made).extracting(Change::verb).contains(Verb.RETAIN);
    assertThat(plan.message().apply(Holdings.NONE)).contains("developers' files");
  }

  @Test
  void leavesTheReadmeIfItCannotTellWhetherItIsItsOwn(@TempDir Path folder) throws Exception {
    walk = walk("argo.manifests-readme", "true");
    walk.converge(shop);
    for (String file : List.of(ArgoTemplates.APP_PROJECT, ArgoTemplates.APPLICATION_SET)) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.copy(Path.of(file), folder.resolve(file));
    }
    StepWalk restarted =
        walk("argo.manifests-readme", "true", "git.template-folder", folder.toString());
    restarted.held = walk.held;
    restarted.release(shop);
    assertThat(onServer(FILE)).isEmpty();
    assertThat(onServer(KEEP)).isEmpty();
    assertThat(onServer(README)).isPresent();
    assertThat(restarted.made).extracting(Change::verb).contains(Verb.RETAIN);
    assertThat(restarted.held.things()).isEmpty();
  }
}

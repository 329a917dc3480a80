package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.FollowerViews;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

class DeliveryTest {

  private final LaneBench bench = new LaneBench();
  private final FakeCluster cluster = new FakeCluster();
  private final Said said = new Said();
  private final FluxRbacStep flux = flux();
  private final ArgoApplicationsStep argo =
      new ArgoApplicationsStep(
          bench.lane,
          new TemplateFolder(Settings.defaults()),
          cluster,
          Settings.defaults(),
          bench.clock);
  private final Delivery delivery = new Delivery(bench.lane, flux, argo, said, bench.clock);
  private final DeliveryWaking waking =
      new DeliveryWaking(delivery, () -> bench.projects, bench.woken::add);
  private final Project shop = aProject("shop").ownedBy("shop.crew@example.com").build();
  private final Project blog = aProject("blog").ownedBy("blog.crew@example.com").build();

  private FluxRbacStep flux() {
    GroundworkConfig config = Settings.defaults();
    return new FluxRbacStep(bench.lane, new TemplateFolder(config), cluster, true, bench.clock);
  }

  /** What Flux and Argo CD say. */
  private static final class Said implements FollowerViews {
    private final Map<String, KustomizationView> kustomizations = new HashMap<>();
    private final Map<String, AppProjectRights> appProjects = new HashMap<>();
    private final Map<String, ApplicationSetHealth> sets = new HashMap<>();
    private boolean seesArgoCd = true;

    @Override
    public Optional<KustomizationView> kustomization(String name) {
      return Optional.ofNullable(kustomizations.get(name));
    }

    @Override
    public boolean seesArgoCd() {
      return seesArgoCd;
    }

    @Override
    public Optional<AppProjectRights> appProjectRights(ProjectName name) {
      return Optional.ofNullable(appProjects.get(name.value()));
    }

    @Override
    public Optional<ApplicationSetHealth> applicationSet(String name) {
      return Optional.ofNullable(sets.get(name));
    }
  }

  @BeforeEach
  void pushBoth() throws StepException {
    bench.lane.afterEachLook(waking::looked);
    bench.lane.turn();
    for (Project project : List.of(shop, blog)) {
      cluster.with(project);
      bench.projects.add(project);
      new StepWalk(bench, flux).converge(project);
    }
    bench.woken.clear();
  }

  private void fluxSays(FollowerViews.Progress progress, String commit, String message) {
    said.kustomizations.put(
        "projects",
        new FollowerViews.KustomizationView(
            progress,
            commit.isEmpty() ? "" : "main@sha1:" + commit,
            "main@sha1:" + commit,
            message));
  }

  private void fluxApplied(String commit) {
    fluxSays(FollowerViews.Progress.READY, commit, "Applied revision: main@sha1:" + commit);
  }

  /** Argo CD has what the file of a Project says. */
  private void argoFollows(Project project) throws StepException {
    for (Object document :
        Template.parsed(new String(argo.wanted(project).content(), UTF_8), "wanted")) {
      Map<?, ?> wanted = (Map<?, ?>) document;
      if ("AppProject".equals(wanted.get("kind"))) {
        said.appProjects.put(
            project.name().value(),
            new FollowerViews.AppProjectRights(
                project.uid(), FollowerViews.AppProjectRights.of(wanted.get("spec"))));
      }
    }
    said.sets.put(
        project.name() + "-apps",
        new FollowerViews.ApplicationSetHealth(project.uid(), Optional.empty()));
  }

  private Applied now(Project project) {
    return delivery.of(project);
  }

  /** The status says what is so now, as after a pass. */
  private void tell(Project project) {
    Applied now = now(project);
    ProjectStatus none = ProjectStatus.UNSEEN;
    project.setStatus(
        new ProjectStatus(
            1,
            null,
            null,
            null,
            null,
            none.holdings(),
            null,
            none.commits(),
            null,
            null,
            none.plan(),
            null,
            List.of(
                new ConditionBuilder()
                    .withType(Applied.TYPE)
                    .withStatus("any")
                    .withObservedGeneration(project.generation())
                    .withReason(now.reason().word())
                    .withMessage(now.message())
                    .build())));
  }

  @Test
  void isAppliedOnceBothHaveWhatIsWanted() throws Exception {
    assertThat(now(shop).reason()).isEqualTo(Reason.FOLLOWER_MISSING);
    fluxSays(FollowerViews.Progress.WORKING, "", "");
    assertThat(now(shop).message()).contains("is pushed; Flux last applied nothing.");
    assertThat(now(aProject("shop").ownedBy("new.crew@example.com").build()).message())
        .startsWith("The push of what is wanted is awaited; see FluxRbacReady.");
    fluxApplied(bench.repository.serverTip());
    assertThat(now(shop).reason()).isEqualTo(Reason.AWAITING_ARGO_CD);
    argoFollows(shop);
    assertThat(now(shop))
        .isEqualTo(
            new Applied(Reason.APPLIED_TO_CLUSTER, "Flux and Argo CD have applied our files."));
    assertThat(now(blog).reason()).isEqualTo(Reason.AWAITING_ARGO_CD);
  }

  @Test
  void comparesWhatIsInTheAppliedCommitAndNotItsAge() throws Exception {
    argoFollows(shop);
    String withBoth = bench.repository.serverTip();
    bench.repository.rivalPuts("README.md", "newer");
    bench.lane.lookSoon();
    bench.turn();
    fluxApplied(withBoth);
    assertThat(now(shop).reason()).isEqualTo(Reason.APPLIED_TO_CLUSTER);
    Project moved = aProject("shop").ownedBy("new.crew@example.com").build();
    assertThat(now(moved).reason()).isEqualTo(Reason.AWAITING_FLUX);
  }

  @Test
  void tellsWhatFluxFailedOnInItsOwnWords() throws Exception {
    argoFollows(shop);
    fluxSays(
        FollowerViews.Progress.FAILED,
        "91bd004aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "kustomize build failed:\n token=glpat-aaaaaaaaaaaaaaaaaaaa in tenant.yaml.");
    assertThat(now(shop).reason()).isEqualTo(Reason.APPLY_FAILED);
    assertThat(now(shop).message())
        .startsWith("Flux Kustomization flux-system/projects failed on 91bd004: kustomize build")
        .endsWith("in tenant.yaml. Mend what it names.")
        .doesNotContain("glpat-aaaaaaaaaaaaaaaaaaaa", "\n");
  }

  @Test
  void tellsWhatArgoCdCannotGenerate() throws Exception {
    argoFollows(shop);
    fluxApplied(bench.repository.serverTip());
    said.sets.put(
        "shop-dev-apps",
        new FollowerViews.ApplicationSetHealth(shop.uid(), Optional.of("no such branch.")));
    assertThat(now(shop))
        .isEqualTo(
            new Applied(
                Reason.APPLY_FAILED,
                "Argo CD's ApplicationSet shop-dev-apps failed: no such branch. Mend what it"
                    + " names."));
  }

  @Test
  void takesNobodyElsesObjectsInArgoCdForItsOwn() throws Exception {
    argoFollows(shop);
    fluxApplied(bench.repository.serverTip());
    said.sets.put(
        "shop-dev-apps",
        new FollowerViews.ApplicationSetHealth(UUID.randomUUID().toString(), Optional.empty()));
    assertThat(now(shop).reason()).isEqualTo(Reason.AWAITING_ARGO_CD);
    argoFollows(shop);
    Map<String, Object> wider =
        FollowerViews.AppProjectRights.of(Map.of("destinations", List.of(Map.of("server", "*"))));
    said.appProjects.put("shop-dev", new FollowerViews.AppProjectRights(shop.uid(), wider));
    assertThat(now(shop).message())
        .isEqualTo("The push of what is wanted is awaited; see ArgoApplicationsReady.");
    String file = new String(argo.wanted(shop).content(), UTF_8);
    var unused = bench.repository.rivalPuts("applications/shop-dev.yaml", file);
    bench.lane.lookSoon();
    bench.turn();
    assertThat(now(shop).message()).contains("does not have AppProject shop-dev as it is on");
  }

  @Test
  void cannotTellWhereNothingIsSeen() throws Exception {
    fluxApplied(bench.repository.serverTip());
    said.seesArgoCd = false;
    assertThat(now(shop).reason()).isEqualTo(Reason.FOLLOWER_MISSING);
    assertThat(now(shop).message()).contains("sees no AppProjects and ApplicationSets");
  }

  @Test
  void looksForACommitThatIsNotHereBeforeItSaysThatItIsUnknown() throws Exception {
    argoFollows(shop);
    argoFollows(blog);
    fluxApplied(bench.repository.serverTip());
    tell(shop);
    tell(blog);
    String newer = bench.repository.rivalPuts("README.md", "newer");
    fluxApplied(newer);
    waking.fluxMoved("projects");
    assertThat(now(shop).reason()).as("before the look").isEqualTo(Reason.APPLIED_TO_CLUSTER);
    bench.turn();
    assertThat(now(shop).reason()).isEqualTo(Reason.APPLIED_TO_CLUSTER);
    assertThat(bench.woken).as("nothing changed for anybody").isEmpty();

    fluxApplied("0123456789012345678901234567890123456789");
    waking.fluxMoved("projects");
    assertThat(bench.woken).isEmpty();
    bench.turn();
    assertThat(now(shop).reason()).isEqualTo(Reason.FOLLOWER_MISSING);
    assertThat(now(shop).message()).contains("Flux applied 0123456, which is not on branch main");
    assertThat(bench.woken).containsExactlyInAnyOrder(shop.ref(), blog.ref());
  }

  @Test
  void wakesThoseWhoseAnswerChangedAndNobodyElse() throws Exception {
    argoFollows(shop);
    argoFollows(blog);
    fluxApplied(bench.repository.serverTip());
    tell(shop);
    tell(blog);
    waking.fluxMoved("projects");
    assertThat(bench.woken).isEmpty();

    fluxSays(FollowerViews.Progress.FAILED, bench.repository.serverTip(), "broken");
    waking.fluxMoved("projects");
    assertThat(bench.woken).containsExactlyInAnyOrder(shop.ref(), blog.ref());
    tell(shop);
    tell(blog);
    bench.woken.clear();
    waking.fluxMoved("projects");
    assertThat(bench.woken).as("told already").isEmpty();

    fluxApplied(bench.repository.serverTip());
    waking.fluxMoved("projects");
    assertThat(bench.woken).containsExactlyInAnyOrder(shop.ref(), blog.ref());
    tell(shop);
    tell(blog);
    bench.woken.clear();

    said.appProjects.remove("blog-dev");
    waking.argoMoved("blog-dev");
    waking.argoMoved("shop-dev");
    assertThat(bench.woken).containsExactly(blog.ref());
  }

  /** Flux takes back its verdict at the start of each attempt. */
  @Test
  void standsByWhatItSaidWhileFluxIsWorking() throws Exception {
    argoFollows(shop);
    argoFollows(blog);
    String tip = bench.repository.serverTip();
    fluxApplied(tip);
    tell(shop);
    tell(blog);
    fluxSays(FollowerViews.Progress.WORKING, tip, "in progress");
    waking.fluxMoved("projects");
    assertThat(now(shop).reason()).isEqualTo(Reason.APPLIED_TO_CLUSTER);
    fluxSays(FollowerViews.Progress.FAILED, tip, "broken at folder 1");
    tell(shop);
    tell(blog);
    fluxSays(FollowerViews.Progress.WORKING, tip, "in progress");
    waking.fluxMoved("projects");
    assertThat(now(shop).reason()).isEqualTo(Reason.APPLY_FAILED);
    fluxSays(FollowerViews.Progress.FAILED, tip, "broken at folder 2");
    waking.fluxMoved("projects");
    waking.fluxMoved("of-somebody-else");
    assertThat(bench.woken).isEmpty();
  }

  @Test
  void wakesNobodyTwiceForWhatArgoCdKeepsSaying() throws Exception {
    argoFollows(blog);
    fluxApplied(bench.repository.serverTip());
    said.sets.put(
        "blog-dev-apps",
        new FollowerViews.ApplicationSetHealth(blog.uid(), Optional.of("no such branch")));
    tell(shop);
    tell(blog);
    for (int look = 0; look < 3; look++) {
      bench.lane.lookSoon();
      bench.turn();
    }
    said.seesArgoCd = false;
    waking.sightChanged();
    assertThat(bench.woken).containsExactly(shop.ref(), blog.ref());
    tell(shop);
    tell(blog);
    bench.lane.lookSoon();
    bench.turn();
    assertThat(bench.woken).hasSize(2);
  }

  /** The news may come before the status that it should change. */
  @Test
  void looksAtThoseAgainThatWaitForArgoCd() throws Exception {
    fluxApplied(bench.repository.serverTip());
    tell(shop);
    argoFollows(shop);
    bench.lane.lookSoon();
    bench.turn();
    assertThat(bench.woken).containsExactly(shop.ref());
  }

  @Test
  void saysNothingOfAnEarlierGenerationOnceItCannotBeToldWhatIsWanted() throws Exception {
    argoFollows(shop);
    fluxApplied(bench.repository.serverTip());
    tell(shop);
    FluxRbacStep untold =
        new FluxRbacStep(
            bench.lane,
            new RenderedFiles(
                input -> {
                  throw new RejectedException(Reason.TEMPLATE_INVALID, "broken");
                }),
            new ServedParts(type -> List.of(), cluster, bench.clock),
            cluster,
            true,
            bench.clock);
    Delivery ofUntold = new Delivery(bench.lane, untold, argo, said, bench.clock);
    assertThat(ofUntold.of(shop).reason()).isEqualTo(Reason.APPLIED_TO_CLUSTER);
    shop.getMetadata().setGeneration(2L);
    assertThat(ofUntold.of(shop).reason()).isEqualTo(Reason.AWAITING_FLUX);
    assertThat(ofUntold.of(shop).message()).startsWith("What is wanted cannot be told now");
  }

  @Test
  void wakesNobodyWhoWaitsForAPersonOrGoes() {
    fluxSays(FollowerViews.Progress.FAILED, bench.repository.serverTip(), "broken");
    for (Project project :
        List.of(
            aProject("a").suspended().build(),
            aProject("b").planOnly().build(),
            aProject("c").beingDeleted().build(),
            aProject("d").build())) {
      bench.projects.add(project);
      if (!"d-dev".equals(project.name().value())) {
        tell(project);
      }
    }
    said.kustomizations.clear();
    waking.fluxMoved("projects");
    assertThat(bench.woken).isEmpty();
  }
}

package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

/** Rights in two files of all Projects, and the way from there to a file for each. */
class SharedLayoutTest {

  private static final String VALUES = "namespaces/vault/vault/rbac_values.yaml";
  private static final String POLICY = "namespaces/argocd/argocd-operator/rbac.yaml";
  private static final String EMPTY_VALUES =
      """
      vault:
        externalConfig:
          policies: []
          groups: []
          group-aliases: []
      """;
  private static final String EMPTY_POLICY =
      """
      data:
        policy.csv: |
          g, admins@example.com, role:admin
        policy.default: ''
      """;

  private final LaneBench bench =
      new LaneBench(PathFence.FLUX, Map.of(VALUES, EMPTY_VALUES, POLICY, EMPTY_POLICY));
  private final FakeCluster cluster = new FakeCluster();
  private final Map<String, String> settings = new HashMap<>(Map.of("git.layout", "shared"));
  private final List<ProjectName> liveRoles = new ArrayList<>();

  @BeforeEach
  void fetch() {
    bench.lane.turn();
  }

  private static final PeoplesPolicy PEOPLE =
      new PeoplesPolicy(
          name -> name.value().replace('-', '_') + "_access",
          project -> "path \"secret/data/%s/*\" {}\n".formatted(project.name()));

  /** A new step, as after a restart. */
  private FluxRbacStep step() {
    var config = Settings.of(settings);
    return new FluxRbacStep(
        bench.lane,
        new TemplateFolder(config),
        new SharedRights(config, PEOPLE, cluster),
        project -> liveRoles.contains(project.name()),
        cluster,
        true,
        bench.clock);
  }

  private StepWalk walk() {
    return new StepWalk(bench, step());
  }

  private Project known(ProjectFixture fixture) {
    Project project = fixture.build();
    bench.projects.removeIf(other -> other.uid().equals(project.uid()));
    bench.projects.add(project);
    cluster.with(project).withNamespaceOf(project);
    return project;
  }

  private String values() {
    return bench.repository.onServer(VALUES).orElseThrow();
  }

  private String policy() {
    return bench.repository.onServer(POLICY).orElseThrow();
  }

  private void byHand(String path, String text) {
    bench.repository.rivalPuts(path, text);
    bench.lane.lookSoon();
    bench.lane.turn();
  }

  private RejectedException refusal(Project project) {
    RejectedException refused =
        catchThrowableOfType(RejectedException.class, () -> step().plan(project, Holdings.NONE));
    assertThat(refused).as("a refusal").isNotNull();
    return refused;
  }

  @Test
  void putsTheEntriesOfAProjectIntoBothFilesInOneCommit() throws Exception {
    Project shop = known(aProject("shop").ownedBy("crew@example.com"));
    StepWalk walk = walk();
    StepPlan plan = walk.converge(shop);
    assertThat(plan.message().apply(walk.held))
        .isEqualTo("The entries of shop-dev are on branch main.");
    assertThat(policy())
        .isEqualTo(
            """
            data:
              policy.csv: |
                g, admins@example.com, role:admin
                p, role:shop-dev, applications, get, shop-dev/*, allow
                p, role:shop-dev, applications, sync, shop-dev/*, allow
                p, role:shop-dev, logs, get, shop-dev/*, allow
                p, role:shop-dev, applications, update, shop-dev/*, allow
                p, role:shop-dev, exec, create, shop-dev/*, allow
                g, crew@example.com, role:shop-dev
              policy.default: ''
            """);
    assertThat(values())
        .contains("- name: 'shop_dev_access'\n", "path \"secret/data/shop-dev/*\" {}")
        .contains("- name: 'crew@example.com'\n        policies:\n          - 'shop_dev_access'\n");
    assertThat(bench.repository.pushes).hasSize(1);
    assertThat(bench.repository.onServer("projects/shop-dev/tenant.yaml")).isEmpty();
    assertThat(walk.made)
        .extracting(Change::verb, Change::event)
        .containsExactly(tuple(Verb.CREATE, Optional.of(EventReason.COMMITTED)));
    assertThat(walk.held.commits()).containsKey("flux");
  }

  @Test
  void readsNothingMoreOnceItIsInPlace() throws Exception {
    Project shop = known(aProject("shop"));
    FluxRbacStep step = step();
    new StepWalk(bench, step).converge(shop);
    int read = bench.repository.filesRead;
    for (int i = 0; i < 10; i++) {
      assertThat(step.plan(shop, Holdings.NONE).changes()).isEmpty();
    }
    assertThat(bench.repository.filesRead).isEqualTo(read);
  }

  @Test
  void givesTheNarrowRightsWhereTheSettingsSaySo() throws Exception {
    settings.put("argo.rights", "narrow");
    settings.put("argo.exec-environments", "qa");
    walk().converge(known(aProject("shop")));
    assertThat(policy())
        .contains("role:shop-dev, applications, action/apps/Deployment/restart, shop-dev/*, allow")
        .doesNotContain("exec", "update");
  }

  @Test
  void needsOnePushForFiftyProjectsAndNamesThemAll() throws Exception {
    FluxRbacStep step = step();
    List<Project> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(known(aProject("p" + i)));
    }
    for (Project project : all) {
      step.plan(project, Holdings.NONE).changes().get(0).effect().apply(Holdings.NONE);
    }
    bench.settle();
    assertThat(bench.repository.pushes).hasSize(1);
    assertThat(bench.repository.pushes.get(0).message()).contains("Groundwork: 50 projects");
    for (Project project : all) {
      assertThat(step.plan(project, Holdings.NONE).changes()).isEmpty();
      assertThat(bench.woken).contains(project.ref());
    }
    assertThat(values().split("_dev_access'", -1)).hasSize(101);
  }

  @Test
  void movesAccessToAnotherGroupAndLeavesNothingBehind() throws Exception {
    StepWalk walk = walk();
    walk.converge(known(aProject("shop").ownedBy("old@example.com")));
    Project moved = known(aProject("shop").ownedBy("new@example.com"));
    walk.converge(moved);
    assertThat(walk.made.get(1))
        .extracting(Change::reason, Change::event)
        .containsExactly(
            "moving access from old@example.com to new@example.com",
            Optional.of(EventReason.ACCESS_CHANGED));
    assertThat(values())
        .contains("- name: 'old@example.com'\n        policies: []\n")
        .contains("- name: 'new@example.com'\n        policies:\n          - 'shop_dev_access'\n");
    assertThat(policy()).contains("g, new@example.com, role:shop-dev").doesNotContain("old@");
  }

  @Test
  void putsBackWhatSomebodyChangedAndKeepsWhatTheyWroteBeside() throws Exception {
    Project shop = known(aProject("shop"));
    StepWalk walk = walk();
    walk.converge(shop);
    String mended = policy();
    byHand(
        POLICY,
        mended
            .replace("role:shop-dev, logs, get, shop-dev/*", "role:shop-dev, *, *, */*")
            .replace("data:", "# note\ndata:"));
    bench.clock.advance(Duration.ofSeconds(2));
    bench.lane.turn();
    assertThat(bench.woken).contains(shop.ref());
    walk.converge(shop);
    assertThat(policy()).isEqualTo(mended.replace("data:", "# note\ndata:"));
    assertThat(walk.made.get(1).event()).contains(EventReason.DRIFT_REPAIRED);
    assertThat(walk.made.get(1).reason()).matches("they were changed by [0-9a-f]{7}, Jo Doe");
  }

  @Test
  void writesNothingIntoAFileThatIsNotSafeAndTellsTheLine() throws Exception {
    Project shop = known(aProject("shop"));
    byHand(POLICY, EMPTY_POLICY + "data: {}\n");
    RejectedException refused = refusal(shop);
    assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE_FILE);
    assertThat(refused.sentence())
        .isEqualTo(
            "rbac.yaml line 5 in the Flux repository: duplicate key \"data\". Repair the file; the"
                + " operator does not touch it before. Next try within 60s.");
    byHand(POLICY, EMPTY_POLICY);
    walk().converge(shop);
    assertThat(policy()).contains("role:shop-dev");
  }

  @Test
  void doesNotTouchAFileThatBrokeWhileItsEditWaited() throws Exception {
    Project shop = known(aProject("shop"));
    FluxRbacStep step = step();
    step.plan(shop, Holdings.NONE).changes().get(0).effect().apply(Holdings.NONE);
    bench.repository.rivalPuts(VALUES, "a: [\n");
    bench.settle();
    assertThat(bench.repository.onServer(VALUES)).contains("a: [\n");
    assertThat(policy()).isEqualTo(EMPTY_POLICY);
    assertThat(refusal(shop).reason()).isEqualTo(Reason.UNREADABLE_FILE);
  }

  @Test
  void makesNoSharedFile() {
    bench.repository.rivalRemoves(VALUES);
    bench.lane.lookSoon();
    bench.lane.turn();
    RejectedException refused = refusal(known(aProject("shop")));
    assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(refused.sentence()).contains(VALUES + " is absent from the Flux repository");
  }

  @Test
  void takesAwayItsOwnEntriesAloneAndWaitsUntilFluxHasAppliedThat() throws Exception {
    Project cart = known(aProject("cart").ownedBy("crew@example.com"));
    Project shop = known(aProject("shop").ownedBy("crew@example.com"));
    StepWalk walk = walk();
    walk().converge(cart);
    walk.converge(shop);
    String withBoth = bench.repository.serverTip();
    cluster.setFluxRevision("platform", "main@sha1:" + withBoth);
    Project going = known(aProject("shop").ownedBy("crew@example.com").beingDeleted());
    StepPlan plan = walk.release(going);
    assertThat(plan.waitsFor().orElseThrow().reason()).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(plan.waitsFor().orElseThrow().message())
        .startsWith("The entries of shop-dev in the shared files are gone from branch main; Flux");
    assertThat(values()).doesNotContain("shop").contains("- 'cart_dev_access'");
    assertThat(policy()).doesNotContain("shop").contains("role:cart-dev");
    assertThat(walk().converge(cart).changes()).isEmpty();
    assertThat(values()).doesNotContain("shop");
    cluster.setFluxRevision("platform", "main@sha1:" + bench.repository.serverTip());
    assertThat(walk.release(going).waitsFor()).isEmpty();
    assertThat(walk.held.asList())
        .as("what nobody can take back in Vault stays known, to be told of")
        .extracting(Holding::id, Holding::reference)
        .containsExactly(tuple("vault-shared-policy", "shop_dev_access"));
  }

  @Test
  void keepsTheEntriesOfProjectsThatItDoesNotServeOrDoesNotSee() throws Exception {
    List<ProjectFixture> others =
        List.of(aProject("a"), aProject("b"), aProject("c"), aProject("d"));
    for (ProjectFixture other : others) {
      walk().converge(known(other));
    }
    cluster.forget(others.get(0).build());
    known(others.get(1).suspended());
    known(others.get(2).planOnly());
    known(others.get(3).beingDeleted());
    String before = policy();
    walk().converge(known(aProject("shop")));
    assertThat(policy().lines().toList()).containsAll(before.lines().toList());
    walk().release(known(others.get(3)));
    walk().converge(known(aProject("late")));
    assertThat(policy()).contains("role:b-dev", "role:shop-dev").doesNotContain("role:d-dev");
  }

  @Test
  void givesNothingToAProjectWhoseNameAnotherHolds() throws Exception {
    known(aProject("shop").ownedBy("first@example.com"));
    Project second = aProject("shop").named("second").ownedBy("second@example.com").build();
    cluster.with(second);
    walk().converge(known(aProject("cart")));
    assertThat(policy()).contains("first@example.com").doesNotContain("second@example.com");
  }

  @Test
  void goesOnWithTheOthersWhereAProjectIsMalformed() throws Exception {
    Project broken = aProject("broken").build();
    broken.setSpec(new ProjectSpec("No Id", null, null, null, false, null, null));
    cluster.with(broken);
    settings.put("shared.forget", "gone-dev");
    Project shop = known(aProject("shop"));
    assertThat(walk().converge(shop).waitsFor()).isEmpty();
    assertThat(policy()).contains("role:shop-dev");
    walk().release(known(aProject("shop").beingDeleted()));
    assertThat(policy()).doesNotContain("role:shop-dev");
  }

  @Test
  void goesOnWithTheOthersWhereAGroupIsPrivileged() throws Exception {
    byHand(
        VALUES,
        EMPTY_VALUES.replace(
            "groups: []\n",
            "groups:\n      - {name: root@example.com, metadata: {privileged: \"true\"}}\n"));
    Project greedy = known(aProject("greedy").ownedBy("root@example.com"));
    assertThat(refusal(greedy).reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    walk().converge(known(aProject("shop")));
    assertThat(values()).contains("shop_dev_access").doesNotContain("greedy");
  }

  @Test
  void planningWritesNothing() throws Exception {
    Project shop = known(aProject("shop").planOnly());
    assertThat(step().plan(shop, Holdings.NONE).changes()).hasSize(1);
    step().planRelease(shop, Holdings.NONE);
    assertThat(bench.lane.queued()).isZero();
  }

  @Test
  void leavesVaultToItsOwnStepWhereItHasAnAddressAndCleansUpBehindIt() throws Exception {
    Project shop = known(aProject("shop"));
    walk().converge(shop);
    assertThat(values()).contains("- 'shop_dev_access'");
    settings.put("vault.address", "https://vault.example.com");
    StepWalk walk = walk();
    walk.converge(shop);
    assertThat(values()).as("before people have the right by API").contains("- 'shop_dev_access'");
    walk.held =
        walk.held.with(Holding.of("vault-group", "VaultGroup", Origin.CREATED, "project-shop-dev"));
    walk.converge(shop);
    assertThat(values()).doesNotContain("shop_dev_access").contains("policies: []");
    assertThat(policy()).contains("role:shop-dev");
    walk().converge(known(aProject("cart")));
    assertThat(values()).doesNotContain("_access");
  }

  @Test
  void movesToAFileForEachWhenOneSettingIsChangedAndNobodyIsWithoutRightsMeanwhile()
      throws Exception {
    Project shop = known(aProject("shop"));
    Project cart = known(aProject("cart"));
    walk().converge(shop);
    walk().converge(cart);
    byHand(
        POLICY,
        policy()
            .replace("  policy.default", "    p, role:shop-dev, x, y, z, allow\n  policy.default"));
    settings.put("git.layout", "per-project");
    StepWalk walk = walk();
    StepPlan plan = walk.converge(shop);
    assertThat(bench.repository.onServer("projects/shop-dev/tenant.yaml")).isPresent();
    assertThat(policy()).as("until the AppProject gives the role").contains("role:shop-dev");
    assertThat(plan.lookAgainAt()).isPresent();
    liveRoles.add(shop.name());
    walk.held =
        walk.held.with(Holding.of("vault-group", "VaultGroup", Origin.CREATED, "project-shop-dev"));
    plan = walk.converge(shop);
    assertThat(policy()).doesNotContain("role:shop-dev").contains("role:cart-dev");
    assertThat(values()).doesNotContain("shop_dev").contains("cart_dev_access");
    assertThat(plan.lookAgainAt()).isEmpty();
    assertThat(walk.made.get(walk.made.size() - 1).verb()).isEqualTo(Verb.DELETE);
    Project going = known(aProject("cart").beingDeleted());
    walk().release(going);
    assertThat(values()).doesNotContain("cart_dev_access");
    assertThat(policy()).isEqualTo(EMPTY_POLICY);
  }

  @Test
  void doesNotMindFilesThatItDoesNotUse() throws Exception {
    settings.put("git.layout", "per-project");
    byHand(VALUES, "a: [\n");
    bench.repository.rivalRemoves(POLICY);
    Project shop = known(aProject("shop"));
    walk().converge(shop);
    walk().release(shop);
    assertThat(bench.repository.onServer("projects/shop-dev/tenant.yaml")).isEmpty();
    assertThat(bench.repository.onServer(VALUES)).contains("a: [\n");
  }

  @Test
  void forgetsTheNamesOfTheSettingsUnlessAProjectHasThem() throws Exception {
    Project gone = known(aProject("gone"));
    Project kept = known(aProject("kept"));
    walk().converge(gone);
    walk().converge(kept);
    cluster.forget(gone);
    Project shop = known(aProject("shop"));
    walk().converge(shop);
    assertThat(policy()).as("a name without a Project is not ours").contains("role:gone-dev");
    settings.put("shared.forget", "gone-dev,kept-dev");
    StepWalk walk = walk();
    walk.converge(shop);
    assertThat(policy()).doesNotContain("gone-dev").contains("role:kept-dev", "role:shop-dev");
    assertThat(values()).doesNotContain("gone_dev_access").contains("kept_dev_access");
    assertThat(walk.made).hasSize(1);
  }

  @Test
  void leavesNoRoleInTheAppProject() throws StepException {
    RenderInput input = RenderInput.of(aProject("shop").build());
    String with = new String(new TemplateFolder(Settings.defaults()).applications(input), UTF_8);
    String without =
        new String(new TemplateFolder(Settings.of(settings)).applications(input), UTF_8);
    assertThat(with).contains("proj:shop-dev:developer");
    assertThat(without).doesNotContain("roles:", "developer").contains("kind: ApplicationSet");
    assertThat(with).startsWith(without.substring(0, without.indexOf("---", 200) - 1).strip());
  }
}

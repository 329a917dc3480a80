package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

/** What Git refused says when it is tried again, and is tried at once when a person asks. */
class SecondChanceTest {

  private static final String PATH = "projects/shop-dev/tenant.yaml";

  private final LaneBench bench = LaneBench.opened();
  private final FakeGitRepository repository = bench.repository;
  private final FakeCluster cluster = new FakeCluster();
  private final FluxRbacStep step =
      new FluxRbacStep(
          bench.lane, new TemplateFolder(Settings.defaults()), cluster, false, bench.clock);
  private final Project shop = aProject("shop").build();

  @BeforeEach
  void know() {
    bench.projects.add(shop);
    cluster.with(shop);
  }

  private static Project asking(String request) {
    return aProject("shop").annotated(Project.RECONCILE_REQUESTED_AT, request).build();
  }

  /** One pass of the step, its effects included; then the lane works until nothing is due. */
  private StepPlan pass(Project project) throws StepException {
    StepPlan plan = step.plan(project, Holdings.NONE);
    for (Change change : plan.changes()) {
      var unused = change.effect().apply(Holdings.NONE);
    }
    work();
    return plan;
  }

  private void work() {
    while (bench.lane.turn().isZero()) {
      assertThat(repository.pushes).hasSizeLessThan(100);
    }
  }

  private void assertRefused(Project project, Reason reason, String words) {
    assertThatThrownBy(() -> pass(project))
        .isInstanceOfSatisfying(
            RejectedException.class, it -> assertThat(it.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
    work();
  }

  private void hookRefuses() {
    repository.judge =
        commit -> Optional.of(new PushVerdict(PushVerdict.Kind.DECLINED, "protected branch"));
  }

  private void loginIsRefused() {
    repository.network = () -> new RejectedException(Reason.ACCESS_DENIED, "No entry.");
  }

  private void healed() {
    repository.judge = commit -> Optional.empty();
    repository.network = () -> null;
  }

  @Test
  void aRefusedPushTellsItsNextTry() throws Exception {
    hookRefuses();
    pass(shop);
    assertRefused(shop, Reason.PUSH_REJECTED, "set another branch. Next try 12:10 UTC.");
  }

  @Test
  void aRefusedLoginTellsEachNextTryToWhoeverWaits() throws Exception {
    loginIsRefused();
    pass(shop);
    assertRefused(shop, Reason.ACCESS_DENIED, "No entry. Next try 12:10 UTC.");
    bench.woken.clear();
    bench.clock.advance(Duration.ofMinutes(10));
    work();
    assertThat(bench.woken).contains(shop.ref());
    assertRefused(shop, Reason.ACCESS_DENIED, "No entry. Next try 12:20 UTC.");
  }

  @Test
  void aFileThatCannotBeReadTellsItsNextTryAndHealsByThen() throws Exception {
    repository.rivalPuts(PATH + "/notes.txt", "mine");
    bench.lane.lookSoon();
    work();
    assertRefused(shop, Reason.UNREADABLE_FILE, "is no file. Next try within 60s.");
    repository.rivalRemoves(PATH + "/notes.txt");
    bench.clock.advance(Duration.ofSeconds(60));
    work();
    assertThat(bench.woken).contains(shop.ref());
    pass(shop);
    assertThat(repository.onServer(PATH)).isPresent();
  }

  @Test
  void contentionTellsItsNextTry() {
    Edit edit = LaneBench.edit(shop, "hello");
    repository.beforePush = () -> repository.rivalPuts("README.md", "" + repository.pushes.size());
    bench.lane.submit(edit);
    while (bench.lane.trouble().isEmpty()) {
      bench.turn();
    }
    assertThat(bench.lane.trouble().orElseThrow().sentence())
        .endsWith("Nothing to do unless it lasts; next try within 60s.");
  }

  @Test
  void aNewRequestTriesARefusedPushAtOnce() throws Exception {
    hookRefuses();
    pass(shop);
    healed();
    assertRefused(shop, Reason.PUSH_REJECTED, "protected branch");
    bench.clock.advance(Duration.ofSeconds(5));
    pass(asking("one"));
    assertThat(repository.onServer(PATH)).isPresent();
    assertThat(pass(asking("one")).changes()).isEmpty();
    assertThat(repository.pushes).hasSize(2);
  }

  @Test
  void aRequestCostsOnePushHoweverOftenItIsSeen() throws Exception {
    hookRefuses();
    pass(shop);
    bench.clock.advance(Duration.ofSeconds(5));
    pass(asking("one"));
    for (int i = 0; i < 5; i++) {
      bench.clock.advance(Duration.ofSeconds(5));
      assertRefused(asking("one"), Reason.PUSH_REJECTED, "Next try 12:10 UTC.");
    }
    assertThat(repository.pushes).hasSize(2);
    pass(asking("two"));
    assertThat(repository.pushes).hasSize(3);
  }

  @Test
  void aNewRequestTriesARefusedLoginAtOnce() throws Exception {
    loginIsRefused();
    pass(shop);
    healed();
    bench.clock.advance(Duration.ofSeconds(5));
    assertRefused(shop, Reason.ACCESS_DENIED, "No entry.");
    assertRefused(asking("one"), Reason.ACCESS_DENIED, "No entry.");
    assertThat(bench.lane.trouble()).isEmpty();
    assertThat(repository.onServer(PATH)).isPresent();
    assertThat(pass(asking("one")).changes()).isEmpty();
  }

  @Test
  void aNewRequestTriesABranchAtOnceThatCouldNeverBeSeen() throws Exception {
    bench.clock.advance(Duration.ofSeconds(91));
    loginIsRefused();
    pass(shop);
    healed();
    bench.woken.clear();
    bench.clock.advance(Duration.ofSeconds(5));
    assertRefused(asking("one"), Reason.ACCESS_DENIED, "No entry.");
    assertThat(bench.woken).contains(shop.ref());
    pass(asking("one"));
    assertThat(repository.onServer(PATH)).isPresent();
  }

  @Test
  void aCrowdThatAsksCostsOneTryWhileTheLoginIsRefused() throws Exception {
    loginIsRefused();
    pass(shop);
    int tips = repository.tips;
    for (int i = 0; i < 20; i++) {
      assertRefused(asking("at " + i), Reason.ACCESS_DENIED, "No entry.");
    }
    bench.clock.advance(Duration.ofSeconds(1));
    work();
    assertThat(repository.tips).isEqualTo(tips + 1);
    bench.clock.advance(Duration.ofMinutes(9));
    work();
    assertThat(repository.tips).isEqualTo(tips + 1);
  }

  @Test
  void aNewRequestLooksAtTheBranch() throws Exception {
    Project other = aProject("shop").named("other").build();
    cluster.with(other);
    repository.rivalPuts(PATH, FileMark.header(OwnerMark.of(other)));
    bench.lane.lookSoon();
    work();
    assertRefused(shop, Reason.OWNERSHIP_CONFLICT, "belongs to Project ops/other");
    repository.rivalRemoves(PATH);
    bench.woken.clear();
    assertRefused(asking("one"), Reason.OWNERSHIP_CONFLICT, "belongs to Project ops/other");
    assertThat(bench.woken).contains(shop.ref());
    pass(asking("one"));
    assertThat(repository.onServer(PATH)).isPresent();
  }

  @Test
  void anAdoptionTakesAtOnceTheFileThatCameWhileTheEditWaited() throws Exception {
    Project strict = aProject("shop").neverAdopting().build();
    StepPlan plan = step.plan(strict, Holdings.NONE);
    repository.rivalPuts(PATH, "kind: Secret\n");
    for (Change change : plan.changes()) {
      var unused = change.effect().apply(Holdings.NONE);
    }
    work();
    assertRefused(strict, Reason.ADOPTION_FORBIDDEN, "kyotu.tech/adopt: flux-tenant.");
    bench.clock.advance(Duration.ofSeconds(5));
    pass(aProject("shop").neverAdopting().annotated(Project.ADOPT, "flux-tenant").build());
    assertThat(repository.onServer(PATH).orElseThrow()).contains("uid=" + shop.uid());
  }

  @Test
  void aProjectThatIsForgottenLeavesNoRequestBehind() throws Exception {
    hookRefuses();
    pass(shop);
    bench.lane.forget(shop.uid());
    healed();
    int tips = repository.tips;
    pass(asking("one"));
    assertThat(repository.tips).isEqualTo(tips);
  }
}

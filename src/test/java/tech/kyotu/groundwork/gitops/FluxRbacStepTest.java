package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

class FluxRbacStepTest {

  private static final String PATH = "projects/shop-dev/tenant.yaml";

  private final LaneBench bench = new LaneBench();
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = aProject("shop").ownedBy("old.crew@example.com").build();
  private StepWalk walk = walk(true);

  private FluxRbacStep step(boolean follow) {
    return new FluxRbacStep(
        bench.lane, new TemplateFolder(Settings.defaults()), cluster, follow, bench.clock);
  }

  private StepWalk walk(boolean follow) {
    return new StepWalk(bench, step(follow));
  }

  @BeforeEach
  void fetch() {
    bench.projects.add(shop);
    cluster.with(shop);
    bench.lane.turn();
  }

  /** A step that counts how often its file is rendered. */
  private FluxRbacStep counting(AtomicInteger renderings) {
    TemplateFolder templates = new TemplateFolder(Settings.defaults());
    RenderedFiles tenants =
        new RenderedFiles(
            input -> {
              renderings.incrementAndGet();
              return templates.tenant(input);
            });
    ServedParts parts = new ServedParts(templates::parts, cluster, bench.clock);
    return new FluxRbacStep(bench.lane, tenants, parts, cluster, false, bench.clock);
  }

  private void look(FluxRbacStep step, Project project) throws StepException {
    for (int i = 0; i < 10; i++) {
      step.plan(project, Holdings.NONE);
    }
  }

  @Test
  void rendersOnceForTenLooksBeforeAndTenAfterThePush() throws Exception {
    AtomicInteger renderings = new AtomicInteger();
    FluxRbacStep step = counting(renderings);
    step.plan(shop, Holdings.NONE).changes().get(0).effect().apply(Holdings.NONE);
    int read = bench.repository.filesRead;
    look(step, shop);
    assertThat(bench.repository.filesRead).isEqualTo(read);
    bench.settle();
    look(step, shop);
    assertThat(renderings).hasValue(1);
    assertThat(step.plan(shop, Holdings.NONE).changes()).isEmpty();
  }

  @Test
  void rendersAgainWhenTheSpecChangesAndAfterTheProjectWent() throws Exception {
    AtomicInteger renderings = new AtomicInteger();
    FluxRbacStep step = counting(renderings);
    walk = new StepWalk(bench, step);
    walk.converge(shop);
    Project moved = aProject("shop").ownedBy("new.crew@example.com").build();
    walk.converge(moved);
    look(step, moved);
    assertThat(renderings).hasValue(2);
    assertThat(bench.repository.onServer(PATH).orElseThrow()).contains("new.crew@example.com");
    walk.release(moved);
    assertThat(step.plan(moved, Holdings.NONE).changes()).hasSize(1);
    assertThat(renderings).hasValue(3);
  }

  @Test
  void comparesIdsOnceItIsInPlaceAndReadsNoFile() throws Exception {
    walk.converge(shop);
    int read = bench.repository.filesRead;
    look(step(true), shop);
    assertThat(bench.repository.filesRead).isEqualTo(read);
  }

  private Change onlyChange(Project project) throws StepException {
    StepPlan plan = step(true).plan(project, walk.held);
    assertThat(plan.changes()).hasSize(1);
    return plan.changes().get(0);
  }

  private static Reason reasonOf(ThrowingCallable call) {
    try {
      call.call();
    } catch (StepException e) {
      return e.reason();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void putsTheFileOnTheBranchAndKnowsItsCommit() throws Exception {
    StepPlan plan = walk.converge(shop);
    assertThat(plan.waitsFor()).isEmpty();
    assertThat(bench.repository.onServer(PATH).orElseThrow()).contains("'old.crew@example.com'");
    assertThat(walk.held.thing(FluxRbacStep.TENANT)).isPresent();
    assertThat(walk.held.commits().get("flux").revision()).isEqualTo(bench.repository.serverTip());
    assertThat(walk.made)
        .extracting(Change::verb, Change::event)
        .containsExactly(tuple(Verb.CREATE, Optional.of(EventReason.COMMITTED)));
  }

  @Test
  void needsNoPushAndNoNetworkOnceItIsInPlace() throws Exception {
    walk.converge(shop);
    int tips = bench.repository.tips;
    for (int i = 0; i < 10; i++) {
      assertThat(step(true).plan(shop, Holdings.NONE).changes()).isEmpty();
    }
    assertThat(bench.repository.pushes).hasSize(1);
    assertThat(bench.repository.tips).isEqualTo(tips);
  }

  @Test
  void saysThatItsEditIsQueued() throws Exception {
    Outcome outcome = onlyChange(shop).effect().apply(Holdings.NONE);
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Waiting(
                Reason.WAITING_FOR_PUSH,
                "The edit for projects/shop-dev/tenant.yaml is queued for the next push to the Flux"
                    + " repository."));
  }

  @Test
  void waitsAndAsksForALookWhileTheTipIsNotConfirmed() throws Exception {
    bench.clock.advance(Duration.ofSeconds(91));
    StepPlan plan = step(true).plan(shop, Holdings.NONE);
    assertThat(plan.waitsFor().orElseThrow().reason())
        .as("nothing is known to be missing")
        .isEqualTo(Reason.PROGRESSING);
    bench.lane.turn();
    assertThat(bench.woken).containsExactly(shop.ref());
    assertThat(step(true).plan(shop, Holdings.NONE).changes()).hasSize(1);
  }

  @Test
  void tellsWhyTheRepositoryCannotBeLookedAt() {
    bench.clock.advance(Duration.ofSeconds(91));
    bench.repository.network = () -> new RetryableException(Reason.REMOTE_UNAVAILABLE, "gone");
    bench.lane.turn();
    assertThat(reasonOf(() -> step(true).plan(shop, Holdings.NONE)))
        .isEqualTo(Reason.REMOTE_UNAVAILABLE);
  }

  @Test
  void tellsThatTheServerRefusesThePush() throws Exception {
    bench.repository.judge =
        commit -> Optional.of(new PushVerdict(PushVerdict.Kind.DECLINED, "protected branch"));
    onlyChange(shop).effect().apply(Holdings.NONE);
    bench.settle();
    assertThatThrownBy(() -> step(true).plan(shop, Holdings.NONE))
        .hasMessage(
            "The Flux repository refused the push to main (protected branch). Allow the operator's"
                + " user to push, or set another branch. Next try 12:10 UTC.")
        .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
        .extracting(StepException::reason)
        .isEqualTo(Reason.PUSH_REJECTED);
  }

  @Test
  void movesAccessToAnotherGroup() throws Exception {
    walk.converge(shop);
    Project moved = aProject("shop").ownedBy("new.crew@example.com").atGeneration(2).build();
    Change change = onlyChange(moved);
    assertThat(change.event()).contains(EventReason.ACCESS_CHANGED);
    assertThat(change.reason())
        .isEqualTo("moving access from old.crew@example.com to new.crew@example.com");
    String waiting =
        "Moving access from old.crew@example.com to new.crew@example.com: the edit for"
            + " projects/shop-dev/tenant.yaml is queued for the next push to the Flux repository.";
    assertThat(change.effect().apply(walk.held))
        .isEqualTo(new Outcome.Waiting(Reason.WAITING_FOR_PUSH, waiting));
    assertThat(step(true).plan(moved, walk.held).waitsFor().orElseThrow().message())
        .isEqualTo(waiting);
    bench.settle();
    assertThat(bench.repository.onServer(PATH).orElseThrow())
        .contains("new.crew@example.com")
        .doesNotContain("old.crew");
  }

  @Test
  void putsBackWhatSomebodyChangedAndNamesThem() throws Exception {
    walk.converge(shop);
    String original = bench.repository.onServer(PATH).orElseThrow();
    String rival = bench.repository.rivalPuts(PATH, original.replace("old.crew", "evil.crew"));
    bench.lane.lookSoon();
    bench.lane.turn();
    assertThat(bench.woken).contains(shop.ref());
    Change change = onlyChange(shop);
    assertThat(change.event()).contains(EventReason.DRIFT_REPAIRED);
    assertThat(change.reason())
        .isEqualTo("it was changed by " + rival.substring(0, 7) + ", Jo Doe");
    walk.converge(shop);
    assertThat(bench.repository.onServer(PATH)).contains(original);
  }

  @Test
  void putsBackAFileThatSomebodyRemoved() throws Exception {
    walk.converge(shop);
    bench.repository.rivalRemoves(PATH);
    bench.lane.lookSoon();
    bench.lane.turn();
    assertThat(onlyChange(shop).event()).contains(EventReason.DRIFT_REPAIRED);
  }

  private void given(String content) {
    bench.repository.rivalPuts(PATH, content);
    bench.lane.lookSoon();
    bench.lane.turn();
  }

  @Test
  void adoptsAFileWithoutAMarkUnlessToldNever() throws Exception {
    given("kind: Secret\n");
    assertThat(onlyChange(shop).verb()).isEqualTo(Verb.ADOPT);
    Project strict = aProject("shop").neverAdopting().build();
    assertThat(reasonOf(() -> step(true).plan(strict, Holdings.NONE)))
        .isEqualTo(Reason.ADOPTION_FORBIDDEN);
    Project named =
        aProject("shop").neverAdopting().annotated(Project.ADOPT, "flux-tenant").build();
    assertThat(onlyChange(named).verb()).isEqualTo(Verb.ADOPT);
  }

  @Test
  void neverTakesTheFileOfALivingProject() {
    Project other = aProject("shop").named("other").build();
    cluster.with(other);
    given(FileMark.header(OwnerMark.of(other)));
    Project greedy = aProject("shop").annotated(Project.ADOPT, "flux-tenant").build();
    assertThatThrownBy(() -> step(true).plan(greedy, Holdings.NONE))
        .hasMessageContaining("belongs to Project ops/other");
  }

  @Test
  void takesTheFileOfAProjectThatIsGoneOnlyIfNamed() throws Exception {
    Project gone = aProject("shop").named("gone").build();
    given(FileMark.header(OwnerMark.of(gone)));
    assertThat(reasonOf(() -> step(true).plan(shop, Holdings.NONE)))
        .isEqualTo(Reason.OWNERSHIP_CONFLICT);
    Project named = aProject("shop").annotated(Project.ADOPT, "flux-tenant").build();
    assertThat(onlyChange(named).verb()).isEqualTo(Verb.ADOPT);
  }

  @Test
  void reattachesItsOwnFileAfterARestore() throws Exception {
    Project before = aProject("shop").withUid("uid-before-the-restore").build();
    given(FileMark.header(OwnerMark.of(before)));
    assertThat(onlyChange(shop).event()).contains(EventReason.REATTACHED);
    walk.converge(shop);
    assertThat(bench.repository.onServer(PATH).orElseThrow()).contains("uid=" + shop.uid());
  }

  @Test
  void writesNothingOverAForeignFileThatCameWhileItsEditWaited() throws Exception {
    onlyChange(shop).effect().apply(Holdings.NONE);
    Project other = aProject("shop").named("other").build();
    String foreign = FileMark.header(OwnerMark.of(other));
    bench.repository.rivalPuts(PATH, foreign);
    bench.settle();
    assertThat(bench.repository.onServer(PATH)).contains(foreign);
  }

  @Test
  void takesBackAnEditThatStillWaitsWhenTheWishChanges() throws Exception {
    walk.converge(shop);
    Project moved = aProject("shop").ownedBy("new.crew@example.com").build();
    onlyChange(moved).effect().apply(Holdings.NONE);
    assertThat(onlyChange(shop).reason()).isEqualTo("an earlier edit of it still waits");
    walk.converge(shop);
    assertThat(bench.repository.onServer(PATH).orElseThrow()).contains("old.crew");
    assertThat(bench.repository.pushes).hasSize(1);
  }

  @Test
  void removesTheFileAndWaitsUntilFluxHasAppliedThat() throws Exception {
    walk.converge(shop);
    String withFile = bench.repository.serverTip();
    cluster.setFluxRevision("projects", "main@sha1:" + withFile);
    StepPlan plan = walk.release(shop);
    assertThat(bench.repository.onServer(PATH)).isEmpty();
    assertThat(plan.waitsFor().orElseThrow().reason()).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    assertThat(plan.lookAgainAt()).isPresent();
    cluster.setFluxRevision("projects", "main@sha1:" + bench.repository.serverTip());
    plan = walk.release(shop);
    assertThat(plan.waitsFor()).isEmpty();
    assertThat(walk.held.thing(FluxRbacStep.TENANT)).isEmpty();
    assertThat(walk.made).extracting(Change::verb).containsExactly(Verb.CREATE, Verb.DELETE);
  }

  /** Each look wakes the Project, and its pass would ask for the next. */
  @Test
  void asksNowAndThenForACommitOfFluxThatIsNotHere() throws Exception {
    walk.converge(shop);
    var unused = walk.release(shop);
    cluster.setFluxRevision("projects", "main@sha1:" + "f".repeat(40));
    FluxRbacStep step = step(true);
    bench.lane.lookSoon();
    bench.lane.turn();
    int before = bench.repository.tips;
    for (int pass = 0; pass < 5; pass++) {
      assertThat(step.planRelease(shop, walk.held).waitsFor()).isPresent();
      bench.lane.turn();
    }
    assertThat(bench.repository.tips).isEqualTo(before);
    bench.clock.advance(Duration.ofSeconds(6));
    for (int pass = 0; pass < 5; pass++) {
      assertThat(step.planRelease(shop, walk.held).waitsFor()).isPresent();
      bench.lane.turn();
    }
    assertThat(bench.repository.tips).isEqualTo(before + 1);
  }

  @Test
  void doesNotWaitForFluxIfItIsNotFollowed() throws Exception {
    walk = walk(false);
    walk.converge(shop);
    assertThat(walk.release(shop).waitsFor()).isEmpty();
    assertThat(bench.repository.onServer(PATH)).isEmpty();
  }

  @Test
  void planningARemovalOfNothingIsEmptyAndAsksNobody() throws Exception {
    StepPlan plan = walk.release(shop);
    assertThat(plan.waitsFor()).isEmpty();
    assertThat(bench.repository.pushes).isEmpty();
  }

  @Test
  void leavesTheFileOfAnotherProjectOfTheSameName() throws Exception {
    Project second = aProject("shop").named("second").build();
    cluster.with(second);
    walk.converge(shop);
    assertThat(walk(true).release(second).changes()).isEmpty();
    assertThat(bench.repository.onServer(PATH)).isPresent();
  }

  @Test
  void cancelsAnEditThatWaitsWhenTheProjectIsDeleted() throws Exception {
    onlyChange(shop).effect().apply(Holdings.NONE);
    walk.release(shop);
    assertThat(bench.repository.pushes).isEmpty();
    assertThat(bench.repository.onServer(PATH)).isEmpty();
  }

  @Test
  void needsAtMostAHandfulOfPushesForAHundredProjectsFromSetUpToRemoval() throws Exception {
    FluxRbacStep step = step(false);
    for (int i = 0; i < 100; i++) {
      Project project = bench.project("p" + i);
      step.plan(project, Holdings.NONE).changes().get(0).effect().apply(Holdings.NONE);
    }
    bench.settle();
    for (Project project : bench.projects.subList(1, 101)) {
      assertThat(step.plan(project, Holdings.NONE).changes()).isEmpty();
      step.planRelease(project, Holdings.NONE).changes().get(0).effect().apply(Holdings.NONE);
    }
    bench.settle();
    assertThat(bench.repository.pushes).hasSize(2);
    assertThat(bench.repository.onServer("projects/p7-dev/tenant.yaml")).isEmpty();
  }

  @Test
  void planningWritesNothing() throws Exception {
    step(true).plan(shop, Holdings.NONE);
    step(true).planRelease(shop, Holdings.NONE);
    assertThat(bench.lane.queued()).isZero();
  }
}

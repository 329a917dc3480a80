package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.api.EnvironmentType.QA;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FaultPoints.Moment;

class GitLabGroupStepTest {

  private final RegistryWorld world = new RegistryWorld();
  private final Project shop = aProject("shop").in(DEV).build();

  private StepPass converge(Project project) throws StepException {
    StepPass pass = StepPass.converge(world.groupStep, project, world.held);
    world.held = pass.held();
    return pass;
  }

  private RejectedException refusalOf(Project project) {
    Throwable thrown = catchThrowable(() -> converge(project));
    assertThat(thrown).isInstanceOf(RejectedException.class);
    return (RejectedException) thrown;
  }

  private static Holding held(Group group) {
    return Holding.of(
        "gitlab-group", "GitLabGroup", Origin.CREATED, group.id() + " " + group.fullPath());
  }

  @Test
  void makesTheGroupWithItsMark() throws StepException {
    StepPass pass = converge(shop);
    assertThat(pass.events()).containsExactly(EventReason.GROUP_CREATED);
    assertThat(world.gitlab.groupAtRest("platform/shop").orElseThrow().description())
        .isEqualTo("Groundwork: images of project shop.");
    assertThat(world.held.thing("gitlab-group"))
        .hasValue(Holding.of("gitlab-group", "GitLabGroup", Origin.CREATED, "42 platform/shop"));
    assertThat(converge(shop).made()).isEmpty();
  }

  @Test
  void oneListServesManyProjects() throws StepException {
    for (int i = 0; i < 20; i++) {
      world.held = Holdings.NONE;
      converge(aProject("shop" + i).in(DEV).build());
    }
    assertThat(world.faults.calls("gitlab.children")).hasSize(1);
    assertThat(world.faults.calls("gitlab.createGroup")).hasSize(20);
  }

  @Test
  void aSettledGroupCostsNoCallWithinTheInterval() throws StepException {
    converge(shop);
    world.later(Duration.ofMinutes(5));
    world.faults.forgetCalls();
    converge(shop);
    assertThat(world.faults.calls()).isEmpty();
  }

  @Test
  void anotherEnvironmentJoinsTheGroupEvenUnderNever() throws StepException {
    world.cluster.with(shop);
    converge(shop);
    world.held = Holdings.NONE;
    Project qa = aProject("shop").in(QA).neverAdopting().build();
    StepPass pass = converge(qa);
    assertThat(pass.made()).extracting(Change::verb).containsExactly(Verb.ADOPT);
    assertThat(pass.events()).containsExactly(EventReason.GROUP_FOUND);
    assertThat(world.held.thing("gitlab-group").orElseThrow().shared()).isTrue();
  }

  @Test
  void usesAGroupThatExistsBelowTheParent() throws StepException {
    world.gitlab.addGroup("platform/shop", "Theirs.");
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_FOUND);
    assertThat(world.held.thing("gitlab-group").orElseThrow().origin()).isEqualTo(Origin.ADOPTED);
  }

  @Test
  void leavesAGroupThatExistsUnderNever() {
    world.gitlab.addGroup("platform/shop", "Theirs.");
    Project never = aProject("shop").in(DEV).neverAdopting().build();
    assertThat(refusalOf(never).reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);
  }

  @Test
  void takesNoTopLevelGroupThatItDidNotMake() throws StepException {
    world.settings.remove("gitlab.parent");
    world.restart();
    world.gitlab.addGroup("shop", "Theirs.");
    assertThat(refusalOf(shop).reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);
    world.settings.put("gitlab.use-existing-top-level-groups", "true");
    world.restart();
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_FOUND);
  }

  @Test
  void aGroupMadeByAnotherInTheSameMomentIsFoundAndNotMadeTwice() throws StepException {
    converge(aProject("first").in(DEV).build());
    world.gitlab.addGroup("platform/shop", "Groundwork: images of project shop.");
    world.held = Holdings.NONE;
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_FOUND);
    assertThat(world.faults.calls("gitlab.findGroup platform/shop")).hasSize(1);
  }

  @Test
  void aPathOfAUserIsNotOurs() {
    world.gitlab.addUser("platform/shop");
    assertThat(refusalOf(shop).reason()).isEqualTo(Reason.ACCESS_DENIED);
  }

  @Test
  void looksBeforeItAsksASecondTime() throws StepException {
    world.faults.failOnce(
        "gitlab.createGroup",
        Moment.AFTER,
        RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer."));
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_FOUND);
    assertThat(world.faults.calls("gitlab.createGroup")).hasSize(1);
    assertThat(world.held.thing("gitlab-group").orElseThrow().origin()).isEqualTo(Origin.CREATED);
  }

  @Test
  void doesNotFollowARename() throws StepException {
    converge(shop);
    world.gitlab.rename(42, "platform/store");
    world.restart();
    RejectedException refused = refusalOf(shop);
    assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(refused.sentence()).contains("platform/store");
    assertThat(world.gitlab.groupAtRest("platform/shop")).isEmpty();
  }

  @Test
  void believesNoForgedId() {
    Group theirs = world.gitlab.addGroup("platform/secrets");
    world.held = Holdings.NONE.with(held(theirs));
    assertThat(refusalOf(shop).reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
  }

  @Test
  void waitsForAPersonWhenTheGroupIsMarkedForDeletion() throws StepException {
    converge(shop);
    world.gitlab.markForDeletion(42, LocalDate.parse("2026-12-20"));
    world.restart();
    assertThat(refusalOf(shop).sentence()).contains("marked for deletion on 2026-12-20");
  }

  @Test
  void makesNothingBelowAGroupThatIsToGo() throws StepException {
    long platform = world.gitlab.groupAtRest("platform").orElseThrow().id();
    world.gitlab.markForDeletion(platform, LocalDate.parse("2026-12-20"));
    RejectedException refused = refusalOf(shop);
    assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(refused.sentence())
        .isEqualTo(
            "GitLab group platform, which holds the projects' groups, is marked for deletion on"
                + " 2026-12-20. Restore it in GitLab; nothing is made below it until then.");
    assertThat(world.faults.calls("gitlab.createGroup")).isEmpty();

    world.gitlab.restore(platform);
    world.later(Duration.ofSeconds(10));
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_CREATED);
  }

  @Test
  void aGroupAboveTheParentThatIsToGoTakesTheParentWithIt() throws StepException {
    world.settings.put("gitlab.parent", "company/division/platform");
    world.gitlab.addGroup("company/division/platform");
    world.restart();
    converge(shop);
    long company = world.gitlab.groupAtRest("company").orElseThrow().id();
    world.gitlab.markForDeletion(company, LocalDate.parse("2026-12-20"));
    world.later(Duration.ofMinutes(1));
    world.faults.forgetCalls();
    Project other = aProject("other").in(DEV).build();
    Holdings settled = world.held;
    world.held = Holdings.NONE;
    assertThat(refusalOf(other).sentence()).startsWith("GitLab group company, ");
    world.held = settled;
    assertThat(refusalOf(shop).sentence()).startsWith("GitLab group company, ");
    assertThat(world.faults.calls())
        .as("one look serves all")
        .containsExactly(
            "gitlab.findGroup company/division/platform", "gitlab.group 43", "gitlab.group 42");

    world.gitlab.restore(company);
    world.later(Duration.ofSeconds(10));
    assertThat(converge(shop).made()).as("nothing to repair").isEmpty();
  }

  @Test
  void whatIsAboveTheParentAndHiddenIsForGitLabToJudge() throws StepException {
    world.settings.put("gitlab.parent", "company/platform");
    long parent = world.gitlab.addGroup("company/platform").parentId().orElseThrow();
    world.restart();
    world.faults.failAlways(
        "gitlab.group " + parent, new RejectedException(Reason.ACCESS_DENIED, "Refused (403)."));
    assertThat(converge(shop).events()).containsExactly(EventReason.GROUP_CREATED);
  }

  @Test
  void makesAGroupAgainThatWasDeletedByHand() throws StepException {
    converge(shop);
    world.gitlab.removeGroup(42);
    world.restart();
    StepPass pass = converge(shop);
    assertThat(pass.events()).containsExactly(EventReason.GROUP_CREATED);
    assertThat(world.faults.calls("gitlab.self")).hasSize(1);
    assertThat(world.held.thing("gitlab-group").orElseThrow().reference())
        .isEqualTo("43 platform/shop");
  }

  @Test
  void makesNothingWhileTheParentIsNotSeen() throws StepException {
    converge(shop);
    long parent = world.gitlab.groupAtRest("platform").orElseThrow().id();
    world.gitlab.removeGroup(42);
    world.gitlab.removeGroup(parent);
    world.later(Duration.ofHours(1));
    assertThat(refusalOf(shop).reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    world.restart();
    assertThat(refusalOf(shop).sentence()).contains("\"platform\" is absent or hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "api", "groups", "users", "v2", "infra", "guarded"})
  void namesOfGitLabAndOfThePlatformAreReservedBeforeAnyCall(String projectId) {
    world.settings.remove("gitlab.parent");
    world.settings.put("git.flux.url", "http://gitlab.invalid/infra/tools/flux.git");
    world.settings.put("gitlab.protected-groups", "guarded");
    world.restart();
    Project project = aProject(projectId).in(DEV).build();
    assertThat(refusalOf(project).reason()).isEqualTo(Reason.NAME_RESERVED);
    assertThat(world.faults.calls()).isEmpty();
  }

  /** The path is GitLab's whatever host it lends its SSH server, and its root path is no part. */
  @ParameterizedTest
  @CsvSource({
    "http://gitlab.invalid/gitlab, git@gitlab.invalid:infra/tools/flux.git",
    "http://gitlab.invalid, ssh://git@ssh.gitlab.invalid:2222/infra/tools/flux.git"
  })
  void theGroupsOfRepositoriesOverSshAreReserved(String gitlab, String repository) {
    world.settings.remove("gitlab.parent");
    world.settings.put("gitlab.url", gitlab);
    world.settings.put("git.deployment.url", repository);
    world.restart();
    assertThat(refusalOf(aProject("infra").in(DEV).build()).reason())
        .isEqualTo(Reason.NAME_RESERVED);
  }

  @Test
  void theParentMayNotBeANumber() {
    world.settings.put("gitlab.parent", "4711");
    assertThat(catchThrowable(world::restart)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsTheGroupOnDeletion() throws StepException {
    converge(shop);
    StepPass gone = StepPass.release(world.groupStep, shop, world.held);
    assertThat(gone.plan().changes())
        .extracting(Change::verb, Change::reason)
        .containsExactly(tuple(Verb.RETAIN, "GitLab groups are never deleted"));
    assertThat(gone.message()).isEqualTo("Kept: GitLab groups are never deleted.");
    assertThat(world.gitlab.groupAtRest("platform/shop")).isPresent();
  }

  @Test
  void planningWritesNothing() throws StepException {
    List<Change> changes =
        world.groupStep.plan(aProject("shop").planOnly().build(), Holdings.NONE).changes();
    assertThat(changes).extracting(Change::verb).containsExactly(Verb.CREATE);
    assertThat(world.gitlab.groupAtRest("platform/shop")).isEmpty();
  }
}

package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;

/** Each scenario on one world, what it leaves behind, and its screen as it is recorded. */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenarioIT {
  private World world;
  private OperatorProcess operator;
  private Tally tally;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world = World.start(Wishes.in("scenarios").withMovableClocks());
    operator = world.startOperator(Scenario.LIVELY);
    tally = new Tally(world);
  }

  @AfterAll
  void end() {
    operator.close();
    world.close();
  }

  @Test
  void anAbsentGitLabIsWaitedForAndNothingIsMadeTwice() {
    play(new BreakGitLab());
    assertThat(tally.groupsMade("newcomer")).isOne();
    assertThat(tally.livingTokens("newcomer")).isOne();
    assertThat(projectsOf("break-gitlab")).hasSize(2).allMatch(Projects::isReady);
  }

  @Test
  void aTokenIsRotatedWithoutAFailedPull() {
    String screen = play(new SixtyDaysLater());
    assertThat(screen).contains("= failed pulls, of one every moment: 0");
    assertThat(tally.tokens("lasting")).isEqualTo(2);
    assertThat(tally.livingTokens("lasting")).isOne();
  }

  @Test
  void whatIsTakenAwayByHandComesBack() {
    play(new DriftByHand());
    assertThat(world.flux().files().get("projects/steady-dev/tenant.yaml"))
        .contains("kind: RoleBinding");
    assertThat(admin().secrets().inNamespace("steady-dev").withName(ClusterCheck.PULL_SECRET).get())
        .isNotNull();
  }

  @Test
  void aSecondEnvironmentOutlivesTheFirst() {
    String screen = play(new TwoEnvironments());
    assertThat(screen).contains("= failed pulls of twin-qa: 0");
    assertThat(tally.livingTokens("twin")).isOne();
    assertThat(admin().namespaces().withName("twin-dev").get()).isNull();
  }

  @Test
  void aDeletionTakesWhatIsOursAndNothingElse() {
    play(new DeleteProject());
    assertThat(projectsOf("delete")).isEmpty();
    assertThat(tally.files("leaving-dev")).isZero();
    assertThat(tally.livingTokens("leaving")).isZero();
    assertThat(world.deployment().files()).containsKey("manifests/leaving-dev/web/settings.yaml");
  }

  @Test
  void whatWasThereBeforeIsRefusedOrAdoptedAndStays() {
    play(new NameTakenAndAdopt());
    assertThat(projectsOf("name-taken-and-adopt")).singleElement().matches(Projects::isReady);
    assertThat(admin().namespaces().withName("older-prod").get()).isNotNull();
  }

  private String play(Scenario scenario) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    try {
      scenario.play(new Stage(world, new Team(admin(), scenario.name()), out));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("after this:\n" + printed.toString(UTF_8), e);
    }
    String screen = printed.toString(UTF_8);
    new Recording(scenario.name(), screen).keepOrCompare();
    return screen;
  }

  private List<Project> projectsOf(String namespace) {
    return new Team(admin(), namespace).projects();
  }

  private KubernetesClient admin() {
    return world.cluster().adminClient();
  }
}

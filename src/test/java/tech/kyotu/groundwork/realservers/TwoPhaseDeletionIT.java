package tech.kyotu.groundwork.realservers;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * Nothing of Argo CD is ever left stuck: neither when the operator dies between the two phases of a
 * deletion, nor when a person deletes the whole file past it.
 */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoPhaseDeletionIT {
  private static final String WEB =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: web
      """;

  private Platform platform;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    platform = Platform.start("two-phases", Map.of());
  }

  @AfterAll
  void end() {
    if (platform != null) { // where a server is missing, nothing was started
      platform.close();
    }
  }

  private void live(String projectId) {
    platform.create(team(projectId, DEV));
    platform.push(projectId + "-dev", "web", WEB);
    awaitDeployed(projectId + "-dev");
  }

  private void awaitDeployed(String name) {
    soon()
        .untilAsserted(
            () -> {
              assertThat(platform.argo("Application", name + "-web", "status", "sync", "status"))
                  .isEqualTo("Synced");
              assertThat(platform.argoNames("AppProject")).contains(name);
            });
  }

  private static String file(String name) {
    return "applications/" + name + ".yaml";
  }

  private String onTheBranch(String name) {
    return platform.deployment().files().getOrDefault(file(name), "");
  }

  @Test
  void theOperatorDiesAfterTheFirstPhase() {
    live("early");
    platform.delete("early-dev");
    soon()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !onTheBranch("early-dev").contains("kind: ApplicationSet"));
    platform.killOperator();
    assertThat(onTheBranch("early-dev")).contains("kind: AppProject");
    soon().until(() -> !platform.argoNames("Application").contains("early-dev-web"));
    assertThat(platform.argoNames("AppProject")).contains("early-dev");
    assertThat(platform.admin().namespaces().withName("early-dev").get()).isNotNull();

    platform.startOperator();
    awaitNothingLeftOf("early-dev");
  }

  @Test
  void theOperatorDiesAfterTheSecondPhase() {
    live("late");
    platform.delete("late-dev");
    soon().pollInterval(Duration.ofMillis(20)).until(() -> onTheBranch("late-dev").isEmpty());
    platform.killOperator();
    soon().until(() -> !platform.argoNames("AppProject").contains("late-dev"));

    platform.startOperator();
    awaitNothingLeftOf("late-dev");
  }

  /** Argo CD prunes in the order of the waves, from the back: the sets go before the AppProject. */
  @Test
  void aPersonDeletesTheWholeFileOfAProjectThatLives() {
    live("loved");
    platform.killOperator();
    var unused = platform.deployment().commit("Clean up", Map.of(), file("loved-dev"));
    soon().untilAsserted(() -> assertNothingInArgoCd("loved-dev"));

    platform.startOperator();
    awaitDeployed("loved-dev");
    platform.delete("loved-dev");
    awaitNothingLeftOf("loved-dev");
  }

  @Test
  void aPersonDeletesTheWholeFileOfAProjectThatGoes() {
    live("left");
    platform.killOperator();
    platform.delete("left-dev");
    var unused = platform.deployment().commit("Clean up", Map.of(), file("left-dev"));

    platform.startOperator();
    awaitNothingLeftOf("left-dev");
  }

  private void awaitNothingLeftOf(String name) {
    platform.awaitGone(name);
    assertNothingInArgoCd(name);
    assertThat(platform.admin().namespaces().withName(name).get()).isNull();
    assertThat(platform.flux().files().keySet()).noneMatch(it -> it.contains(name));
    assertThat(onTheBranch(name)).isEmpty();
  }

  private void assertNothingInArgoCd(String name) {
    assertThat(platform.argoNames("Application")).noneMatch(it -> it.startsWith(name));
    assertThat(platform.argoNames("ApplicationSet")).noneMatch(it -> it.startsWith(name));
    assertThat(platform.argoNames("AppProject")).doesNotContain(name);
  }
}

package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import tech.kyotu.groundwork.testing.FollowerBinary;

/** Our scripts in Argo CD's own interpreter, out of the ConfigMap that people install. */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArgoHealthIT {
  private static final Path CONFIG_MAP = Path.of("integrations/argocd/argocd-cm.yaml");
  private static final Path PACK = Path.of("integrations/argocd/kyotu.tech/Project");
  private static final Path ACTIONS = PACK.resolve("actions");

  private ArgoJudge judge;

  @BeforeAll
  void provide(@TempDir Path folder) {
    FollowerBinary.require(FollowerBinary.ARGOCD);
    judge = new ArgoJudge(FollowerBinary.ARGOCD.path(), folder);
  }

  static Stream<Arguments> situations() throws IOException {
    return rows(PACK.resolve("health_test.yaml"), "tests")
        .map(
            row ->
                Arguments.of(
                    row.get("inputPath"),
                    ((Map<?, ?>) row.get("healthStatus")).get("status"),
                    ((Map<?, ?>) row.get("healthStatus")).get("message")));
  }

  /** Of what is being deleted Argo CD itself says so, and asks no script. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("situations")
  void showsAProjectAsItsConditionsSay(String input, String status, String message)
      throws IOException {
    Path resource = PACK.resolve(input);
    boolean isGoing = Files.readString(resource, UTF_8).contains("deletionTimestamp");
    assertThat(judge.health(CONFIG_MAP, resource))
        .isEqualTo(
            isGoing
                ? "STATUS: Progressing\nMESSAGE: Pending deletion"
                : "STATUS: %s\nMESSAGE: %s".formatted(status, message));
  }

  static Stream<Arguments> offers() throws IOException {
    return rows(ACTIONS.resolve("action_test.yaml"), "discoveryTests")
        .map(row -> Arguments.of(row.get("inputPath"), row.get("result")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("offers")
  void offersAnActionWhereItHelps(String input, List<Map<String, Object>> offers) {
    List<String> wanted =
        offers.stream().map(it -> it.get("name") + " " + it.get("disabled")).toList();
    assertThat(judge.actions(CONFIG_MAP, ACTIONS.resolve(input)).lines().skip(1))
        .extracting(line -> line.replaceAll(" +", " ").strip())
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  static Stream<Arguments> actions() throws IOException {
    Map<String, String> differences =
        Map.of(
            "reconcile", "kyotu.tech/reconcile-requested-at: \"20",
            "suspend", "suspend: true",
            "resume", "suspend: false",
            "rotate-token", "kyotu.tech/rotate-token: \"20");
    return rows(ACTIONS.resolve("action_test.yaml"), "actionTests")
        .map(
            row ->
                Arguments.of(
                    row.get("action"), row.get("inputPath"), differences.get(row.get("action"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("actions")
  void anActionAsksForOneThing(String action, String input, String difference) {
    List<String> added =
        judge
            .difference(CONFIG_MAP, ACTIONS.resolve(input), action)
            .lines()
            .filter(line -> line.startsWith(">"))
            .map(line -> line.substring(1).strip())
            .filter(line -> !line.equals("annotations:"))
            .toList();
    assertThat(added).singleElement().asString().startsWith(difference);
  }

  @SuppressWarnings("unchecked") // The files are lists of maps, by Argo CD's layout.
  private static Stream<Map<String, Object>> rows(Path file, String name) throws IOException {
    Map<String, Object> read = new Yaml().load(Files.readString(file, UTF_8));
    return ((List<Map<String, Object>>) read.get(name)).stream();
  }
}

package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitops.RenderedRights;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What people may do in Argo CD, as its own evaluator judges the policies that we commit: those of
 * the AppProjects in layout {@code per-project}, those of the one file in layout {@code shared}.
 */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArgoRightsIT {
  private static final String POLICY_FILE =
      "flux-repo-template/namespaces/argocd/argocd-operator/rbac.yaml";

  /** The people of two environments of one project, of a third, and of one that sounds alike. */
  private static final List<Project> PROJECTS =
      List.of(
          project("shop", EnvironmentType.DEV, "shop.crew"),
          project("shop", EnvironmentType.PROD, "shop.crew"),
          project("shop", EnvironmentType.QA, "shop.testers"),
          project("shop-dev", EnvironmentType.QA, "other.crew"));

  private static final Map<String, Map<String, String>> SETTINGS =
      Map.of(
          "own", Map.of(),
          "own+shell", Map.of("argo.exec-environments", "dev,qa"),
          "own+update", Map.of("argo.allow-update", "true"),
          "usual", shared(Map.of()),
          "narrow", shared(Map.of("argo.rights", "narrow")),
          "narrow+shell",
              shared(Map.of("argo.rights", "narrow", "argo.exec-environments", "dev,qa")),
          "narrow+update", shared(Map.of("argo.rights", "narrow", "argo.allow-update", "true")));

  /**
   * Under which settings, who, what, which kind, which object, and the answer. {@code each} are the
   * three settings {@code own}, {@code usual} and {@code narrow}.
   */
  private static final String TABLE =
      """
      # What people are there for.
      each | shop.crew | get | applications | shop-dev/shop-dev-web | Yes
      each | shop.crew | sync | applications | shop-dev/shop-dev-web | Yes
      each | shop.crew | get | logs | shop-dev/shop-dev-web | Yes
      each | shop.crew | get | applications | shop-prod/shop-prod-web | Yes
      each | shop.testers | sync | applications | shop-qa/shop-qa-web | Yes
      each | other.crew | get | applications | shop-dev-qa/shop-dev-qa-web | Yes
      # An Application outside Argo CD's namespace bears its own in between; the AppProject admits none.
      each | shop.crew | get | applications | shop-dev/elsewhere/shop-dev-web | Yes
      each | shop.crew | get | applications | shop-qa/shop-dev/shop-dev-web | No

      # One action, a restart; what pauses, scales or aborts is for the files in Git.
      own narrow | shop.crew | action/apps/Deployment/restart | applications | shop-dev/shop-dev-web | Yes
      each | shop.crew | action/apps/Deployment/pause | applications | shop-dev/shop-dev-web | No
      each | shop.crew | action/apps/StatefulSet/restart | applications | shop-dev/shop-dev-web | No
      each | shop.crew | action/argoproj.io/Rollout/abort | applications | shop-dev/shop-dev-web | No
      # The older operator's lines name no action, and a right to update covers none.
      usual own+update | shop.crew | action/apps/Deployment/pause | applications | shop-dev/shop-dev-web | No
      usual | shop.crew | action/apps/Deployment/restart | applications | shop-dev/shop-dev-web | No

      # Who may update an Application may rewrite its source.
      own narrow | shop.crew | update | applications | shop-dev/shop-dev-web | No
      usual own+update narrow+update | shop.crew | update | applications | shop-dev/shop-dev-web | Yes
      # Since version 3 the right on the Application is none on what it deployed.
      each own+update narrow+update | shop.crew | update/apps/Deployment/shop-dev/web | applications | shop-dev/shop-dev-web | No
      each own+update | shop.crew | delete/apps/Deployment/shop-dev/web | applications | shop-dev/shop-dev-web | No
      # Applications come and go with folders in Git; a sync of other manifests is an override.
      each own+update | shop.crew | delete | applications | shop-dev/shop-dev-web | No
      each own+update | shop.crew | create | applications | shop-dev/shop-dev-other | No
      each own+update | shop.crew | override | applications | shop-dev/shop-dev-web | No

      # A shell in a pod reads what the pod reads.
      own own+update narrow narrow+update | shop.crew | create | exec | shop-dev/shop-dev-web | No
      own+shell narrow+shell | shop.crew | create | exec | shop-dev/shop-dev-web | Yes
      own+shell narrow+shell | shop.testers | create | exec | shop-qa/shop-qa-web | Yes
      own narrow own+shell narrow+shell | shop.crew | create | exec | shop-prod/shop-prod-web | No
      # The rights that installations of layout shared have today, in production too.
      usual | shop.crew | create | exec | shop-dev/shop-dev-web | Yes
      usual | shop.crew | create | exec | shop-prod/shop-prod-web | Yes

      # Other people's Projects, and names that begin as ours does.
      each | shop.crew | get | applications | shop-qa/shop-qa-web | No
      each | shop.crew | sync | applications | shop-qa/shop-qa-web | No
      each | shop.crew | get | logs | shop-qa/shop-qa-web | No
      each own+shell | shop.crew | create | exec | shop-qa/shop-qa-web | No
      each | shop.crew | get | applications | shop-dev2/shop-dev-web | No
      each | shop.crew | sync | applications | shop-dev2/shop-dev-web | No
      each | shop.crew | get | logs | shop-dev2/shop-dev-web | No
      each own+shell | shop.crew | create | exec | shop-dev2/shop-dev-web | No
      each | shop.crew | get | applications | shop-dev-qa/shop-dev-qa-web | No
      each | shop.crew | sync | applications | shop-dev-qa/shop-dev-qa-web | No
      each | other.crew | get | applications | shop-dev/shop-dev-web | No
      each | shop.testers | get | applications | shop-dev/shop-dev-web | No
      each | shop.testers | get | applications | shop-prod/shop-prod-web | No
      each | shop.crew | get | applications | default/shop-dev-web | No
      each | shop.crew | sync | applications | platform/root | No
      each | shop.crew | get | applications | * | No

      # People without a Project; groups are compared letter by letter.
      each | nobody | get | applications | shop-dev/shop-dev-web | No
      each | Shop.Crew | get | applications | shop-dev/shop-dev-web | No
      each | nobody | get | projects | shop-dev | No

      # What generates Applications is ours alone.
      each | shop.crew | get | applicationsets | shop-dev/shop-dev-apps | No
      each own+update | shop.crew | create | applicationsets | shop-dev/shop-dev-more | No
      each own+update | shop.crew | update | applicationsets | shop-dev/shop-dev-apps | No
      each | shop.crew | delete | applicationsets | shop-dev/shop-dev-apps | No

      # Argo CD itself lets the people of an AppProject's role see it, and no more.
      own | shop.crew | get | projects | shop-dev | Yes
      usual narrow | shop.crew | get | projects | shop-dev | No
      each | shop.crew | get | projects | shop-qa | No
      each own+update | shop.crew | update | projects | shop-dev | No
      each | shop.crew | create | projects | shop-dev2 | No
      each | shop.crew | delete | projects | shop-dev | No

      # Clusters and repositories, also those that would belong to the project.
      each | shop.crew | get | clusters | https://kubernetes.default.svc | No
      each | shop.crew | create | clusters | shop-dev/https://other.example.com | No
      each own+update | shop.crew | update | clusters | https://kubernetes.default.svc | No
      each | shop.crew | get | repositories | https://git.example.com/platform/deployment.git | No
      each | shop.crew | create | repositories | shop-dev/https://git.example.com/other.git | No
      each own+update | shop.crew | update | repositories | https://git.example.com/platform/deployment.git | No
      each | shop.crew | update | accounts | shop.crew | No
      """;

  private final Map<String, Path> policies = new HashMap<>();
  private ArgoJudge judge;

  @BeforeAll
  void render(@TempDir Path folder) throws Exception {
    FollowerBinary.require(FollowerBinary.ARGOCD);
    judge = new ArgoJudge(FollowerBinary.ARGOCD.path(), folder);
    for (Map.Entry<String, Map<String, String>> each : SETTINGS.entrySet()) {
      RenderedRights rights = new RenderedRights(each.getValue());
      String name = each.getKey();
      if (each.getValue().containsKey("git.layout")) {
        keep(name, rights.policyFile(shipped(), PROJECTS));
      } else {
        renderOwn(name, rights);
      }
    }
  }

  static Stream<Arguments> rows() {
    return TABLE
        .lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.split(" [|] ", -1))
        .flatMap(
            row ->
                Arrays.stream(row[0].replace("each", "own usual narrow").split(" ", -1))
                    .map(
                        settings ->
                            Arguments.of(settings, row[1], row[2], row[3], row[4], row[5])));
  }

  /**
   * Argo CD loads the policies of the AppProject that an object names, and no other's. To allow,
   * that one's must do; to deny, even those of all together must not.
   */
  @ParameterizedTest(name = "{0}: {1} {2} {3} {4}? {5}")
  @MethodSource("rows")
  void whatArgoCdSaysToEachRequest(
      String settings, String who, String action, String resource, String object, String answer) {
    boolean allowed = answer.equals("Yes");
    Path alone = policies.get(settings + " " + object.replaceFirst("/.*", ""));
    Path policy = allowed && alone != null ? alone : policies.get(settings);
    assertThat(judge.allows(policy, who + "@example.com", action, resource, object))
        .isEqualTo(allowed);
  }

  @Test
  void everyPolicyIsValidAndABrokenLineIsNot() throws IOException {
    assertThat(policies).hasSize(SETTINGS.size() + 3 * PROJECTS.size());
    policies.forEach(
        (name, file) -> assertThat(judge.validate(file)).as(name).isEqualTo("Policy is valid."));
    Path broken = judge.file("broken", withPolicies(shipped(), "broken", "p, role:a, logs, get"));
    assertThat(judge.validate(broken)).startsWith("Policy is invalid");
  }

  private void renderOwn(String name, RenderedRights rights) throws IOException, StepException {
    String all = shipped();
    for (Project project : PROJECTS) {
      String of = project.name().value();
      String lines = AppProjectPolicies.of(rights.applications(project));
      keep(name + " " + of, withPolicies(shipped(), of, lines));
      all = withPolicies(all, of, lines);
    }
    keep(name, all);
  }

  private void keep(String name, String configMap) {
    policies.put(name, judge.file(name, configMap));
  }

  /** Argo CD appends what stands in further keys of this form to the policy of all. */
  private static String withPolicies(String configMap, String name, String lines) {
    return configMap.stripTrailing() + "\n  policy." + name + ".csv: |\n" + lines.indent(4);
  }

  private static String shipped() throws IOException {
    return Files.readString(ServerBinary.projectRoot().resolve(POLICY_FILE), UTF_8);
  }

  private static Map<String, String> shared(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("git.layout", "shared");
    all.put("vault.address", "https://vault.invalid");
    return Map.copyOf(all);
  }

  private static Project project(String id, EnvironmentType environment, String people) {
    return aProject(id).in(environment).ownedBy(people + "@example.com").build();
  }
}

package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tech.kyotu.groundwork.testing.Settings;

/** What the shipped templates make of a Project in Argo CD: nothing that a tenant could widen. */
class ShippedTemplatesTest {

  private static final String REPOSITORY = "https://git.example.com/platform/elsewhere.git";

  private Map<?, ?> project;
  private Map<?, ?> set;

  @BeforeEach
  void render() throws Exception {
    TemplateFolder templates =
        new TemplateFolder(
            Settings.of(
                Map.of("git.deployment.url", REPOSITORY, "git.deployment.branch", "release")));
    byte[] file = templates.applications(RenderInput.of(aProject("shop").build()));
    List<Map<?, ?>> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(new LoaderOptions()))
        .loadAll(new String(file, StandardCharsets.UTF_8))
        .forEach(document -> documents.add((Map<?, ?>) document));
    project = at(documents.get(0), "spec");
    set = at(documents.get(1), "spec");
  }

  private static Map<?, ?> at(Map<?, ?> from, String... path) {
    Map<?, ?> found = from;
    for (String key : path) {
      found = (Map<?, ?>) found.get(key);
    }
    return found;
  }

  private static Map<String, String> kind(String group, String kind) {
    return Map.of("group", group, "kind", kind);
  }

  @Test
  void forbidRightsQuotasAndArgoCdsOwnObjectsInTheNamespace() {
    assertThat(project.get("namespaceResourceBlacklist"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .contains(
            kind("", "ResourceQuota"),
            kind("", "LimitRange"),
            kind("rbac.authorization.k8s.io", "*"),
            kind("argoproj.io", "*"),
            kind("external-secrets.io", "SecretStore"));
    assertThat(project.get("clusterResourceWhitelist")).isEqualTo(List.of());
    assertThat(project.containsKey("namespaceResourceWhitelist")).isFalse();
  }

  @Test
  void deployToOneNamespaceOfOneCluster() {
    Map<String, String> home =
        Map.of("server", "https://kubernetes.default.svc", "namespace", "shop-dev");
    assertThat(project.get("destinations")).isEqualTo(List.of(home));
    assertThat(at(set, "template", "spec").get("destination")).isEqualTo(home);
    assertThat(at(set, "template", "spec").get("project")).isEqualTo("shop-dev");
  }

  @Test
  void makeOneApplicationForEachFolderAndNoneForWhatIsInIt() {
    Map<?, ?> generator = (Map<?, ?>) ((List<?>) set.get("generators")).get(0);
    assertThat((List<?>) set.get("generators")).hasSize(1);
    assertThat(at(generator, "git").get("directories"))
        .isEqualTo(List.of(Map.of("path", "manifests/shop-dev/*")));
    assertThat(at(set, "template", "metadata").get("name"))
        .isEqualTo("shop-dev-{{.path.basenameNormalized}}");
  }

  @Test
  void readTheRepositoryAndTheBranchThatArePushedTo() {
    Map<?, ?> generator = (Map<?, ?>) ((List<?>) set.get("generators")).get(0);
    Map<?, ?> source = at(set, "template", "spec", "source");
    assertThat(project.get("sourceRepos")).isEqualTo(List.of(REPOSITORY));
    assertThat(at(generator, "git").get("repoURL")).isEqualTo(REPOSITORY);
    assertThat(at(generator, "git").get("revision")).isEqualTo("release");
    assertThat(source.get("repoURL")).isEqualTo(REPOSITORY);
    assertThat(source.get("targetRevision")).isEqualTo("release");
  }

  @Test
  void healWhatIsChangedByHandAndMakeNoNamespace() {
    Map<?, ?> policy = at(set, "template", "spec", "syncPolicy");
    assertThat(policy.get("automated")).isEqualTo(Map.of("prune", true, "selfHeal", true));
    assertThat(policy.get("syncOptions"))
        .isEqualTo(List.of("PruneLast=true", "ServerSideApply=true", "FailOnSharedResource=true"));
  }
}

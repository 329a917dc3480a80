package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.testing.Settings;

/** What the shipped templates make of a Project in Argo CD: nothing that a tenant could widen. */
class ShippedTemplatesTest {

  private static final String REPOSITORY = "https://git.example.com/platform/elsewhere.git";

  private Map<?, ?> project;
  private Map<?, ?> set;
  private Map<?, ?> configs;

  @BeforeEach
  void render() throws Exception {
    render("git.deployment.branch", "release");
  }

  private void render(String... given) throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("git.deployment.url", REPOSITORY));
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    TemplateFolder templates = new TemplateFolder(Settings.of(settings));
    byte[] file = templates.applications(RenderInput.of(aProject("shop").build()));
    List<Map<?, ?>> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(new LoaderOptions()))
        .loadAll(new String(file, StandardCharsets.UTF_8))
        .forEach(document -> documents.add((Map<?, ?>) document));
    project = at(documents.get(0), "spec");
    set = at(documents.get(1), "spec");
    configs = documents.size() > 2 ? at(documents.get(2), "spec") : Map.of();
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

  /**
   * A change of what is rendered rewrites the files of all Projects when operators are upgraded.
   */
  @ParameterizedTest
  @EnumSource(EnvironmentType.class)
  void sayByDefaultWhatTheySaidInEveryReleaseBefore(EnvironmentType environment) throws Exception {
    TemplateFolder templates = new TemplateFolder(Settings.defaults());
    RenderInput input = RenderInput.of(aProject("shop").in(environment).build());
    assertThat(new String(templates.tenant(input), StandardCharsets.UTF_8))
        .isEqualTo(pinned("tenant.yaml", input));
    assertThat(new String(templates.applications(input), StandardCharsets.UTF_8))
        .isEqualTo(pinned("applications.yaml", input));
  }

  private static String pinned(String file, RenderInput input) throws IOException {
    RenderInput dev = RenderInput.of(aProject("shop").build());
    boolean mayEdit =
        switch (input.name().environment()) {
          case DEV, QA, TEST -> true;
          case STAGE, PROD -> false;
        };
    return Files.readString(Path.of("src/test/resources/rendered", file))
        .replace(dev.owner().uid(), input.owner().uid())
        .replace(dev.name().value(), input.name().value())
        .replace("'edit'", mayEdit ? "'edit'" : "'view'");
  }

  @Test
  void makeAnApplicationOfEachFolderOfConfigsWhereThatIsWished() throws Exception {
    render("argo.configs-set", "true", "git.deployment.branch", "release");
    Map<?, ?> generator = (Map<?, ?>) ((List<?>) configs.get("generators")).get(0);
    assertThat(at(generator, "git").get("directories"))
        .isEqualTo(List.of(Map.of("path", "manifests/shop-dev/*/configs")));
    assertThat(at(generator, "git").get("repoURL")).isEqualTo(REPOSITORY);
    assertThat(at(generator, "git").get("revision")).isEqualTo("release");
    assertThat(at(configs, "template", "metadata").get("name"))
        .isEqualTo("shop-dev-{{index .path.segments 2 | normalize}}-configs");
    assertThat(at(configs, "template").get("spec")).isEqualTo(at(set, "template").get("spec"));
    assertThat(configs.get("syncPolicy")).isEqualTo(set.get("syncPolicy"));
  }

  @Test
  void openTheProjectsGroupOfRepositoriesWhereThatIsWished() throws Exception {
    render("argo.group-source", "true", "gitlab.url", "https://gitlab.example.com/git/");
    assertThat(project.get("sourceRepos"))
        .isEqualTo(List.of(REPOSITORY, "https://gitlab.example.com/git/shop/*"));
    render("argo.group-source", "true", "gitlab.parent", "platform/teams");
    assertThat(project.get("sourceRepos"))
        .isEqualTo(List.of(REPOSITORY, "http://gitlab.invalid/platform/teams/shop/*"));
  }

  @Test
  void keepTheUserInAnAddressOfSshAndInNoOther() throws Exception {
    render("git.deployment.url", "ssh://git@git.example.com/platform/deployment.git");
    assertThat(project.get("sourceRepos"))
        .isEqualTo(List.of("ssh://git@git.example.com/platform/deployment.git"));
    render("git.deployment.url", "https://user:secret@git.example.com/deployment.git");
    assertThat(project.get("sourceRepos"))
        .isEqualTo(List.of("https://git.example.com/deployment.git"));
  }

  @Test
  void letNobodyOpenWhatADefaultDenyCloses() throws Exception {
    assertThat((List<?>) project.get("namespaceResourceBlacklist")).hasSize(5);
    render("flux.default-deny", "true");
    assertThat(project.get("namespaceResourceBlacklist"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(6)
        .contains(kind("networking.k8s.io", "NetworkPolicy"));
  }

  /**
   * Argo CD 3.2 waits duration * factor^n after try n, at most maxDuration (appcontroller.go), and
   * deletes a refused Application only after the last try.
   */
  @Test
  void giveUpARefusedApplicationWithinTwoMinutes() {
    Map<?, ?> retry = at(set, "template", "spec", "syncPolicy", "retry");
    Map<?, ?> backoff = at(retry, "backoff");
    long waits = 0;
    for (int n = 1; n <= (Integer) retry.get("limit"); n++) {
      double next = seconds(backoff, "duration") * Math.pow((Integer) backoff.get("factor"), n);
      waits += Math.min(seconds(backoff, "maxDuration"), Math.round(next));
    }
    assertThat(waits).isBetween(60L, 110L);
  }

  private static long seconds(Map<?, ?> backoff, String field) {
    return Duration.parse("PT" + backoff.get(field)).toSeconds();
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

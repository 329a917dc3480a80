package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folders that an installation copies: a mistake there would show only in a cluster. */
class RepositoryTemplatesTest {

  private static final Path FLUX = Path.of("flux-repo-template");

  private static List<Path> yamlFiles() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("flux-repo-template", "argocd-templates")) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(path -> path.toString().endsWith(".yaml")).forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void everyFileIsYaml() throws Exception {
    for (Path file : yamlFiles()) {
      assertThat(Template.parsed(Files.readString(file), file.toString()))
          .as(file.toString())
          .isNotEmpty()
          .allMatch(Map.class::isInstance);
    }
  }

  @Test
  void everyManifestHasAnApiVersionAKindAndAName() throws Exception {
    for (Path file : yamlFiles()) {
      if (file.endsWith("rbac_values.yaml") || file.endsWith("kustomizeconfig.yaml")) {
        continue;
      }
      for (Object document : Template.parsed(Files.readString(file), file.toString())) {
        assertThat(((Map<?, ?>) document).keySet().stream().map(Object::toString).toList())
            .as(file.toString())
            .contains("apiVersion", "kind");
      }
    }
  }

  @Test
  void everyKustomizationListsFilesThatExist() throws Exception {
    for (Path file : yamlFiles()) {
      if (!file.endsWith("kustomization.yaml")) {
        continue;
      }
      Map<?, ?> document =
          (Map<?, ?>) Template.parsed(Files.readString(file), file.toString()).get(0);
      if (document.get("resources") instanceof List<?> resources) {
        for (Object resource : resources) {
          assertThat(file.resolveSibling(resource.toString())).exists();
        }
      }
    }
  }

  /** What a site takes the comment signs off is to be as right as what is applied at once. */
  @Test
  void fluxMayWriteEachOptionalObjectOnceItsRuleIsUncommented() throws Exception {
    assertThat(resources(ApplierRules.ALL))
        .isEqualTo(
            List.of(
                "serviceaccounts",
                "rolebindings.rbac.authorization.k8s.io",
                "clusterroles.rbac.authorization.k8s.io",
                "secretstores.external-secrets.io",
                "resourcequotas",
                "limitranges",
                "networkpolicies.networking.k8s.io"));
    assertThat(resources(ApplierRules.SHIPPED))
        .isEqualTo(resources(ApplierRules.ALL).subList(0, 3));
  }

  private static List<String> resources(ApplierRules rules) throws Exception {
    Object role = Template.parsed(rules.text(), "test").get(1);
    List<String> resources = new ArrayList<>();
    for (Object rule : (List<?>) ((Map<?, ?>) role).get("rules")) {
      Map<?, ?> fields = (Map<?, ?>) rule;
      String group = ((List<?>) fields.get("apiGroups")).get(0).toString();
      String resource = ((List<?>) fields.get("resources")).get(0).toString();
      resources.add(group.isEmpty() ? resource : resource + "." + group);
      assertThat(fields.get("verbs"))
          .isEqualTo(
              fields.containsKey("resourceNames")
                  ? List.of("bind")
                  : List.of("get", "list", "watch", "create", "patch", "delete"));
    }
    return resources;
  }

  @Test
  void codeOwnersAnswerForAllButWhatGroundworkPushes() throws Exception {
    assertThat(ownedPaths(FLUX.resolve("CODEOWNERS"))).containsExactly("* @platform", "/projects/");
    assertThat(ownedPaths(Path.of("argocd-templates/CODEOWNERS")))
        .containsExactly("* @platform", "/applications/", "/manifests/");
  }

  private static List<String> ownedPaths(Path file) throws Exception {
    return Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
  }

  @Test
  void noUnreadySecretStoreHoldsUpTheOtherProjects() throws Exception {
    Path file = FLUX.resolve("clusters/main/projects.yaml");
    Object kustomization = Template.parsed(Files.readString(file), "test").get(0);
    Map<?, ?> spec = (Map<?, ?>) ((Map<?, ?>) kustomization).get("spec");
    assertThat(spec.get("healthCheckExprs"))
        .isEqualTo(
            List.of(
                Map.of(
                    "apiVersion",
                    TenantPart.SECRET_STORE.apiVersion(),
                    "kind",
                    TenantPart.SECRET_STORE.kind(),
                    "current",
                    "true")));
  }

  /**
   * What needs a Secret of the site, or would call what is not there, waits until it is asked for.
   */
  @Test
  void fluxAppliesNothingAtFirstThatCannotWork() throws Exception {
    Path folder = FLUX.resolve("clusters/main");
    Object index =
        Template.parsed(Files.readString(folder.resolve("kustomization.yaml")), "t").get(0);
    assertThat(((Map<?, ?>) index).get("resources"))
        .isEqualTo(List.of("platform.yaml", "projects.yaml"));
    List<Object> haste =
        Template.parsed(Files.readString(folder.resolve("notifications.yaml")), "t");
    assertThat(haste).hasSize(1);
    assertThat(((Map<?, ?>) haste.get(0)).get("kind")).isEqualTo("Receiver");
  }

  /** Argo CD's CreateNamespace would bring a namespace back that a Project has given up. */
  @Test
  void theRootBringsProjectsAndSetsToArgoCdsNamespaceAloneAndMakesNone() throws Exception {
    Map<?, ?> project = rootSpec("platform-appproject.yaml");
    Map<?, ?> home = Map.of("server", "https://kubernetes.default.svc", "namespace", "argocd");
    assertThat(project.get("destinations")).isEqualTo(List.of(home));
    assertThat(project.get("clusterResourceWhitelist")).isEqualTo(List.of());
    assertThat(project.get("namespaceResourceWhitelist"))
        .isEqualTo(
            List.of(
                Map.of("group", "argoproj.io", "kind", "AppProject"),
                Map.of("group", "argoproj.io", "kind", "ApplicationSet")));
    Map<?, ?> root = rootSpec("root-application.yaml");
    Map<?, ?> source = (Map<?, ?>) root.get("source");
    assertThat(project.get("sourceRepos")).isEqualTo(List.of(source.get("repoURL")));
    assertThat(root.get("destination")).isEqualTo(home);
    assertThat(((Map<?, ?>) root.get("syncPolicy")).get("syncOptions"))
        .isEqualTo(List.of("PrunePropagationPolicy=background"));
  }

  private static Map<?, ?> rootSpec(String name) throws Exception {
    Path file = Path.of("argocd-templates/root", name);
    Object document = Template.parsed(Files.readString(file), name).get(0);
    return (Map<?, ?>) ((Map<?, ?>) document).get("spec");
  }

  @Test
  void noIndexStandsBelowProjects() {
    assertThat(FLUX.resolve("projects/.gitkeep")).exists();
    assertThat(FLUX.resolve("projects/kustomization.yaml")).doesNotExist();
  }
}

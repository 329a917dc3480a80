package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

/** Every template, for every environment, under every combination of the settings that shape it. */
class RenderedCombinationsTest {

  private static final Set<String> TENANT_KINDS =
      Set.of(
          "v1 ServiceAccount",
          "rbac.authorization.k8s.io/v1 RoleBinding",
          "external-secrets.io/v1 SecretStore",
          "v1 ResourceQuota",
          "v1 LimitRange",
          "networking.k8s.io/v1 NetworkPolicy");
  private static final Set<String> ARGO_KINDS =
      Set.of("argoproj.io/v1alpha1 AppProject", "argoproj.io/v1alpha1 ApplicationSet");

  /** Where something other than text stands; a number in quotes would be refused there. */
  private static final Set<String> NUMBERS = Set.of("limit", "factor", "port");

  private static final Set<String> FLAGS =
      Set.of(
          "automountServiceAccountToken",
          "warn",
          "goTemplate",
          "preserveResourcesOnDeletion",
          "prune",
          "selfHeal");

  @TempDir private Path folder;

  /** Each setting with the values it is tried with; an empty one leaves it out. */
  private static List<Map<String, String>> product(String[]... settings) {
    List<Map<String, String>> all = List.of(Map.of());
    for (String[] setting : settings) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> shorter : all) {
        for (int i = 1; i < setting.length; i++) {
          Map<String, String> one = new TreeMap<>(shorter);
          if (!setting[i].isEmpty()) {
            one.put(setting[0], setting[i]);
          }
          longer.add(one);
        }
      }
      all = longer;
    }
    return all;
  }

  private static String[] setting(String name, String... values) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(List.of(values));
    return all.toArray(String[]::new);
  }

  private static TemplateFolder of(Map<String, String> combination) {
    Map<String, String> settings = new TreeMap<>();
    for (EnvironmentType environment : EnvironmentType.values()) {
      combination.forEach(
          (name, value) -> settings.put(name.replace("ENV", environment.word()), value));
    }
    settings.put("vault.address", "https://vault.example.com");
    // What a YAML reader would take for something other than text.
    settings.put("argo.namespace", "null");
    settings.put("git.deployment.branch", "1e3");
    return new TemplateFolder(Settings.of(settings));
  }

  private static List<RenderedDocument> documents(byte[] content, RenderInput input)
      throws Exception {
    return RenderedDocument.allOf("test", new String(content, UTF_8), input);
  }

  @Test
  void aTenantsFileHoldsWhatItsSettingsAskForAndNothingElse() throws Exception {
    String authorities = Files.writeString(folder.resolve("ca.pem"), "A CERTIFICATE\n").toString();
    List<Map<String, String>> combinations =
        product(
            setting("flux.secret-store", "", "true"),
            setting("vault.ca-file", "", authorities),
            setting("flux.quota.ENV", "", "pods=50,requests.cpu=1.5,count/jobs.batch=0"),
            setting(
                "flux.container-defaults.ENV",
                "",
                "limits.memory=1Gi",
                "requests.cpu=100m",
                "requests.cpu=100m,limits.cpu=1"),
            setting("flux.default-deny", "", "true"),
            setting("flux.role.ENV", "", "1e3"));
    for (Map<String, String> combination : combinations) {
      TemplateFolder templates = of(combination);
      for (EnvironmentType environment : EnvironmentType.values()) {
        RenderInput input = RenderInput.of(aProject("shop").in(environment).build());
        byte[] content = templates.tenant(input);

        List<RenderedDocument> documents = documents(content, input);
        assertThat(documents)
            .as("%s", combination)
            .hasSize(2 + templates.parts(environment).size());
        for (RenderedDocument document : documents) {
          assertThat(TENANT_KINDS).contains(document.kind());
          assertThat(document.field("metadata", "namespace")).contains(input.name().value());
          assertThat(document.field("metadata", "labels"))
              .contains(Map.of("app.kubernetes.io/managed-by", "groundwork"));
          assertThat(
                  document.field(
                      "metadata", "annotations", "kustomize.toolkit.fluxcd.io/substitute"))
              .contains("disabled");
          assertTyped("", document.content());
        }
        assertNamedOnce(documents);
        assertThat(new String(content, UTF_8)).doesNotContain("$", "{{", "<");
      }
    }
    assertThat(combinations).hasSize(128);
  }

  @Test
  void anApplicationsFileReachesNoFurtherThanItsProject() throws Exception {
    List<Map<String, String>> combinations =
        product(
            setting("argo.group-source", "", "true"),
            setting("argo.configs-set", "", "true"),
            setting("argo.exec-environments", "", "dev,prod"),
            setting("flux.default-deny", "", "true"),
            setting("git.layout", "", "shared"));
    for (Map<String, String> combination : combinations) {
      TemplateFolder templates = of(combination);
      for (EnvironmentType environment : EnvironmentType.values()) {
        for (ProjectFixture fixture :
            List.of(aProject("shop"), aProject("shop").retainingItsNamespace())) {
          RenderInput input = RenderInput.of(fixture.in(environment).build());
          boolean hasConfigs = combination.containsKey("argo.configs-set");

          List<RenderedDocument> documents = documents(templates.applications(input), input);
          assertThat(documents).as("%s", combination).hasSize(hasConfigs ? 3 : 2);
          for (RenderedDocument document : documents) {
            assertThat(ARGO_KINDS).contains(document.kind());
            assertThat(document.field("metadata", "namespace")).contains("null");
            assertTyped("", document.content());
          }
          assertNamedOnce(documents);
          assertConfined(documents.get(0), input);
          for (RenderedDocument set : documents.subList(1, documents.size())) {
            assertConfinedSet(set, input);
          }
          byte[] alone = templates.appProjectAlone(input);
          assertThat(documents(alone, input)).containsExactly(documents.get(0));
          assertThat(new String(alone, UTF_8)).doesNotContain("$", "{{", "<");
        }
      }
    }
    assertThat(combinations).hasSize(32);
  }

  private static void assertNamedOnce(List<RenderedDocument> documents) {
    assertThat(documents)
        .extracting(each -> each.kind() + " " + each.name())
        .doesNotHaveDuplicates();
  }

  private static void assertConfined(RenderedDocument project, RenderInput input) {
    String name = input.name().value();
    assertThat(project.name()).isEqualTo(name);
    assertThat(project.field("spec", "destinations")).contains(List.of(home(name)));
    assertThat(project.field("spec", "namespaceResourceWhitelist")).isEmpty();
    assertThat(project.field("spec", "clusterResourceWhitelist")).contains(List.of());
  }

  private static Map<String, String> home(String name) {
    return Map.of("server", "https://kubernetes.default.svc", "namespace", name);
  }

  private static void assertConfinedSet(RenderedDocument set, RenderInput input) {
    String name = input.name().value();
    assertThat(set.name()).isIn(name + "-apps", name + "-configs");
    assertThat(set.field("spec", "template", "spec", "project")).contains(name);
    assertThat(set.field("spec", "template", "spec", "destination")).contains(home(name));
    assertThat(set.field("spec", "syncPolicy", "preserveResourcesOnDeletion"))
        .contains(input.retainsNamespace());
    assertThat(set.field("spec", "template", "metadata", "name").orElseThrow().toString())
        .startsWith(name + "-{{");
    assertThat(set.toString()).doesNotContain("$");
  }

  /** What is no text is so because its field wants it, never because a value looks like it. */
  private static void assertTyped(String key, Object value) {
    if (value instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, content) -> {
            assertThat(name).isInstanceOf(String.class);
            assertTyped((String) name, content);
          });
    } else if (value instanceof List<?> items) {
      items.forEach(item -> assertTyped(key, item));
    } else if (NUMBERS.contains(key)) {
      assertThat(value).as(key).isInstanceOf(Integer.class);
    } else {
      assertThat(value).as(key).isInstanceOf(FLAGS.contains(key) ? Boolean.class : String.class);
    }
  }

  @Test
  void noSettingThatReachesAFileBringsInWhatAnotherToolWouldRead() {
    List<String> settings =
        List.of(
            "flux.role.dev",
            "vault.address",
            "vault.mount",
            "vault.auth-mount",
            "vault.audience",
            "git.deployment.branch",
            "argo.namespace",
            "argo.repository-url",
            "argo.extra-source-repos",
            "gitlab.parent");
    Set<String> passed = new HashSet<>();
    for (String setting : settings) {
      for (String value : List.of("a$b", "a{{.b}}")) {
        if (value.contains("{")
            && Set.of("vault.address", "argo.repository-url").contains(setting)) {
          continue; // no address holds a brace
        }
        if (renders(setting, value)) {
          passed.add(setting + "=" + value);
        }
      }
    }
    assertThat(passed).isEmpty();
  }

  private static boolean renders(String setting, String value) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("vault.address", "https://vault.example.com");
    settings.put("flux.secret-store", "true");
    settings.put("argo.group-source", "true");
    settings.put(setting, value);
    TemplateFolder templates = new TemplateFolder(Settings.of(settings));
    RenderInput input = RenderInput.of(aProject("shop").build());
    try {
      return templates.tenant(input).length + templates.applications(input).length > 0;
    } catch (RejectedException refused) {
      assertThat(refused.reason()).isEqualTo(Reason.TEMPLATE_INVALID);
      return false;
    }
  }
}

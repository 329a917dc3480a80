package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.testing.Settings;

class TemplateFolderTest {

  @TempDir private Path folder;

  private static TemplateFolder shipped(String... settings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return new TemplateFolder(Settings.of(given));
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked") // parsed YAML: what else it could be is what these tests are about
  private static Map<String, Object> document(byte[] content, int number) throws Exception {
    return (Map<String, Object>) Template.parsed(text(content), "test").get(number);
  }

  private static Object at(Object from, Object... path) {
    Object found = from;
    for (Object key : path) {
      found =
          key instanceof Integer index
              ? ((List<?>) found).get(index)
              : ((Map<?, ?>) found).get(key);
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource(EnvironmentType.class)
  void rendersBothFilesForEveryEnvironment(EnvironmentType environment) throws Exception {
    Project project = aProject("shop").in(environment).ownedBy("shop.crew@example.com").build();
    String name = "shop-" + environment.word();
    byte[] tenant = shipped().tenant(RenderInput.of(project));
    assertThat(at(document(tenant, 0), "kind")).isEqualTo("ServiceAccount");
    assertThat(at(document(tenant, 0), "metadata", "namespace")).isEqualTo(name);
    assertThat(at(document(tenant, 1), "subjects", 0, "name")).isEqualTo("shop.crew@example.com");
    assertThat(at(document(tenant, 1), "roleRef", "name"))
        .isEqualTo(
            environment == EnvironmentType.STAGE || environment == EnvironmentType.PROD
                ? "view"
                : "edit");
    byte[] applications = shipped().applications(RenderInput.of(project));
    assertThat(at(document(applications, 0), "metadata", "name")).isEqualTo(name);
    assertThat(at(document(applications, 1), "metadata", "name")).isEqualTo(name + "-apps");
    assertThat(Template.parsed(text(applications), "test")).hasSize(2);
  }

  @Test
  void confinesAProjectToItsNamespaceAndItsPeopleToTheirProject() throws Exception {
    byte[] file = shipped().applications(RenderInput.of(aProject("shop").build()));
    Map<String, Object> project = document(file, 0);
    assertThat(at(project, "spec", "destinations"))
        .isEqualTo(
            List.of(Map.of("server", "https://kubernetes.default.svc", "namespace", "shop-dev")));
    assertThat(at(project, "spec", "clusterResourceWhitelist")).isEqualTo(List.of());
    assertThat(at(project, "spec", "sourceRepos"))
        .isEqualTo(List.of("https://gitlab.invalid/platform/deployment.git"));
    assertThat(at(project, "spec", "roles", 0, "policies"))
        .isEqualTo(
            List.of(
                "p, proj:shop-dev:developer, applications, get, shop-dev/*, allow",
                "p, proj:shop-dev:developer, applications, sync, shop-dev/*, allow",
                "p, proj:shop-dev:developer, applications, action/apps/Deployment/restart,"
                    + " shop-dev/*, allow",
                "p, proj:shop-dev:developer, logs, get, shop-dev/*, allow"));
  }

  @Test
  void leavesArgoCdsOwnWordsAsTheyAre() throws Exception {
    Map<String, Object> set =
        document(shipped().applications(RenderInput.of(aProject("shop").build())), 1);
    assertThat(at(set, "spec", "template", "metadata", "name"))
        .isEqualTo("shop-dev-{{.path.basenameNormalized}}");
    assertThat(at(set, "spec", "template", "spec", "source", "path")).isEqualTo("{{.path.path}}");
    assertThat(at(set, "spec", "generators", 0, "git", "directories", 0, "path"))
        .isEqualTo("manifests/shop-dev/*");
    assertThat(at(set, "spec", "syncPolicy", "preserveResourcesOnDeletion")).isEqualTo(false);
  }

  @Test
  void sparesWhatIsDeployedWhereTheNamespaceIsRetained() throws Exception {
    Project project = aProject("shop").retainingItsNamespace().build();
    Map<String, Object> set = document(shipped().applications(RenderInput.of(project)), 1);
    assertThat(at(set, "spec", "syncPolicy", "preserveResourcesOnDeletion")).isEqualTo(true);
  }

  @Test
  void grantsMoreOnlyWhereASettingSaysSo() throws Exception {
    TemplateFolder generous =
        shipped(
            "argo.exec-environments", "dev",
            "argo.allow-update", "true",
            "argo.extra-source-repos", "https://charts.example.com/b,https://charts.example.com/a");
    Map<String, Object> dev =
        document(generous.applications(RenderInput.of(aProject("shop").build())), 0);
    List<Object> policies = new ArrayList<>((List<?>) at(dev, "spec", "roles", 0, "policies"));
    assertThat(policies)
        .contains(
            "p, proj:shop-dev:developer, exec, create, shop-dev/*, allow",
            "p, proj:shop-dev:developer, applications, update, shop-dev/*, allow");
    assertThat(at(dev, "spec", "sourceRepos"))
        .isEqualTo(
            List.of(
                "https://gitlab.invalid/platform/deployment.git",
                "https://charts.example.com/a",
                "https://charts.example.com/b"));
    Project prod = aProject("shop").in(EnvironmentType.PROD).build();
    assertThat(text(generous.applications(RenderInput.of(prod)))).doesNotContain("exec");
  }

  @Test
  void namesTheBindingAfterARoleThatIsNotTheUsualOne() throws Exception {
    Project project = aProject("shop").build();
    assertThat(at(document(shipped().tenant(RenderInput.of(project)), 1), "metadata", "name"))
        .isEqualTo("groundwork-developers");
    byte[] other = shipped("flux.role.dev", "admin").tenant(RenderInput.of(project));
    assertThat(at(document(other, 1), "metadata", "name")).isEqualTo("groundwork-developers-admin");
    assertThat(at(document(other, 1), "roleRef", "name")).isEqualTo("admin");
  }

  @Test
  void startsWithTheMarkOfItsOwner() throws Exception {
    Project project = aProject("shop").named("my-shop").build();
    byte[] content = shipped().tenant(RenderInput.of(project));
    assertThat(text(content).lines().toList().get(1))
        .isEqualTo("# groundwork: owner=ops/my-shop uid=" + project.uid());
    assertThat(FileMark.of(content)).contains(OwnerMark.of(project));
  }

  @Test
  void findsNoMarkBelowTheHead() {
    byte[] content =
        "kind: X\n# groundwork: owner=ops/shop uid=1\n".getBytes(StandardCharsets.UTF_8);
    assertThat(FileMark.of(content)).isEmpty();
  }

  @Test
  void dependsOnNeitherTimeNorGeneration() throws Exception {
    byte[] once = shipped().applications(RenderInput.of(aProject("shop").build()));
    byte[] again =
        shipped()
            .applications(RenderInput.of(aProject("shop").atGeneration(7).suspended().build()));
    assertThat(again).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "1e3",
        "2026-01-01",
        "'",
        "\"",
        "a: b",
        "- x",
        "# x",
        "*a",
        "&a",
        "!!int 3",
        "%x",
        "}",
        "x\\n",
        "é",
        "😀",
        "~",
        "null",
        " x ",
        "<name>"
      })
  void putsAnyTextInAsOneStringEqualToIt(String value) throws Exception {
    Template template = template("a: <value>\nb: literal\n");
    Object parsed = Template.parsed(template.render(Map.of("value", value)), "test").get(0);
    assertThat(parsed).isEqualTo(Map.of("a", value, "b", "literal"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${x}", "a$b", "{{.x}}", "}}", "a\nb", "a\r", "a\u0000", "a\u2028b"})
  void refusesWhatAnotherToolWouldReadOrThatBreaksALine(String value) throws Exception {
    Template template = template("a: <value>\n");
    assertThatThrownBy(() -> template.render(Map.of("value", value)))
        .isInstanceOf(RejectedException.class)
        .hasMessage(
            "t.yaml line 1: the value \"value\" holds a character that is not allowed. Fix the"
                + " template, restart.");
  }

  @Test
  void namesFileAndLineOfAPlaceWithoutAValue() throws Exception {
    Template template = template("a: 1\nb:\n  - c: x-<repo-url>\n");
    assertThatThrownBy(() -> template.render(Map.of()))
        .hasMessage("t.yaml line 3: no value \"repo-url\". Fix the template, restart.")
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .extracting(RejectedException::reason)
        .isEqualTo(Reason.TEMPLATE_INVALID);
  }

  @Test
  void refusesATemplateThatReachesBeyondTheProject() throws Exception {
    assertRefused(TenantTemplates.TENANT, "namespace: <name>", "namespace: kube-system");
    assertRefused(TenantTemplates.TENANT, "kind: ServiceAccount", "kind: Secret");
    assertRefused(TenantTemplates.TENANT, "kyotu.tech/project-uid: <uid>", "x: <uid>");
    assertRefused(ArgoTemplates.APP_PROJECT, "      namespace: <name>", "      namespace: '*'");
    assertRefused(ArgoTemplates.APPLICATION_SET, "project: <name>", "project: default");
    assertRefused(ArgoTemplates.APPLICATION_SET, "<preserve-resources>", "true");
    assertRefused(ArgoTemplates.APPLICATION_SET, "kind: ApplicationSet", "kind: [");
    assertRefused(ArgoTemplates.APP_PROJECT, "    - <more-forbidden-kinds>", "");
    assertRefused(
        ArgoTemplates.APP_PROJECT,
        "clusterResourceWhitelist: []",
        "namespaceResourceWhitelist: []");
    assertRefused(ArgoTemplates.CONFIGS_SET, "<name>-configs", "<name>-apps");
    assertRefused(ArgoTemplates.CONFIGS_SET, "<preserve-resources>", "true");
  }

  @Test
  void refusesAnObjectThatWouldNotBeFoundAgain() throws Exception {
    for (String file :
        List.of(
            TenantTemplates.TENANT,
            TenantPart.QUOTA.template(),
            ArgoTemplates.APP_PROJECT,
            ArgoTemplates.APPLICATION_SET)) {
      assertRefused(file, "managed-by: groundwork", "managed-by: us")
          .hasMessageContaining(
              "renders an object without the label app.kubernetes.io/managed-by: groundwork.");
    }
  }

  @Test
  void refusesAnObjectInWhichFluxWouldSubstitute() throws Exception {
    for (String file : List.of(TenantTemplates.TENANT, TenantPart.DEFAULT_DENY.template())) {
      assertRefused(file, "substitute: disabled", "substitute: enabled")
          .hasMessageContaining(
              "without the annotation kustomize.toolkit.fluxcd.io/substitute: disabled.");
    }
  }

  @Test
  void namesTheSettingOfAuthoritiesThatCannotBeRead() {
    TemplateFolder templates =
        shipped(
            "flux.secret-store", "true",
            "vault.address", "https://vault.example.com",
            "vault.ca-file", folder.resolve("absent.pem").toString());
    assertThatThrownBy(() -> templates.tenant(RenderInput.of(aProject("shop").build())))
        .hasMessageContaining("groundwork.vault.ca-file")
        .hasMessageNotContainingAny("emplate", "absent.pem")
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .extracting(RejectedException::reason)
        .isEqualTo(Reason.PREREQUISITE_MISSING);
  }

  @Test
  void refusesATemplateThatHoldsWhatFluxWouldReadOrAnObjectTwice() throws Exception {
    assertRefused(TenantTemplates.TENANT, "managed-by: groundwork", "managed-by: ${who}");
    assertRefused(TenantTemplates.TENANT, "managed-by: groundwork", "managed-by: '{{who}}'");
    assertRefused(ArgoTemplates.APP_PROJECT, "Managed by Groundwork", "Costs $5");
    for (TenantPart part : TenantPart.values()) {
      assertRefused(part.template(), "namespace: <name>", "namespace: default");
      assertRefused(part.template(), "kind: " + part.kind(), "kind: ServiceAccount");
      assertRefused(part.template(), "kyotu.tech/project-uid: <uid>", "x: <uid>");
    }
    String quota = Files.readString(Path.of(TenantPart.QUOTA.template()));
    assertRefused(
        TenantPart.QUOTA.template(),
        quota,
        quota + "---\n" + quota.replaceFirst("(?s)^.*?apiVersion", "apiVersion"));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String file, String literal, String instead) throws Exception {
    for (String each :
        List.of(
            TenantTemplates.TENANT,
            TenantPart.SECRET_STORE.template(),
            TenantPart.QUOTA.template(),
            TenantPart.LIMIT_RANGE.template(),
            TenantPart.DEFAULT_DENY.template(),
            ArgoTemplates.APP_PROJECT,
            ArgoTemplates.APPLICATION_SET,
            ArgoTemplates.CONFIGS_SET)) {
      Path target = folder.resolve(each);
      Files.createDirectories(target.getParent());
      Files.writeString(target, Files.readString(Path.of(each)));
    }
    String original = Files.readString(folder.resolve(file));
    assertThat(original).contains(literal);
    Files.writeString(folder.resolve(file), original.replace(literal, instead));
    TemplateFolder changed =
        shipped(
            "git.template-folder",
            folder.toString(),
            "vault.address",
            "https://vault.example.com",
            "flux.secret-store",
            "true",
            "flux.quota.dev",
            "pods=5",
            "flux.container-defaults.dev",
            "limits.cpu=1",
            "flux.default-deny",
            "true",
            "argo.configs-set",
            "true");
    Project project = aProject("shop").build();
    return assertThatThrownBy(
            () -> {
              changed.tenant(RenderInput.of(project));
              changed.applications(RenderInput.of(project));
            })
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith(file);
  }

  private Template template(String text) throws Exception {
    Files.writeString(folder.resolve("t.yaml"), text);
    return Template.read(folder, "t.yaml");
  }
}

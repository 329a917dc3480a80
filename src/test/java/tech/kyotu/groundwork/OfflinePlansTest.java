package tech.kyotu.groundwork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.cli.OfflineSteps.Input;
import tech.kyotu.groundwork.cli.OfflineSteps.WrongInputException;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;
import tech.kyotu.groundwork.view.RenderView.OfFile;

/** The operator's steps on files alone, from the manifest to the file. */
class OfflinePlansTest {

  private static final String TENANT = "projects/shop-dev/tenant.yaml";
  private static final String APPLICATIONS = "applications/shop-dev.yaml";
  private static final String MANIFEST =
      """
      apiVersion: kyotu.tech/v1
      kind: Project
      metadata: {name: shop-dev, namespace: ops}
      spec: {projectId: shop, environmentType: dev, googleGroup: shop.crew@example.com}
      """;

  @TempDir Path flux;
  @TempDir Path deployment;
  @TempDir Path elsewhere;

  private final OfflinePlans plans = new OfflinePlans(Optional.empty(), Clock.systemUTC());
  private final Map<String, String> variables =
      new HashMap<>(Map.of("GROUNDWORK_GIT_DEPLOYMENT_URL", "https://git.example.com/d.git"));
  private final List<String> remarks = new ArrayList<>();

  private Input input(String manifests) {
    return new Input(manifests, List.of(), variables, Optional.empty(), remarks::add);
  }

  private OfProject planned(String manifest) throws WrongInputException {
    return plans.plan(input(manifest), flux, deployment).projects().get(0);
  }

  private List<OfFile> rendered(String manifests) throws WrongInputException {
    return plans.render(input(manifests)).files();
  }

  private String rendered(String manifests, String path) throws WrongInputException {
    return rendered(manifests).stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow()
        .content();
  }

  private static void put(Path root, String path, String text) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the operator left it, under this UID. */
  private void applied(String manifest, String uid) throws WrongInputException {
    for (OfFile file : rendered(manifest)) {
      put(
          file.repository().equals("flux") ? flux : deployment,
          file.path(),
          file.content().replace("known-after-apply", uid));
    }
  }

  private static List<OfChange> changes(OfProject project) {
    return project.steps().stream().flatMap(step -> step.changes().stream()).toList();
  }

  @Test
  void plansTheFilesAndTellsTheRestAsNotRead() throws Exception {
    OfProject project = planned(MANIFEST);
    assertThat(project.isNew()).isTrue();
    assertThat(project.isIncomplete()).isFalse();
    assertThat(project.steps())
        .extracting(OfStep::step, OfStep::state)
        .containsExactly(
            tuple("NamespaceReady", "UNREAD"),
            tuple("GitLabGroupReady", "UNREAD"),
            tuple("RegistryAccessReady", "UNREAD"),
            tuple("VaultAccessReady", "UNREAD"),
            tuple("FluxRbacReady", "PLANNED"),
            tuple("ArgoApplicationsReady", "PLANNED"));
    assertThat(changes(project))
        .flatExtracting(OfChange::files)
        .extracting("path")
        .containsExactly(TENANT, APPLICATIONS, "manifests/shop-dev/.gitkeep");
  }

  @Test
  void knowsAProjectByTheMarkOfItsFiles() throws Exception {
    applied(MANIFEST, "u-1");
    assertThat(planned(MANIFEST).hasChanges()).isFalse();
    assertThat(planned(MANIFEST).isNew()).isFalse();

    OfProject moved = planned(MANIFEST.replace("shop.crew", "next.crew"));
    assertThat(changes(moved))
        .extracting(OfChange::verb, OfChange::reason)
        .containsOnly(
            tuple("UPDATE", "moving access from shop.crew@example.com to next.crew@example.com"));
    assertThat(changes(moved).get(0).files().get(0).diff())
        .contains("next.crew@example.com")
        .doesNotContain("known-after-apply");
  }

  @Test
  void refusesFilesOfOthersAsTheOperatorDoes() throws Exception {
    applied(MANIFEST.replace("namespace: ops", "namespace: team"), "u-2");
    assertThat(planned(MANIFEST).steps().get(4))
        .returns("REJECTED", OfStep::state)
        .returns("OwnershipConflict", OfStep::reason)
        .returns(
            TENANT + " belongs to Project team/shop-dev. Delete one of the two.", OfStep::message);
  }

  @Test
  void refusesToAdoptWhereThatIsForbidden() throws Exception {
    put(flux, TENANT, "kind: List\n");
    String never = MANIFEST.replace("spec: {", "spec: {adoption: Never, ");
    assertThat(planned(never).steps().get(4).reason()).isEqualTo("AdoptionForbidden");
    assertThat(changes(planned(MANIFEST)).get(0).verb()).isEqualTo("ADOPT");
  }

  @Test
  void saysThatOnlyTheClusterKnowsWhetherAnotherProjectLives() throws Exception {
    applied(MANIFEST.replace("namespace: ops", "namespace: team"), "u-2");
    OfProject project =
        planned(
            MANIFEST.replace(
                "namespace: ops}",
                "namespace: ops, annotations: {kyotu.tech/adopt:"
                    + " 'flux-tenant,argo-applications'}}"));
    assertThat(project.isIncomplete()).isTrue();
    assertThat(project.steps().get(4).message())
        .isEqualTo(
            "Whether Project team/shop-dev still exists is only known in the cluster. Plan without"
                + " --offline.");
  }

  @Test
  void writesAFileBackThatIsGoneUnderTheSameUid() throws Exception {
    applied(MANIFEST, "u-1");
    Files.delete(flux.resolve(TENANT));
    OfProject project = planned(MANIFEST);
    assertThat(changes(project)).extracting(OfChange::verb).containsExactly("CREATE");
    assertThat(changes(project).get(0).files().get(0).diff()).contains("uid=u-1");
  }

  @Test
  void rendersWhatTheOperatorWrites() throws Exception {
    variables.put("GROUNDWORK_ARGO_MANIFESTS_README", "true");
    assertThat(rendered(MANIFEST))
        .extracting(OfFile::repository, OfFile::path)
        .containsExactly(
            tuple("flux", TENANT),
            tuple("deployment", APPLICATIONS),
            tuple("deployment", "manifests/shop-dev/.gitkeep"),
            tuple("deployment", "manifests/shop-dev/README.md"));
    assertThat(rendered(MANIFEST, TENANT))
        .contains("# groundwork: owner=ops/shop-dev uid=known-after-apply")
        .contains("shop.crew@example.com");
    assertThat(rendered(MANIFEST, APPLICATIONS)).contains("https://git.example.com/d.git");
  }

  @Test
  void rendersTheSharedFilesWithTheEntriesOfAll() throws Exception {
    variables.put("GROUNDWORK_GIT_LAYOUT", "shared");
    String two =
        MANIFEST
            + "---\n"
            + MANIFEST
                .replace("shop-dev", "shop-qa")
                .replace("environmentType: dev", "environmentType: qa");
    assertThat(rendered(two))
        .extracting(OfFile::path)
        .contains(
            "namespaces/argocd/argocd-operator/rbac.yaml",
            "namespaces/vault/vault/rbac_values.yaml")
        .doesNotContain(TENANT);
    assertThat(rendered(two, "namespaces/argocd/argocd-operator/rbac.yaml"))
        .contains(
            "g, shop.crew@example.com, role:shop-dev", "g, shop.crew@example.com, role:shop-qa");
  }

  /** Vault's step is not read, but what it will have done by then counts. */
  @Test
  void takesOutOfTheSharedFilesWhatVaultsOwnStepWillGive() throws Exception {
    variables.put("GROUNDWORK_GIT_LAYOUT", "shared");
    applied(MANIFEST, "u-1");
    assertThat(planned(MANIFEST).hasChanges()).isFalse();

    variables.put("GROUNDWORK_VAULT_ADDRESS", "https://vault.example.com");
    assertThat(changes(planned(MANIFEST)))
        .singleElement()
        .returns("DELETE", OfChange::verb)
        .extracting(change -> change.files().get(0).path())
        .isEqualTo("namespaces/vault/vault/rbac_values.yaml");
  }

  @Test
  void rendersAProjectInPlanModeToo() throws Exception {
    variables.put("GROUNDWORK_GIT_LAYOUT", "shared");
    String planned = MANIFEST.replace("spec: {", "spec: {mode: Plan, ");
    assertThat(rendered(planned, "namespaces/argocd/argocd-operator/rbac.yaml"))
        .contains("role:shop-dev");
  }

  @Test
  void rendersNothingOfASuspendedProjectAndSaysWhy() throws Exception {
    assertThat(rendered(MANIFEST.replace("spec: {", "spec: {suspend: true, "))).isEmpty();
    assertThat(remarks).anyMatch(it -> it.contains("ops/shop-dev: Suspended."));
  }

  @Test
  void rendersWithoutSettingsAndSaysWhatIsMissing() throws Exception {
    variables.clear();
    assertThat(rendered(MANIFEST, APPLICATIONS))
        .contains("https://not-set.invalid/git.deployment.url");
    assertThat(remarks)
        .singleElement()
        .asString()
        .startsWith("groundwork.git.deployment.url is not set;");
    assertThatThrownBy(() -> planned(MANIFEST))
        .isInstanceOf(WrongInputException.class)
        .hasMessageContaining("Name the operator's settings with --settings.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          projectId: shop, | projectId: Shop_, | spec.projectId is not valid. Use 1 to 40
          namespace: ops   | namespace: Ops_1  | must be names of Kubernetes
          , namespace: ops | ''                | has no namespace. Add metadata.namespace, or say it with -n.
          v1               | v2                | Use apiVersion: kyotu.tech/v1.
          """)
  void namesTheFaultOfAManifest(String word, String other, String fault) {
    assertThatThrownBy(() -> planned(MANIFEST.replace(word, other)))
        .isInstanceOf(WrongInputException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void refusesTwoManifestsOfOneName() {
    assertThatThrownBy(() -> planned(MANIFEST + "---\n" + MANIFEST))
        .hasMessage("Project ops/shop-dev is given twice. Leave one out.");
    String rival = MANIFEST.replace("name: shop-dev", "name: other");
    assertThatThrownBy(() -> rendered(MANIFEST + "---\n" + rival))
        .hasMessageContaining("Projects ops/shop-dev and ops/other both claim the name shop-dev.");
  }

  @Test
  void refusesATemplateThatCannotBeUsed() throws IOException {
    for (String folder : List.of("flux-repo-template", "argocd-templates")) {
      copy(Path.of(folder), elsewhere.resolve(folder));
    }
    put(elsewhere, "flux-repo-template/project/tenant.yaml", "kind: [\n");
    variables.put("GROUNDWORK_GIT_TEMPLATE_FOLDER", elsewhere.toString());
    assertThatThrownBy(() -> planned(MANIFEST))
        .isInstanceOf(WrongInputException.class)
        .hasMessageContaining("flux-repo-template/project/tenant.yaml");
    assertThatThrownBy(() -> rendered(MANIFEST))
        .isInstanceOf(WrongInputException.class)
        .hasMessageContaining("flux-repo-template/project/tenant.yaml");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** A checkout is looked at; nothing in it is touched. */
  @Test
  void changesNothingInTheCheckouts() throws Exception {
    put(flux, TENANT, "kind: List\n");
    planned(MANIFEST);
    assertThat(flux.resolve(TENANT)).hasContent("kind: List\n");
    assertThat(deployment).isEmptyDirectory();
  }
}

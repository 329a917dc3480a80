package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.DeletionPolicy;
import tech.kyotu.groundwork.api.Mode;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;

/** The committed CRD on a real API server. */
@ExtendWith(SharedServers.class)
class CrdIT {
  private static final ResourceDefinitionContext PROJECTS =
      new ResourceDefinitionContext.Builder()
          .withGroup("kyotu.tech")
          .withVersion("v1")
          .withKind("Project")
          .withPlural("projects")
          .withNamespaced(true)
          .build();

  private final ControlPlane control;
  private final KubernetesClient admin;
  private String namespace = "";

  CrdIT(ControlPlane control) {
    this.control = control;
    this.admin = control.adminClient();
  }

  @BeforeEach
  void install() {
    Manifests.applyCrd(control);
    namespace = control.newNamespace("crd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"examples/test-project.yaml", "examples/test-project-qa.yaml"})
  void acceptsTheManifestsOfTheOlderOperatorUnchanged(String file) throws IOException {
    Project manifest =
        admin
            .getKubernetesSerialization()
            .unmarshal(Files.readString(Path.of(file)), Project.class);
    GenericKubernetesResource plain =
        admin
            .getKubernetesSerialization()
            .unmarshal(Files.readString(Path.of(file)), GenericKubernetesResource.class);
    assertThat(spec(plain)).containsOnlyKeys("projectId", "environmentType", "googleGroup");

    Project stored = stored(create(plain));

    assertThat(stored.name()).isEqualTo(manifest.name());
    assertThat(stored.getSpec().mode()).isEqualTo(Mode.APPLY);
    assertThat(stored.getSpec().deletion()).isEqualTo(DeletionPolicy.DEFAULT);
  }

  @Test
  void fillsInDefaultsAndTheStatusOfAProjectNeverSeen() {
    GenericKubernetesResource created = create(project(Map.of()));

    assertThat(spec(created))
        .containsEntry("mode", "Apply")
        .containsEntry("suspend", false)
        .containsEntry("adoption", "IfUnowned")
        .containsEntry("deletion", Map.of("namespace", "Delete", "secrets", "Retain"));
    assertThat(created.getAdditionalProperties())
        .containsEntry("status", Map.of("observedGeneration", -1));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          projectId       | shop--web | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          projectId       | Shop      | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          projectId       | 1shop     | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          projectId       | shop-     | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          projectId       | sh.op     | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          projectId       | ''        | spec.projectId
          projectId       | a23456789-123456789-123456789-123456789-x | spec.projectId: Too long: may not be more than 40
          environmentType | DEV       | supported values: "dev", "qa", "test", "stage", "prod"
          environmentType | ' dev'    | supported values: "dev", "qa", "test", "stage", "prod"
          googleGroup     | Team@example.org         | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          googleGroup     | team@example             | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          googleGroup     | a@b.com, role:admin      | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          googleGroup     | a@b.com@evil.com         | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          googleGroup     | a+b@example.com          | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          mode            | apply     | supported values: "Apply", "Plan"
          adoption        | Always    | supported values: "IfUnowned", "Never"
          suspend         | maybe     | spec.suspend
          """)
  void refusesEachBadValueWithASentenceThatHelps(String field, String value, String sentence) {
    assertRefused(project(Map.of(field, value)), sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev\n", "shop\n", "\u0430pp", "shop\u200d", "sho\u202ep", "${env.X}"})
  void refusesTextThatOnlyLooksLikeAnId(String id) {
    assertRefused(project(Map.of("projectId", id)), "Use 1 to 40 of a-z, 0-9 and single dashes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"projectId", "environmentType", "googleGroup"})
  void requiresEachOfTheThreeFields(String field) {
    GenericKubernetesResource project = project(Map.of());
    Map<String, Object> fewer = new LinkedHashMap<>(spec(project));
    fewer.remove(field);
    project.setAdditionalProperty("spec", fewer);

    assertRefused(project, "spec." + field + ": Required value");
  }

  @Test
  void refusesAProjectWithoutASpec() {
    GenericKubernetesResource project = project(Map.of());
    project.setAdditionalProperties(new LinkedHashMap<>());

    assertRefused(project, "spec: Required value");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          projectId       | store | projectId cannot change, namespace and rights carry it. Create a second Project with the new id, then delete this one.
          environmentType | qa    | environmentType cannot change. Create a second Project for the other environment, then delete this one.
          """)
  void keepsTheHalvesOfTheName(String field, String value, String sentence) {
    GenericKubernetesResource created = create(project(Map.of()));

    assertThatThrownBy(() -> patch(created, field, value))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec." + field)
        .hasMessageContaining(sentence);
  }

  @Test
  void letsTheGroupChange() {
    GenericKubernetesResource created = create(project(Map.of()));

    assertThat(spec(patch(created, "googleGroup", "other@example.org")))
        .containsEntry("googleGroup", "other@example.org");
  }

  @Test
  void storesNoFieldThatItDoesNotKnow() {
    assertThat(spec(create(project(Map.of("future", "x"))))).doesNotContainKey("future");
  }

  @Test
  void findsProjectsByTheFieldsOfTheirSpec() {
    create(project(Map.of("projectId", "findable")));
    create(project(Map.of("projectId", "hidden")));

    assertThat(
            admin
                .resources(Project.class)
                .inNamespace(namespace)
                .withField("spec.projectId", "findable")
                .list()
                .getItems())
        .extracting(found -> found.getSpec().projectId())
        .containsExactly("findable");
  }

  @Test
  void mergesConditionsOfTwoWritersByTheirType() {
    GenericKubernetesResource created = create(project(Map.of()));
    String name = created.getMetadata().getName();

    applyCondition(name, "one", "Ready");
    applyCondition(name, "two", "NamespaceReady");

    Project stored = admin.resources(Project.class).inNamespace(namespace).withName(name).get();
    assertThat(stored.statusOrUnseen().conditions())
        .extracting("type")
        .containsExactlyInAnyOrder("Ready", "NamespaceReady");
  }

  @Test
  void doesNotRefuseWhatTheFixtureBuilds() {
    Project built = aProject("fixture").inNamespace(namespace).build();
    built.getMetadata().setResourceVersion(null);
    built.getMetadata().setUid(null);

    Project created = admin.resource(built).create();

    assertThat(created.getSpec()).isEqualTo(built.getSpec());
  }

  private void applyCondition(String name, String manager, String type) {
    GenericKubernetesResource own = new GenericKubernetesResource();
    own.setApiVersion("kyotu.tech/v1");
    own.setKind("Project");
    own.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    own.setAdditionalProperty(
        "status",
        Map.of(
            "conditions",
            List.of(
                Map.of(
                    "type", type, "status", "Unknown", "reason", "Progressing", "message", "x"))));
    admin
        .genericKubernetesResources(PROJECTS)
        .inNamespace(namespace)
        .resource(own)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(true)
                .build());
  }

  private GenericKubernetesResource project(Map<String, Object> differences) {
    GenericKubernetesResource project = new GenericKubernetesResource();
    project.setApiVersion("kyotu.tech/v1");
    project.setKind("Project");
    project.setMetadata(new ObjectMetaBuilder().withName("p-" + UUID.randomUUID()).build());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("projectId", "shop");
    spec.put("environmentType", "dev");
    spec.put("googleGroup", "team@example.org");
    spec.putAll(differences);
    project.setAdditionalProperty("spec", spec);
    return project;
  }

  private GenericKubernetesResource create(GenericKubernetesResource project) {
    return admin
        .genericKubernetesResources(PROJECTS)
        .inNamespace(namespace)
        .resource(project)
        .create();
  }

  private GenericKubernetesResource patch(
      GenericKubernetesResource created, String field, String value) {
    return admin
        .genericKubernetesResources(PROJECTS)
        .inNamespace(namespace)
        .withName(created.getMetadata().getName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"%s\": \"%s\"}}".formatted(field, value));
  }

  private void assertRefused(GenericKubernetesResource project, String sentence) {
    assertThatThrownBy(() -> create(project))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(sentence);
  }

  private Project stored(GenericKubernetesResource created) {
    return admin
        .resources(Project.class)
        .inNamespace(namespace)
        .withName(created.getMetadata().getName())
        .get();
  }

  @SuppressWarnings("unchecked") // The client's own form of a JSON object.
  private static Map<String, Object> spec(GenericKubernetesResource project) {
    return (Map<String, Object>) project.getAdditionalProperties().get("spec");
  }
}

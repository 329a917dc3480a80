package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client writes, and what it survives reading: one bad object must not stop the watch. */
class ProjectJsonTest {
  private final KubernetesSerialization json = new KubernetesSerialization();

  @Test
  void writesTheFieldsOfTheSpecAndNothingElse() throws JsonProcessingException {
    Project project = new Project();
    project.getMetadata().setName("shop");
    project.setSpec(
        new ProjectSpec(
            "shop",
            EnvironmentType.DEV,
            "team@example.org",
            Mode.APPLY,
            false,
            Adoption.IF_UNOWNED,
            DeletionPolicy.DEFAULT));

    JsonNode written = written(project);

    assertThat(names(written)).containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
    assertThat(written.at("/spec").toString())
        .isEqualTo(
            "{\"projectId\":\"shop\",\"environmentType\":\"dev\",\"googleGroup\":\"team@example.org\","
                + "\"mode\":\"Apply\",\"suspend\":false,\"adoption\":\"IfUnowned\","
                + "\"deletion\":{\"namespace\":\"Delete\",\"secrets\":\"Retain\"}}");
    assertThat(read(written.toString()).getSpec()).isEqualTo(project.getSpec());
  }

  @Test
  void leavesOutOfTheStatusWhatIsNotKnown() throws JsonProcessingException {
    Project project = new Project();
    project.setStatus(ProjectStatus.UNSEEN);

    assertThat(written(project).at("/status").toString()).isEqualTo("{\"observedGeneration\":-1}");
  }

  @Test
  void readsTheStatusThatItWrote() throws JsonProcessingException {
    Project project = new Project();
    project.setStatus(
        new ProjectStatus(
            4,
            "shop-dev",
            "6/6",
            "2026-11-20T12:04:11Z",
            "sha256:5f0c",
            List.of(
                Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev"),
                new Holding(
                    "gitlab-group", "GitLabGroup", Origin.ADOPTED, "42 platform/shop", true, null)),
            new RegistryToken(813, null, "2027-01-19", null, null, null, null, null),
            List.of(new Commit("flux", "main", "91bd0047", null, null)),
            new Links(null, "https://argocd.example.com", null, null, null, null),
            new Failures(3, "GitLabGroupReady", "2026-11-20T12:04:11Z", null),
            List.of(new PlannedChange("NamespaceReady", "CREATE", "Namespace shop-dev", "absent")),
            0,
            List.of(
                new ConditionBuilder()
                    .withType("Ready")
                    .withStatus("True")
                    .withReason("Provisioned")
                    .withMessage("6 of 6 in place.")
                    .withLastTransitionTime("2026-11-20T12:04:11Z")
                    .withObservedGeneration(4L)
                    .build())));

    JsonNode written = written(project);

    assertThat(written.at("/status/holdings").toString())
        .isEqualTo(
            "[{\"id\":\"namespace\",\"kind\":\"Namespace\",\"origin\":\"Created\",\"reference\":\"shop-dev\"},"
                + "{\"id\":\"gitlab-group\",\"kind\":\"GitLabGroup\",\"origin\":\"Adopted\",\"reference\":\"42"
                + " platform/shop\",\"shared\":true}]");
    assertThat(written.at("/status").toString()).doesNotContain("null");
    assertThat(read(written.toString()).getStatus()).isEqualTo(project.getStatus());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "7",
        "\"text\"",
        "[1, {}]",
        "{}",
        "{\"projectId\": 7, \"environmentType\": [], \"deletion\": \"x\", \"suspend\": \"maybe\"}",
        "{\"environmentType\": \"production\", \"mode\": \"apply\", \"future\": {\"a\": 1}}",
        "{\"deletion\": {\"namespace\": \"Forget\", \"secrets\": 1, \"more\": true}}"
      })
  void readsEverySpecAndFindsItsFaults(String spec) {
    Project project = read("{\"metadata\": {\"name\": \"odd\"}, \"spec\": " + spec + "}");

    assertThat(project.getMetadata().getName()).isEqualTo("odd");
    assertThat(SpecRules.faults(project.getSpec())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "7",
        "\"text\"",
        "[]",
        "{\"observedGeneration\": \"many\"}",
        "{\"holdings\": 7}",
        "{\"holdings\": [7]}"
      })
  void countsAnUnreadableStatusAsNeverSeen(String status) {
    Project project = read("{\"metadata\": {\"name\": \"odd\"}, \"status\": " + status + "}");

    assertThat(project.statusOrUnseen()).isEqualTo(ProjectStatus.UNSEEN);
  }

  @Test
  void keepsWhatItKnowsOfTheStatusOfALaterVersion() {
    ProjectStatus status =
        read("""
        {"status": {"observedGeneration": 3, "later": 1, "holdings": [
          {"id": "namespace", "kind": "Namespace", "origin": "Created", "reference": "shop-dev", "later": 1},
          {"id": "vault-role", "kind": "VaultRole", "origin": "Inherited", "reference": "r"}]}}
        """)
            .statusOrUnseen();

    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.holdings())
        .containsExactly(Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev"));
  }

  private JsonNode written(Project project) throws JsonProcessingException {
    return new ObjectMapper().readTree(json.asJson(project));
  }

  private Project read(String text) {
    return json.unmarshal(text, Project.class);
  }

  private static List<String> names(JsonNode node) {
    Iterator<String> names = node.fieldNames();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(names, 0), false).toList();
  }
}

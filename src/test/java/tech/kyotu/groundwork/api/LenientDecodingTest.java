package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One stored object of an odd shape must not stop the watch on all others. */
class LenientDecodingTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> SPEC_FIELDS =
      List.of(
          "projectId", "environmentType", "googleGroup", "mode", "suspend", "adoption", "deletion");
  private static final List<String> STATUS_FIELDS =
      List.of(
          "observedGeneration",
          "projectName",
          "summary",
          "holdings",
          "registryToken",
          "commits",
          "links",
          "failures",
          "plan",
          "planOmitted",
          "conditions");
  private static final List<String> INNER_FIELDS =
      List.of(
          "id",
          "kind",
          "origin",
          "reference",
          "type",
          "status",
          "reason",
          "message",
          "since",
          "count",
          "step",
          "nextAttemptAt",
          "repository",
          "revision",
          "previousRevokeAfter",
          "expiresAt",
          "namespace",
          "secrets",
          "lastTransitionTime",
          "unknown");

  private final ObjectMapper json = new ObjectMapper();

  private static JsonNode anything(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 9 : 11)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt());
      case 3 -> NODES.numberNode(Long.MAX_VALUE);
      case 4 -> NODES.numberNode(random.nextDouble() * 1e300);
      case 5 -> NODES.textNode("");
      case 6 -> NODES.textNode("Created");
      case 7 -> NODES.textNode("2026-11-20T12:04:00Z");
      case 8 -> NODES.textNode("x\n\u0000\u202e");
      case 9 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
          array.add(anything(random, depth + 1));
        }
        yield array;
      }
      default -> object(random, INNER_FIELDS, depth + 1);
    };
  }

  private static ObjectNode object(Random random, List<String> fields, int depth) {
    ObjectNode object = NODES.objectNode();
    for (String field : fields) {
      if (random.nextInt(3) == 0) {
        object.set(field, anything(random, depth));
      }
    }
    return object;
  }

  @Test
  void readsASpecOfAnyShape() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      JsonNode stored =
          random.nextInt(10) == 0 ? anything(random, 0) : object(random, SPEC_FIELDS, 0);
      assertThatCode(() -> SpecRules.faults(json.treeToValue(stored, ProjectSpec.class)))
          .as("seed %d, spec %s", seed, stored)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void readsAStatusOfAnyShapeAndKeepsOnlyWhatIsWhole() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      JsonNode stored =
          random.nextInt(10) == 0 ? anything(random, 0) : object(random, STATUS_FIELDS, 0);
      ProjectStatus status = read(stored, seed);
      if (status == null) {
        continue;
      }
      assertThat(status.conditions())
          .as("seed %d, status %s", seed, stored)
          .allMatch(condition -> condition.getType() != null && condition.getMessage() != null);
      assertThat(status.holdings()).allMatch(thing -> thing.id() != null && thing.origin() != null);
      assertThat(status.commits()).allMatch(commit -> commit.revision() != null);
      if (status.failures() != null) {
        assertThat(Instant.parse(status.failures().since())).isNotNull();
      }
    }
  }

  private ProjectStatus read(JsonNode stored, long seed) {
    try {
      return json.treeToValue(stored, ProjectStatus.class);
    } catch (JsonProcessingException | RuntimeException thrown) {
      throw new AssertionError("seed " + seed + ", status " + stored, thrown);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "7", "\"text\"", "{}", "true"})
  void aWholeProjectSurvivesWhateverStandsInSpecAndStatus(String any) {
    String stored =
        """
        {"apiVersion": "kyotu.tech/v1", "kind": "Project",
         "metadata": {"name": "x", "namespace": "ops", "uid": "u", "generation": 1},
         "spec": %1$s, "status": %1$s}
        """
            .formatted(any);
    Project project = new KubernetesSerialization().unmarshal(stored, Project.class);
    assertThat(SpecRules.faults(project.getSpec())).isNotEmpty();
    assertThat(project.statusOrUnseen().conditions()).isEmpty();
    assertThat(project.isPlanOnly()).isFalse();
    assertThat(project.areSecretsDestroyed()).isFalse();
  }

  @Test
  void whatIsAbsentHasItsDefault() throws JsonProcessingException {
    ProjectSpec spec = json.readValue("{\"projectId\": \"shop\"}", ProjectSpec.class);
    assertThat(spec.mode()).isEqualTo(Mode.APPLY);
    assertThat(spec.suspend()).isFalse();
    assertThat(spec.adoption()).isEqualTo(Adoption.IF_UNOWNED);
    assertThat(spec.deletion()).isEqualTo(DeletionPolicy.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"mode\": \"plan\"}",
        "{\"mode\": 1}",
        "{\"adoption\": \"never\"}",
        "{\"environmentType\": \"DEV\"}",
        "{\"environmentType\": \" dev\"}",
        "{\"environmentType\": \"dev\\n\"}",
        "{\"deletion\": \"Retain\"}",
        "{\"deletion\": []}",
        "{\"deletion\": {\"namespace\": \"retain\"}}",
        "{\"deletion\": {\"secrets\": {}}}"
      })
  void whatIsUnreadableIsAFaultAndNeverADefault(String change) throws JsonProcessingException {
    ObjectNode whole =
        (ObjectNode)
            json.readTree(
                "{\"projectId\": \"shop\", \"environmentType\": \"dev\","
                    + " \"googleGroup\": \"team@example.org\"}");
    assertThat(SpecRules.faults(json.treeToValue(whole, ProjectSpec.class))).isEmpty();
    whole.setAll((ObjectNode) json.readTree(change));
    assertThat(SpecRules.faults(json.treeToValue(whole, ProjectSpec.class))).hasSize(1);
  }

  @Test
  void aStatusComesBackAsItWasWritten() throws JsonProcessingException {
    ProjectStatus status =
        new ProjectStatus(
            4,
            "shop-dev",
            "5/6",
            "2026-11-20T12:04:11Z",
            "sha256:5f0c",
            List.of(Holding.of("namespace", "Namespace", Origin.ADOPTED, "shop-dev")),
            new RegistryToken(
                813,
                "2026-11-20T12:04:11Z",
                "2027-01-19",
                null,
                null,
                null,
                812L,
                "2026-11-21T12:04:00Z"),
            List.of(new Commit("flux", "main", "91bd0047", null, "2026-11-20T12:04:11Z")),
            null,
            new Failures(3, "VaultAccessReady", "2026-11-20T12:04:11Z", null),
            List.of(new PlannedChange("NamespaceReady", "ADOPT", "Namespace", "exists")),
            null,
            List.of(
                new io.fabric8.kubernetes.api.model.ConditionBuilder()
                    .withType("Ready")
                    .withStatus("True")
                    .withReason("Provisioned")
                    .withMessage("6 of 6.")
                    .build()));
    assertThat(json.readValue(json.writeValueAsString(status), ProjectStatus.class))
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"count\": 1, \"step\": \"x\", \"since\": \"yesterday\"}",
        "{\"count\": 1, \"step\": \"x\"}",
        "{\"count\": 1, \"step\": \"x\", \"since\": \"2026-11-20T12:04:11Z\", \"nextAttemptAt\":"
            + " \"soon\"}"
      })
  void aGateWhoseTimesCannotBeReadIsNoGate(String failures) throws JsonProcessingException {
    ProjectStatus status =
        json.readValue(
            "{\"observedGeneration\": 3, \"failures\": " + failures + "}", ProjectStatus.class);
    assertThat(status.failures()).isNull();
    assertThat(status.observedGeneration()).isEqualTo(3);
  }
}

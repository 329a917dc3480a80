package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The committed CRD holds what a generator does not express by itself. */
class CrdFileTest {
  private static final Path FILE = Path.of("crds", "projects.kyotu.tech-v1.yml");

  private final JsonNode crd = read();
  private final JsonNode version = crd.at("/spec/versions/0");
  private final JsonNode schema = version.at("/schema/openAPIV3Schema");
  private final JsonNode spec = schema.at("/properties/spec");
  private final JsonNode status = schema.at("/properties/status");

  @Test
  void isCalledAsToolsExpectIt() {
    assertThat(crd.at("/metadata/name").asText()).isEqualTo("projects.kyotu.tech");
    assertThat(crd.at("/spec/scope").asText()).isEqualTo("Namespaced");
    assertThat(crd.at("/spec/names/kind").asText()).isEqualTo("Project");
    assertThat(texts(crd.at("/spec/names/shortNames"))).containsExactly("proj", "kproj");
    assertThat(texts(crd.at("/spec/names/categories"))).containsExactly("kyotu", "gitops");
    assertThat(crd.at("/spec/versions")).hasSize(1);
    assertThat(version.at("/name").asText()).isEqualTo("v1");
    assertThat(version.at("/served").asBoolean()).isTrue();
    assertThat(version.at("/storage").asBoolean()).isTrue();
    assertThat(version.at("/subresources/status").isObject()).isTrue();
  }

  @Test
  void letsClientsSelectByTheFieldsOfTheSpec() {
    assertThat(version.at("/selectableFields").findValuesAsText("jsonPath"))
        .containsExactlyInAnyOrder(".spec.projectId", ".spec.environmentType", ".spec.googleGroup");
  }

  @Test
  void printsItsColumnsInTheOrderOfTheDesign() {
    assertThat(children(version.at("/additionalPrinterColumns")).map(CrdFileTest::column))
        .containsExactly(
            "PROJECT string 0 .spec.projectId",
            "ENV string 0 .spec.environmentType",
            "READY string 0 .status.conditions[?(@.type==\"Ready\")].status",
            "STATUS string 0 .status.conditions[?(@.type==\"Ready\")].reason",
            "DONE string 0 .status.summary",
            "TOKEN-EXPIRES string 0 .status.registryToken.expiresAt",
            "AGE date 0 .metadata.creationTimestamp",
            "TARGET string 1 .status.projectName",
            "GROUP string 1 .spec.googleGroup",
            "MODE string 1 .spec.mode",
            "SUSPENDED boolean 1 .spec.suspend",
            "MESSAGE string 1 .status.conditions[?(@.type==\"Ready\")].message");
  }

  @Test
  void startsWithAStatusThatNobodyTakesForDone() {
    assertThat(status.at("/default").toString()).isEqualTo("{\"observedGeneration\":-1}");
  }

  @ParameterizedTest
  @CsvSource({"conditions, type, 16", "holdings, id, 32", "commits, repository, 4"})
  void mergesListsByTheKeyOfTheirEntries(String list, String key, int most) {
    JsonNode found = status.at("/properties/" + list);

    assertThat(found.at("/x-kubernetes-list-type").asText()).isEqualTo("map");
    assertThat(texts(found.at("/x-kubernetes-list-map-keys"))).containsExactly(key);
    assertThat(texts(found.at("/items/required"))).contains(key);
    assertThat(found.at("/maxItems").asInt()).isEqualTo(most);
  }

  @Test
  void replacesThePlanAsAWhole() {
    JsonNode plan = status.at("/properties/plan");

    assertThat(plan.at("/x-kubernetes-list-type").asText()).isEqualTo("atomic");
    assertThat(plan.at("/maxItems").asInt()).isEqualTo(64);
    assertThat(plan.at("/items/properties/subject/maxLength").asInt()).isEqualTo(256);
    assertThat(plan.at("/items/properties/reason/maxLength").asInt()).isEqualTo(512);
  }

  @Test
  void requiresThreeFieldsAndNoMore() {
    assertThat(texts(schema.at("/required"))).containsExactly("spec");
    assertThat(texts(spec.at("/required")))
        .containsExactlyInAnyOrder("projectId", "environmentType", "googleGroup");
    assertThat(spec.at("/properties/deletion/required").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "mode, Apply",
    "suspend, false",
    "adoption, IfUnowned",
    "deletion, {}",
    "deletion/properties/namespace, Delete",
    "deletion/properties/secrets, Retain"
  })
  void hasTheDefaultsOfTheDesign(String field, String value) {
    JsonNode found = spec.at("/properties/" + field + "/default");

    assertThat(found.isTextual() ? found.asText() : found.toString()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "environmentType, dev qa test stage prod",
    "mode, Apply Plan",
    "adoption, IfUnowned Never",
    "deletion/properties/namespace, Delete Retain",
    "deletion/properties/secrets, Retain Destroy"
  })
  void allowsExactlyTheWordsOfTheDesign(String field, String words) {
    assertThat(texts(spec.at("/properties/" + field + "/enum")))
        .containsExactly(words.split(" ", -1));
  }

  @Test
  void judgesTheProjectIdWithASentenceThatHelps() {
    JsonNode field = spec.at("/properties/projectId");

    assertThat(field.at("/pattern").asText()).isEqualTo("^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$");
    assertThat(field.at("/minLength").asInt()).isEqualTo(1);
    assertThat(field.at("/maxLength").asInt()).isEqualTo(40);
    assertThat(rules(field))
        .containsExactly(
            "self == oldSelf -> projectId cannot change, namespace and rights carry it. Create a"
                + " second Project with the new id, then delete this one.",
            "self.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$') && !self.contains('--') -> Use 1"
                + " to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter"
                + " or digit.");
  }

  @Test
  void judgesTheEnvironmentWithASentenceThatHelps() {
    assertThat(rules(spec.at("/properties/environmentType")))
        .containsExactly(
            "self == oldSelf -> environmentType cannot change. Create a second Project for the"
                + " other environment, then delete this one.");
  }

  @Test
  void judgesTheGoogleGroupWithASentenceThatHelps() {
    String pattern =
        "^[a-z0-9]([-a-z0-9._]*[a-z0-9])?@([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])+[a-z]{2,}$";
    JsonNode field = spec.at("/properties/googleGroup");

    assertThat(field.at("/pattern").asText()).isEqualTo(pattern);
    assertThat(field.at("/minLength").asInt()).isEqualTo(6);
    assertThat(field.at("/maxLength").asInt()).isEqualTo(254);
    assertThat(rules(field))
        .containsExactly(
            "self.matches('"
                + pattern
                + "') -> Write the group as one lower-case e-mail address,"
                + " for example shop.crew@example.com.");
  }

  @Test
  void boundsEveryText() {
    List<String> unbounded = new ArrayList<>();
    walk(
        "",
        schema,
        (path, node) -> {
          if (node.path("type").asText().equals("string") && !node.has("maxLength")) {
            unbounded.add(path);
          }
        });

    assertThat(unbounded).isEmpty();
    assertThat(status.at("/properties/conditions/items/properties/message/maxLength").asInt())
        .isEqualTo(1024);
  }

  @Test
  void storesNoFieldThatItDoesNotKnow() {
    assertThat(crd.findValues("x-kubernetes-preserve-unknown-fields")).isEmpty();
    assertThat(schema.findValues("additionalProperties")).isEmpty();
  }

  @Test
  void explainsEveryField() {
    List<String> unexplained = new ArrayList<>();
    walk(
        "",
        schema,
        (path, node) -> {
          if (node.has("type") && !node.has("description") && !path.endsWith("/items")) {
            unexplained.add(path);
          }
        });

    assertThat(unexplained).isEmpty();
  }

  private static void walk(String path, JsonNode node, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(path, node);
    node.path("properties")
        .properties()
        .forEach(field -> walk(path + "/" + field.getKey(), field.getValue(), visitor));
    if (node.has("items")) {
      walk(path + "/items", node.get("items"), visitor);
    }
  }

  private static List<String> rules(JsonNode field) {
    return children(field.at("/x-kubernetes-validations"))
        .map(rule -> rule.path("rule").asText() + " -> " + rule.path("message").asText())
        .toList();
  }

  private static String column(JsonNode column) {
    return "%s %s %d %s"
        .formatted(
            column.path("name").asText(),
            column.path("type").asText(),
            column.path("priority").asInt(0),
            column.path("jsonPath").asText());
  }

  private static List<String> texts(JsonNode array) {
    return children(array).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> children(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }

  private static JsonNode read() {
    try {
      return new YAMLMapper().readTree(Files.readString(FILE));
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " cannot be read", e);
    }
  }
}

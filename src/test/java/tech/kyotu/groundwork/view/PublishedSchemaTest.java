package tech.kyotu.groundwork.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published schemas are those of the records and of the CRD. {@code -Dschemas.write=true}
 * writes them anew.
 */
class PublishedSchemaTest {

  private static final boolean WRITES = Boolean.getBoolean("schemas.write");
  private static final Path CRD = Path.of("crds/projects.kyotu.tech-v1.yml");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The records that are answered as a whole, by their kinds. */
  private static final Map<String, Class<?>> VIEWS =
      Map.of(
          AccessView.KIND, AccessView.class,
          InstallationView.KIND, InstallationView.class,
          OrphansView.KIND, OrphansView.class,
          PlanView.KIND, PlanView.class,
          RenderView.KIND, RenderView.class,
          TraceView.KIND, TraceView.class);

  static Stream<String> kinds() throws IOException {
    return schemas().keySet().stream();
  }

  private static Map<String, JsonNode> schemas() throws IOException {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    VIEWS.forEach((kind, type) -> all.put(kind, ofRecord(type)));
    all.put("Project", ofProject());
    all.put("ProjectList", ofProjects());
    return all;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theCommittedSchemaIsThatOfTheCode(String kind) throws IOException {
    Path file = PublishedSchemas.FOLDER.resolve(kind + ".json");
    String wanted = MAPPER.writeValueAsString(schemas().get(kind)) + "\n";
    if (WRITES) {
      Files.createDirectories(PublishedSchemas.FOLDER);
      Files.writeString(file, wanted);
    }
    assertThat(file).exists();
    assertThat(Files.readString(file)).isEqualTo(wanted);
  }

  @Test
  void noSchemaIsLeftOfAKindThatIsNoMore() throws IOException {
    try (Stream<Path> files = Files.list(PublishedSchemas.FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
          .containsExactlyInAnyOrderElementsOf(schemas().keySet());
    }
  }

  @Test
  void eachViewThatNamesItsKindHasASchema() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/tech/kyotu/groundwork/view"))) {
      List<Path> naming =
          files.filter(file -> text(file).contains("public static final String KIND")).toList();
      assertThat(naming)
          .extracting(file -> file.getFileName().toString().replace(".java", ""))
          .containsExactlyInAnyOrderElementsOf(
              VIEWS.values().stream().map(Class::getSimpleName).toList());
    }
  }

  @Test
  void everyPartIsDescribed() throws IOException {
    for (String kind : VIEWS.keySet()) {
      assertThat(undescribed(schemas().get(kind))).as(kind).isEmpty();
    }
  }

  private static List<String> undescribed(JsonNode schema) {
    return schema.findValues("properties").stream()
        .flatMap(properties -> properties.properties().stream())
        .filter(property -> property.getValue().path("description").asText("").isBlank())
        .map(Map.Entry::getKey)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'ProjectPlanList','projects':[]}",
        "{'apiVersion':'view.kyotu.tech/v2','kind':'ProjectPlanList','projects':[]}",
        "{'apiVersion':'view.kyotu.tech/v1','kind':'ProjectPlanList'}",
        "{'apiVersion':'view.kyotu.tech/v1','kind':'ProjectPlanList','projects':[{'name':1}]}",
        "{'apiVersion':'view.kyotu.tech/v1','kind':'InstallationCheckList','checks':[{'ok':'yes','what':'a','detail':'b'}]}",
        "{'apiVersion':'view.kyotu.tech/v1','kind':'Other'}",
        "{'apiVersion':'kyotu.tech/v1','kind':'Project','metadata':{},'spec':{'projectId':7}}",
        "{'apiVersion':'kyotu.tech/v1','kind':'ProjectList','metadata':{},'items':[{'kind':'Project'}]}",
        "[]"
      })
  void aWrongAnswerHasFaults(String answer) {
    assertThat(PublishedSchemas.faults(answer.replace('\'', '"'))).isNotEmpty();
  }

  @Test
  void whatANewerServerAddsIsNoFault() {
    assertThat(
            PublishedSchemas.faults(
                "{\"apiVersion\":\"view.kyotu.tech/v1\",\"kind\":\"ProjectPlanList\",\"projects\":[],\"newer\":1}"))
        .isEmpty();
  }

  private static JsonNode ofRecord(Class<?> view) {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(
                MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY));
    // In the order of the record, which is the order of the answer.
    config.forTypesInGeneral().withPropertySorter(Comparator.comparingInt(property -> 0));
    config
        .forTypesInGeneral()
        .withTitleResolver(
            type -> type.getType().getErasedType().equals(view) ? kindOf(view) : null)
        .withDescriptionResolver(
            type ->
                type.getType().getErasedType().isRecord()
                    ? RecordComments.of(type.getType().getErasedType())
                    : null);
    config
        .forFields()
        .withRequiredCheck(field -> field.getAnnotation(JsonInclude.class) == null)
        .withDescriptionResolver(
            // The items of a list come by here too; the list is described.
            field ->
                field.isFakeContainerItemScope()
                    ? null
                    : RecordComments.of(
                            field.getDeclaringType().getErasedType(), field.getDeclaredName())
                        .orElse(null))
        .withEnumResolver(PublishedSchemaTest::onlyValue);
    return new SchemaGenerator(config.build()).generateSchema(view);
  }

  /** Which form it is, an answer says by two words that are always the same. */
  private static List<?> onlyValue(FieldScope field) {
    Class<?> type = field.getDeclaringType().getErasedType();
    if (!VIEWS.containsValue(type)) {
      return null;
    }
    return switch (field.getDeclaredName()) {
      case "apiVersion" -> List.of(PlanView.API_VERSION);
      case "kind" -> List.of(kindOf(type));
      default -> null;
    };
  }

  private static String kindOf(Class<?> view) {
    return VIEWS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(view))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** As in the CRD, without what only an API server understands. */
  private static JsonNode ofProject() throws IOException {
    JsonNode crd = new YAMLMapper().readTree(CRD.toFile());
    ObjectNode schema =
        head("Project", "A Project: a manifest, and what kubectl project get NAME prints.");
    JsonNode stored = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("apiVersion").put("const", "kyotu.tech/v1");
    properties.putObject("kind").put("const", "Project");
    properties.putObject("metadata").put("type", "object");
    properties.setAll((ObjectNode) withoutExtensions(stored).path("properties"));
    schema.putArray("required").add("apiVersion").add("kind").add("metadata").add("spec");
    return schema;
  }

  private static JsonNode withoutExtensions(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    clean(copy);
    return copy;
  }

  private static void clean(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> extensions =
          object.properties().stream()
              .map(Map.Entry::getKey)
              .filter(key -> key.startsWith("x-kubernetes-"))
              .toList();
      object.remove(extensions);
    }
    node.forEach(PublishedSchemaTest::clean);
  }

  private static JsonNode ofProjects() {
    ObjectNode schema = head("ProjectList", "Projects, as kubectl project get prints them.");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("apiVersion").put("const", "kyotu.tech/v1");
    properties.putObject("kind").put("const", "ProjectList");
    properties.putObject("metadata").put("type", "object");
    properties
        .putObject("items")
        .put("type", "array")
        .putObject("items")
        .put("$ref", "Project.json");
    schema.putArray("required").add("apiVersion").add("kind").add("metadata").add("items");
    return schema;
  }

  private static ObjectNode head(String title, String description) {
    return MAPPER
        .createObjectNode()
        .put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier())
        .put("title", title)
        .put("description", description)
        .put("type", "object");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

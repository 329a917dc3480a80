package tech.kyotu.groundwork.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The schemas that people can hold our answers against, as they are committed. */
public final class PublishedSchemas {

  static final Path FOLDER = Path.of("docs/reference/schema");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PublishedSchemas() {}

  /**
   * What is wrong with an answer.
   *
   * @param json names its kind, which has a schema
   * @return a sentence for each fault
   */
  public static List<String> faults(String json) {
    JsonNode answer = read(json);
    Path file = FOLDER.resolve(answer.path("kind").asText("none") + ".json");
    if (!Files.exists(file)) {
      return List.of("kind " + answer.path("kind") + " has no schema");
    }
    return JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(SchemaLocation.of(file.toUri().toString()))
        .validate(answer)
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}

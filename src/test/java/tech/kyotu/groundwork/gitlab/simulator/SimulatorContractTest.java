package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The simulator's answers have the shape that GitLab publishes for them (case 24, 52 and more). */
class SimulatorContractTest {
  private final TestPlatform platform = new TestPlatform();

  @AfterEach
  void stop() {
    platform.close();
  }

  private static Set<ValidationMessage> violations(String schema, JsonNode answer) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    JsonSchema read =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of("classpath:gitlab-contract/" + schema), config);
    return read.validate(answer);
  }

  private ObjectNode createdToken() {
    return (ObjectNode) platform.createToken(platform.operator, "puller").json();
  }

  @Test
  void tokensMatchTheirSchema() {
    ObjectNode created = createdToken();
    String one = platform.tokens() + "/" + created.path("id").asLong();
    assertThat(violations("group-access-token.json", platform.get(platform.operator, one).json()))
        .isEmpty();
    created.remove("token");
    assertThat(violations("group-access-token.json", created)).isEmpty();
    JsonNode rotated = platform.post(platform.operator, one + "/rotate", "{}").json();
    assertThat(violations("group-access-token.json", ((ObjectNode) rotated).without("token")))
        .isEmpty();
  }

  @Test
  void tokenListsMatchTheirSchema() {
    createdToken();
    platform.gitlab.flip(Switch.NO_DEFAULT_EXPIRY, true);
    platform.get(createdToken().path("token").asText(), "/user");
    JsonNode list = platform.get(platform.operator, platform.tokens()).json();
    assertThat(list).hasSize(2);
    assertThat(violations("group-access-tokens.json", list)).isEmpty();
  }

  @Test
  void groupsMatchTheirSchema() {
    platform.delete(platform.operator, "/groups/" + platform.shop);
    for (String path : List.of("/groups/platform", "/groups/" + platform.shop)) {
      assertThat(violations("group.json", platform.get(platform.operator, path).json())).isEmpty();
    }
  }

  @Test
  void metadataMatchesItsSchema() {
    JsonNode metadata = platform.get(platform.operator, "/metadata").json();
    assertThat(violations("metadata.json", metadata)).isEmpty();
  }

  @Test
  @DisplayName("older servers leave out three keys of a token, and the switch exactly these")
  void olderTokensLackThreeKeys() {
    platform.gitlab.flip(Switch.OLDER_TOKEN_FIELDS, true);
    ObjectNode older = createdToken();
    older.remove("token");
    assertThat(violations("group-access-token.json", older))
        .extracting(ValidationMessage::getProperty)
        .containsExactlyInAnyOrder("granular", "resource_type", "resource_id");
  }

  @Test
  @DisplayName("the schemas do refuse: a value in a list, a date without its form, a lost id")
  void schemasRefuseWhatIsWrong() {
    ObjectNode withValue = createdToken();
    assertThat(violations("group-access-token.json", withValue))
        .extracting(ValidationMessage::getProperty)
        .containsExactly("token");
    withValue.remove("token");
    withValue.put("expires_at", "next week");
    assertThat(violations("group-access-token.json", withValue)).hasSize(1);
    ObjectNode group = (ObjectNode) platform.get(platform.operator, "/groups/platform").json();
    group.remove("id");
    assertThat(violations("group.json", group)).hasSize(1);
  }
}

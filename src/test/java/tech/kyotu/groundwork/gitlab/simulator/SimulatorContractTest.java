package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The simulator's answers have the shape that GitLab publishes for them (cases 24, 51, 52 and
 * more). {@link TestPlatform} holds every answer of every other test against its schema as well.
 */
class SimulatorContractTest {
  @AutoClose private final TestPlatform platform = new TestPlatform();

  private ObjectNode createdToken() {
    ObjectNode created = (ObjectNode) platform.createToken(platform.operator, "puller").json();
    created.remove("token");
    return created;
  }

  private List<String> violations(String schema, ObjectNode json) {
    return platform.schemas.validate(schema, json).stream()
        .map(ValidationMessage::getProperty)
        .toList();
  }

  @Test
  @DisplayName("every route has a schema, and its good answer satisfies it")
  void answersOfAllRoutesMatchTheirSchemas() {
    platform.gitlab.flip(Switch.PAID_EDITION, true);
    assertThat(AnswerSchemas.routes())
        .containsExactlyInAnyOrderElementsOf(platform.gitlab.routes());
    EveryRoute.on(platform)
        .forEach(
            (route, request) ->
                assertThat(platform.send(request).status())
                    .as(route.toString())
                    .isBetween(200, 299));
    assertThat(platform.schemas.satisfied())
        .containsExactlyInAnyOrderElementsOf(platform.gitlab.routes());
  }

  @Test
  @DisplayName("older servers leave out three keys of a token, and the switch exactly these")
  void olderTokensLackThreeKeys() {
    platform.gitlab.flip(Switch.OLDER_TOKEN_FIELDS, true);
    assertThat(violations("group-access-token", createdToken()))
        .containsExactlyInAnyOrder("granular", "resource_type", "resource_id");
  }

  @Test
  @DisplayName("older servers leave out two keys of a group, and the switch exactly these")
  void olderGroupsLackTwoKeys() {
    platform.gitlab.flip(Switch.OLDER_GROUP_FIELDS, true);
    ObjectNode group = (ObjectNode) platform.get(platform.operator, "/groups/platform").json();
    assertThat(violations("group", group))
        .containsExactlyInAnyOrder("archived", "marked_for_deletion_on");
  }

  @Test
  @DisplayName("the schemas do refuse: a value in a list, a date without its form, a lost id")
  void schemasRefuseWhatIsWrong() {
    ObjectNode token = createdToken();
    assertThat(violations("group-access-token", token.deepCopy().put("token", "a value")))
        .containsExactly("token");
    assertThat(violations("group-access-token", token.put("expires_at", "next week"))).hasSize(1);
    ObjectNode group = (ObjectNode) platform.get(platform.operator, "/groups/platform").json();
    assertThat(violations("group", (ObjectNode) group.without("id"))).containsExactly("id");
  }
}

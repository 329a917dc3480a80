package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 10 to 20: groups. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorGroupConformanceTest {
  @AutoClose private final TestPlatform platform;

  SimulatorGroupConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
    platform.usual(Switch.NO_TOP_LEVEL_GROUPS);
  }

  private Reply create(String caller, String path) {
    return platform.form(caller, "/groups", "name=" + path + "&path=" + path);
  }

  private Reply createBelow(long parent, String caller, String path) {
    return platform.form(
        caller, "/groups", "name=" + path + "&path=" + path + "&parent_id=" + parent);
  }

  @Test
  @DisplayName("case 10: all missing parameters are named in one error")
  void namesAllMissingParameters() {
    Reply reply = platform.post(platform.operator, "/groups", "{}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).isEqualTo("name is missing, path is missing");
  }

  @Test
  @DisplayName("case 11: a path in use is a 400 in either spelling")
  void refusesDuplicatePath() {
    platform.usual(Switch.PLAIN_PATH_ERRORS);
    Reply reply = create(platform.operator, "platform");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message())
        .isEqualTo("400 Bad request - Failed to save group {:path=>[\"has already been taken\"]}");

    platform.gitlab.flip(Switch.PLAIN_PATH_ERRORS, true);
    assertThat(create(platform.operator, "platform").message())
        .isEqualTo("400 Bad request - Failed to save group {path: [\"has already been taken\"]}");
  }

  @Test
  @DisplayName("case 12: of 32 parallel creations of one path exactly one succeeds")
  void letsOneOfManyCreatorsWin() {
    ExecutorService callers = Executors.newFixedThreadPool(32);
    List<CompletableFuture<Integer>> replies = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      replies.add(
          CompletableFuture.supplyAsync(
              () -> create(platform.operator, "contested").status(), callers));
    }
    List<Integer> statuses = replies.stream().map(CompletableFuture::join).toList();
    callers.shutdown();
    assertThat(statuses).hasSize(32).containsOnlyOnce(201).containsOnly(201, 400);
  }

  @Test
  @DisplayName("case 13: the path of a user is taken, and yet no group is found there")
  void refusesPathOfUser() {
    assertThat(create(platform.operator, "stranger").message()).contains("has already been taken");
    assertThat(platform.get(platform.operator, "/groups/stranger").status()).isEqualTo(404);
  }

  @ParameterizedTest(name = "case 14: {0} is refused")
  @ValueSource(strings = {"a+b", "a/b", "-a", "a.", "a.git", "a.atom", "%C3%A4"})
  void refusesBadPaths(String path) {
    Reply reply = create(platform.operator, path);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("Failed to save group {", "can only contain letters");
  }

  @Test
  @DisplayName("case 14: no reserved word becomes a group at the top level")
  void refusesReservedWords() {
    String words =
        "- .well-known 404.html 422.html 500.html 502.html 503.html admin api apple-touch-icon.png"
            + " assets dashboard deploy.html explore favicon.ico favicon.png files groups"
            + " health_check help import jwt login oauth profile projects public robots.txt s"
            + " search sitemap sitemap.xml sitemap.xml.gz slash-command-logo.png snippets"
            + " unsubscribes uploads users v2";
    assertThat(words.split(" ", -1))
        .allSatisfy(word -> assertThat(create(platform.operator, word).status()).isEqualTo(400));
  }

  @Test
  @DisplayName("case 14: words reserved for projects bar subgroups on older servers alone")
  void reservesMoreWordsBySwitch() {
    long parent = platform.gitlab.addGroup("parent", "operator");
    assertThat(createBelow(parent, platform.operator, "admin").status()).isEqualTo(201);
    platform.usual(Switch.RESERVED_SUBGROUPS);
    assertThat(createBelow(parent, platform.operator, "tree").status()).isEqualTo(201);
    platform.gitlab.flip(Switch.RESERVED_SUBGROUPS, true);
    assertThat(createBelow(parent, platform.operator, "blob").status()).isEqualTo(400);
  }

  @Test
  @DisplayName("case 15: an unknown parent is a 404, one without the right a 403")
  void checksTheParent() {
    platform.usual(Switch.MAINTAINERS_CREATE_SUBGROUPS);
    Reply unknown = createBelow(999_999, platform.operator, "below");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).isEqualTo("404 Group Not Found");
    assertThat(createBelow(platform.shop, platform.stranger, "below").status()).isEqualTo(404);
    assertThat(createBelow(platform.shop, platform.keeper, "below").status()).isEqualTo(403);

    platform.gitlab.flip(Switch.MAINTAINERS_CREATE_SUBGROUPS, true);
    assertThat(createBelow(platform.shop, platform.keeper, "below").status()).isEqualTo(201);
  }

  @Test
  @DisplayName("case 16: the top level is for those who may create groups")
  void guardsTheTopLevel() {
    Reply reply = create(platform.stranger, "fresh");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message()).isEqualTo("403 Forbidden");

    platform.gitlab.flip(Switch.NO_TOP_LEVEL_GROUPS, true);
    assertThat(create(platform.operator, "fresh").status()).isEqualTo(403);
  }

  @Test
  @DisplayName("case 17: visibility has a default, and the creator becomes owner")
  void createsGroupForItsCreator() {
    platform.gitlab.defaultVisibility("internal");
    Reply first = create(platform.operator, "first");
    assertThat(first.status()).isEqualTo(201);
    assertThat(first.json().path("visibility").asText()).isEqualTo("internal");
    Reply second =
        platform.post(
            platform.operator,
            "/groups",
            "{'name':'Second','path':'second','visibility':'private','description':'ours'}");
    assertThat(second.json().path("visibility").asText()).isEqualTo("private");
    assertThat(second.json().path("description").asText()).isEqualTo("ours");
    assertThat(platform.lastEntry().changes())
        .containsExactly(
            new WorldChange("group created", second.json().path("id").asLong(), "second"));
    String tokens = "/groups/" + second.json().path("id").asLong() + "/access_tokens";
    assertThat(platform.get(platform.operator, tokens).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 18: a deleted group is marked, stays visible, and goes after its retention")
  void marksDeletedGroups() {
    platform.usual(Switch.OLDER_GROUP_FIELDS);
    long child = platform.gitlab.addGroup("platform/shop/child", "operator");
    Reply reply = platform.delete(platform.operator, "/groups/" + platform.shop);
    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.message()).isEqualTo("202 Accepted");
    Reply marked = platform.get(platform.operator, "/groups/" + platform.shop);
    assertThat(marked.status()).isEqualTo(200);
    assertThat(marked.json().path("marked_for_deletion_on").asText()).isEqualTo("2026-03-10");
    assertThat(platform.delete(platform.operator, "/groups/" + child).status()).isEqualTo(202);

    platform.gitlab.clock().advance(Duration.ofDays(31));
    assertThat(platform.get(platform.operator, "/groups/" + platform.shop).status()).isEqualTo(404);
    assertThat(platform.get(platform.operator, "/groups/" + child).status()).isEqualTo(404);
    assertThat(platform.get(platform.operator, "/groups/platform").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("case 18: a marked group may get another path, which frees its own")
  void renamesMarkedGroupsBySwitch() {
    platform.usual(Switch.OLDER_GROUP_FIELDS);
    platform.gitlab.flip(Switch.MARKED_GROUPS_RENAMED, true);
    assertThat(platform.delete(platform.keeper, "/groups/" + platform.shop).status())
        .isEqualTo(403);
    assertThat(platform.delete(platform.operator, "/groups/" + platform.shop).status())
        .isEqualTo(202);
    assertThat(platform.get(platform.operator, "/groups/platform%2Fshop").status()).isEqualTo(404);
    Reply marked = platform.get(platform.operator, "/groups/" + platform.shop);
    assertThat(marked.json().path("full_path").asText()).startsWith("platform/shop-deletion");
    long parent = marked.json().path("parent_id").asLong();
    assertThat(createBelow(parent, platform.operator, "shop").status()).isEqualTo(201);
    assertThat(marked.json().path("marked_for_deletion_on").asText()).isEqualTo("2026-03-10");
  }

  @Test
  @DisplayName("case 19: a search also finds what merely resembles")
  void searchesFuzzily() {
    platform.gitlab.addGroup("platform/foo", "operator");
    platform.gitlab.addGroup("platform/foobar", "operator");
    for (String path : List.of("/groups?search=foo", "/groups/platform/subgroups?search=FOO")) {
      assertThat(platform.get(platform.operator, path).json().findValuesAsText("path"))
          .containsExactly("foo", "foobar");
    }
  }

  @Test
  @DisplayName("case 20: a renamed group is found by its id and not by its old path")
  void forgetsOldPaths() {
    Reply renamed = platform.put(platform.operator, "/groups/" + platform.shop, "{'path':'store'}");
    assertThat(renamed.status()).isEqualTo(200);
    assertThat(platform.get(platform.operator, "/groups/platform%2Fshop").status()).isEqualTo(404);
    assertThat(
            platform
                .get(platform.operator, "/groups/" + platform.shop)
                .json()
                .path("full_path")
                .asText())
        .isEqualTo("platform/store");
    long parent = renamed.json().path("parent_id").asLong();
    assertThat(createBelow(parent, platform.operator, "shop").message())
        .contains("has been taken before");
    Reply taken = platform.put(platform.operator, "/groups/" + platform.shop, "{'path':'a b'}");
    assertThat(taken.json().path("message").path("path").isArray()).isTrue();
  }
}

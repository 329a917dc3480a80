package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.gitlab.simulator.TestPlatform.Reply;

/** Conformance cases 21 to 23: how lists come in pages. */
@ParameterizedClass
@EnumSource(Dialect.class)
class SimulatorPagingConformanceTest {
  @AutoClose private final TestPlatform platform;

  SimulatorPagingConformanceTest(Dialect dialect) {
    platform = new TestPlatform(dialect);
  }

  @Test
  @DisplayName("case 21: lists come in pages, with headers and links")
  void pagesLists() {
    platform.usual(Switch.LINKS_ALONE);
    long parent = platform.gitlab.addGroup("many", "operator");
    for (int i = 0; i < 45; i++) {
      platform.gitlab.addGroup("many/group-" + (100 + i), "operator");
    }
    String path = "/groups/" + parent + "/subgroups";
    Reply second = platform.get(platform.operator, path + "?page=2&order=x");
    assertThat(second.json()).hasSize(20);
    assertThat(second.header("x-page")).isEqualTo("2");
    assertThat(second.header("x-per-page")).isEqualTo("20");
    assertThat(second.header("x-prev-page")).isEqualTo("1");
    assertThat(second.header("x-next-page")).isEqualTo("3");
    assertThat(second.header("x-total")).isEqualTo("45");
    assertThat(second.header("x-total-pages")).isEqualTo("3");
    String url = "<" + platform.gitlab.apiUrl() + path + "?order=x&page=";
    assertThat(second.header("Link"))
        .contains(url + "1&per_page=20>; rel=\"prev\"", url + "3&per_page=20>; rel=\"next\"")
        .contains(url + "1&per_page=20>; rel=\"first\"", url + "3&per_page=20>; rel=\"last\"");

    Reply all = platform.get(platform.operator, path + "?per_page=500");
    assertThat(all.header("x-per-page")).isEqualTo("100");
    assertThat(all.header("x-next-page")).isEmpty();
    assertThat(all.json()).hasSize(45);
    Reply beyond = platform.get(platform.operator, path + "?page=9");
    assertThat(beyond.status()).isEqualTo(200);
    assertThat(beyond.body()).isEqualTo("[]");

    platform.gitlab.flip(Switch.LINKS_ALONE, true);
    Reply linked = platform.get(platform.operator, path);
    assertThat(linked.header("x-next-page")).isNull();
    assertThat(linked.header("Link")).contains("page=2&per_page=20>; rel=\"next\"");
  }

  @Test
  @DisplayName("case 22: above 10,000 rows the totals are missing")
  void stopsCountingLongLists() {
    platform.usual(Switch.LINKS_ALONE);
    platform.admin("POST", "/groups", "{'path':'many/g','owner':'operator','count':10001}");
    Reply reply = platform.get(platform.operator, "/groups/many/subgroups?per_page=100");
    assertThat(reply.json()).hasSize(100);
    assertThat(reply.header("x-next-page")).isEqualTo("2");
    assertThat(reply.header("x-total")).isNull();
    assertThat(reply.header("x-total-pages")).isNull();
    assertThat(reply.header("Link")).doesNotContain("last");
  }

  @Test
  @DisplayName("case 23: an anonymous caller may follow cursors, and nobody else gets them")
  void linksPagesByCursor() {
    for (String path : List.of("open/b", "open/a", "open/c")) {
      platform.gitlab.addGroup(path, "operator");
      String encoded = "/groups/" + path.replace("/", "%2F");
      platform.put(platform.operator, encoded, "{'visibility':'public'}");
    }
    String path = "/groups?pagination=keyset&order_by=name&per_page=2";
    Reply first = platform.get(TestPlatform.NOBODY, path);
    assertThat(first.json().findValuesAsText("full_path")).containsExactly("open/a", "open/b");
    String cursor = first.header("X-NEXT-CURSOR");
    assertThat(first.header("Link"))
        .isEqualTo(
            "<%s/groups?pagination=keyset&order_by=name&cursor=%s&per_page=2>; rel=\"next\""
                .formatted(platform.gitlab.apiUrl(), cursor));
    assertThat(first.header("x-total")).isNull();

    Reply last = platform.get(TestPlatform.NOBODY, path + "&cursor=" + cursor);
    assertThat(last.json().findValuesAsText("full_path")).containsExactly("open/c");
    assertThat(last.header("Link")).isNull();
    assertThat(last.header("X-NEXT-CURSOR")).isNull();
    assertThat(platform.get(platform.operator, path).header("X-NEXT-CURSOR")).isNull();
  }
}

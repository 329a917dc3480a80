package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;

class ProjectTableTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);
  private final Project shop = aProject("shop").build();
  private final Project other = aProject("other").build();

  @Test
  void printsALineForEachChangeWhereNothingCanBeRedrawn() {
    ProjectTable table = new ProjectTable(out, 0);
    table.show(List.of(shop));
    table.show(List.of(shop));
    table.show(List.of(shop, other));
    table.show(List.of(other));
    assertThat(printed.toString(UTF_8).lines().map(String::strip))
        .satisfiesExactly(
            head -> assertThat(head).startsWith("NAME").endsWith("MESSAGE"),
            line -> assertThat(line).startsWith("shop-dev"),
            line -> assertThat(line).startsWith("other-dev"),
            line -> assertThat(line).isEqualTo("ops/shop-dev is gone"));
  }

  @Test
  void redrawsATerminalInPlaceWithinItsWidth() {
    ProjectTable table = new ProjectTable(out, 40);
    table.show(List.of(shop));
    printed.reset();
    table.show(List.of(shop, other));
    String drawn = printed.toString(UTF_8);
    assertThat(drawn).startsWith("\033[2A\033[J");
    assertThat(drawn.substring("\033[2A\033[J".length()).lines())
        .hasSize(3)
        .allMatch(line -> line.length() < 40);
  }
}

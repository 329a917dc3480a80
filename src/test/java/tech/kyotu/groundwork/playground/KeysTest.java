package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {
  private final List<String> done = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Keys keys =
      new Keys(
          List.of(
              new Keys.Key('b', "break", () -> done.add("broken")),
              new Keys.Key('x', "delete", () -> fail("it is gone already"))),
          new PrintStream(printed, true, UTF_8));

  @Test
  void doesWhatIsTypedInOrderAndPassesOverEnter() {
    type("b\nb\r\n");
    assertThat(done).containsExactly("broken", "broken");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void tellsOfADeedThatFailsAndGoesOn() {
    type("xb");
    assertThat(printed.toString(UTF_8)).isEqualTo("  delete: it is gone already\n");
    assertThat(done).containsExactly("broken");
  }

  @Test
  void namesTheKeysWhereAnotherIsTyped() {
    type("?");
    assertThat(printed.toString(UTF_8)).isEqualTo("  keys: b break   x delete\n");
  }

  private void type(String text) {
    keys.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }
}

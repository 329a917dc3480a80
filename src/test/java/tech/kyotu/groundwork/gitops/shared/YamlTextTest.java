package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

class YamlTextTest {

  private static String refusal(byte[] content) {
    RejectedException refused =
        catchThrowableOfType(
            RejectedException.class, () -> YamlText.read("a/b/rbac.yaml", content));
    assertThat(refused).as("a refusal").isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE_FILE);
    return refused.sentence();
  }

  static Stream<Arguments> unsafe() {
    return Stream.of(
        Arguments.of("\uFEFFa: 1\n", "line 1", "byte order mark"),
        Arguments.of("a:\n \tb: 1\n", "line 2", "a tab"),
        Arguments.of("a: 1\n<<<<<<< HEAD\nb: 1\n", "line 2", "unfinished merge"),
        Arguments.of("a: |\n  x\n=======\n", "line 3", "unfinished merge"),
        Arguments.of("a: 1\r\nb: 2\n", "line 2", "line end"),
        Arguments.of("a: 1\nb: 2\r\nc: 3\n", "line 1", "line end"),
        Arguments.of("a: 1\nb: 2\rc: 3\n", "line 2", "carriage return"),
        Arguments.of("a: 1\n# x\u2028y\n", "line 2", "only YAML knows"),
        Arguments.of("a: 1\nb: \u0007\n", "line 2", "character"),
        Arguments.of("a: 1\nb: {c: 1, c: 2}\n", "line 2", "duplicate key \"c\""),
        Arguments.of("a: 1\nb: [\n", "line 3", "expected"),
        Arguments.of("a: *x\n", "line 1", "undefined alias"),
        Arguments.of("a: " + "[".repeat(60) + "]".repeat(60) + "\n", "", "levels"),
        Arguments.of("a: &a [x]\nb: [" + "*a, ".repeat(51) + "]\n", "", "aliases"));
  }

  @ParameterizedTest
  @MethodSource("unsafe")
  void refusesWhatIsNotSafeToEditAndSaysWhere(String text, String line, String why) {
    assertThat(refusal(text.getBytes(UTF_8))).startsWith("rbac.yaml").contains(line).contains(why);
  }

  @Test
  void refusesBytesThatAreNoText() {
    assertThat(refusal(new byte[] {'a', ':', '\n', (byte) 0xc3}))
        .contains("line 2 in the Flux repository: it is no UTF-8");
    assertThat(refusal(new byte[(1 << 20) + 1])).contains("larger than 1 MiB");
  }

  @Test
  void takesWhatIsOnlyUnusual() throws Exception {
    for (String text :
        new String[] {
          "",
          "# nothing\n",
          "---\na: 1\n---\nb: 2\n...\n",
          "a: !own {b: 1}\n<<: {c: 1}\n",
          "a: \uD83D\uDE00",
          "a: |\n  <<<<<<< not at the edge\n  \t\n".replace("\t", "x"),
          "a: 1\r\nb: 2\r\n"
        }) {
      YamlText read = YamlText.read("f", text.getBytes(UTF_8));
      assertThat(read.slice(0, read.length())).isEqualTo(text);
    }
  }
}

package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.RejectedException;

/** What stands between a mistake in an edit and a file that people own. */
class CarefulEditTest {

  private static final String BEFORE = "ours: 1\ntheirs: 2\n";

  private static YamlText read() throws RejectedException {
    return YamlText.read("a/rbac.yaml", BEFORE.getBytes(UTF_8));
  }

  private static void assertNotBelieved(CarefulEdit.Need need) throws RejectedException {
    YamlText text = read();
    assertThatThrownBy(() -> CarefulEdit.of(text, need))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("would change what is not the operator's");
  }

  @Test
  void believesAnEditThatIsDoneAfterOnce() throws Exception {
    CarefulEdit.Need need =
        text ->
            text.slice(0, 7).equals("ours: 3") ? List.of() : List.of(Splice.of(0, 7, "ours: 3"));
    assertThat(CarefulEdit.of(read(), need))
        .hasValueSatisfying(
            after -> assertThat(new String(after, UTF_8)).isEqualTo("ours: 3\ntheirs: 2\n"));
  }

  @Test
  void believesNoEditThatWouldAddALineAtEachTry() throws Exception {
    assertNotBelieved(text -> List.of(text.linesAfter(0, "# once more\n")));
    assertNotBelieved(text -> List.of(text.linesAfter(0, "\n")));
  }

  @Test
  void believesNoEditThatChangesWhatALineOfOthersMeans() throws Exception {
    assertNotBelieved(
        text ->
            text.slice(0, 7).equals("ours: 3")
                ? List.of()
                : List.of(Splice.of(0, 8, "ours: 3\nmore:\n  ")));
  }

  @Test
  void believesNoEditAfterWhichTheFileIsNoYaml() throws Exception {
    assertNotBelieved(
        text -> text.slice(0, 1).equals("[") ? List.of() : List.of(Splice.of(0, 7, "[")));
  }
}

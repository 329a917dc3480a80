package tech.kyotu.groundwork.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.testing.ServerBinary;

class OptionsTest {
  @Test
  void startsEverythingWithoutOptions() throws Options.Mistake {
    Options options = Options.parse();
    assertThat(options.check()).isFalse();
    assertThat(options.serversOnly()).isFalse();
    assertThat(options.restartOperator()).isFalse();
    assertThat(options.wishes().withVault()).isTrue();
    assertThat(options.wishes().followers()).isEmpty();
    assertThat(options.wishes().data()).isEmpty();
    assertThat(options.wishes().port(1)).isZero();
    assertThat(options.wishes().out()).endsWithRaw(Path.of("target", "playground"));
  }

  @Test
  void readsEveryOption() throws Options.Mistake {
    Options options =
        Options.parse(
            ("--check --restart-operator --keep -v --without vault --data /some/folder"
                    + " --gitlab-latency 100 --push-latency 300 --port 8080")
                .split(" ", -1));
    assertThat(options.check()).isTrue();
    assertThat(options.restartOperator()).isTrue();
    assertThat(options.verbose()).isTrue();
    assertThat(options.wishes().keep()).isTrue();
    assertThat(options.wishes().withVault()).isFalse();
    assertThat(options.wishes().data()).contains(Path.of("/some/folder"));
    assertThat(options.wishes().gitlabLatency()).isEqualTo(Duration.ofMillis(100));
    assertThat(options.wishes().pushLatency()).isEqualTo(Duration.ofMillis(300));
    assertThat(options.wishes().port(2)).isEqualTo(8082);
  }

  @Test
  void readsLayoutClockAndScenario() throws Options.Mistake {
    assertThat(Options.parse().wishes().ahead()).contains(Duration.ZERO);
    assertThat(Options.parse().wishes().sharedLayout()).isFalse();
    Options options = Options.parse("--layout", "shared", "--clock", "+60d");
    assertThat(options.wishes().sharedLayout()).isTrue();
    assertThat(options.wishes().ahead()).contains(Duration.ofDays(60));
    assertThat(options.scenario()).isEmpty();
    assertThat(Options.parse("--layout", "per-project").wishes().sharedLayout()).isFalse();
    assertThat(Options.parse("--scenario", "list").listsScenarios()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "break-gitlab",
        "sixty-days-later",
        "drift-by-hand",
        "two-environments",
        "delete",
        "name-taken-and-adopt"
      })
  void knowsEveryScenario(String name) throws Options.Mistake {
    assertThat(Options.parse("--scenario", name).scenario()).map(Scenario::name).contains(name);
  }

  @Test
  void addsFollowersInAnyOrder() throws Options.Mistake {
    assertThat(Options.parse("--with", "argocd,flux").wishes().followers())
        .containsExactlyInAnyOrder(Follower.FLUX, Follower.ARGOCD);
    assertThat(Options.parse("--with", "flux", "--with", "argocd").wishes().followers())
        .containsExactlyInAnyOrder(Follower.FLUX, Follower.ARGOCD);
    assertThat(Options.parse("--with", "argocd", "--check").wishes().followers())
        .containsExactly(Follower.ARGOCD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus | '--bogus' is no option; ./playground --help lists the ones there are.",
        "--without argocd | Only vault can be left out; write --without vault.",
        "--with helm | 'helm' cannot be added; write --with flux, --with argocd or --with"
            + " flux,argocd.",
        "--with flux, | '' cannot be added; write --with flux, --with argocd or --with"
            + " flux,argocd.",
        "--with | --with needs a value; write --with and flux,argocd.",
        "--data | --data needs a value; write --data and a folder.",
        "--data --check | --data needs a value; write --data and a folder.",
        "--port 80 | --port takes a number from 1024 to 65533, not '80'.",
        "--push-latency soon | --push-latency takes a number from 0 to 60000, not 'soon'.",
        "--layout wide | 'wide' is no layout; write per-project or shared.",
        "--layout | --layout needs a value; write --layout and per-project or shared.",
        "--clock 60 | --clock takes days from now, as +60d, not '60'.",
        "--clock +9999d | --clock takes days from now, as +60d, not '+9999d'.",
        "--scenario dance | 'dance' is no scenario; ./playground --scenario list names the ones"
            + " there are.",
        "--scenario | --scenario needs a value; write --scenario and a name, or list.",
        "--scenario delete --check | --scenario plays by itself; leave out --check, --servers-only"
            + " and --layout.",
        "--check --layout shared | --check reads a file for each Project; leave out --layout"
            + " shared.",
        "--check --servers-only | --check needs the operator; leave out --servers-only.",
      })
  void saysHowToMendAMistake(String line, String sentence) {
    assertThatThrownBy(() -> Options.parse(line.split(" ", -1)))
        .isInstanceOf(Options.Mistake.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--check",
        "--servers-only",
        "--with",
        "--without",
        "--gitlab-latency",
        "--push-latency",
        "--restart-operator",
        "--data",
        "--layout",
        "--clock",
        "--scenario",
        "--keep",
        "--port",
        "-v",
        "--help"
      })
  void everyOptionIsToldInTheHelpOfTheScript(String option) throws IOException {
    String script = Files.readString(ServerBinary.projectRoot().resolve("playground"));
    assertThat(script).containsPattern("(?m)^  " + option + "\\b");
  }
}

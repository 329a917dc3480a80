package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has no kubeconfig is told so, and not that some server is away. */
class NoKubeconfigTest {

  @Test
  void saysHowToNameOne(@TempDir Path home) throws Exception {
    ProcessBuilder builder = CliProcess.of("get");
    builder.environment().keySet().removeIf(it -> it.startsWith("KUBE"));
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(said)
        .contains(
            "error: There is no kubeconfig. Set KUBECONFIG to one, or name it with --kubeconfig.");
    assertThat(process.exitValue()).isEqualTo(2);
  }
}

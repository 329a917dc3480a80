package tech.kyotu.groundwork.gitlab.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.testing.ClientBinary;
import tech.kyotu.groundwork.testing.ServerBinary;

/** Each call that Groundwork makes, made by python-gitlab: another language, another author. */
@Tag("real-servers")
class PythonGitLabIT {

  private static final String SCRIPT = "src/test/scripts/python_gitlab_contract.py";

  @BeforeAll
  static void requireClient() {
    ClientBinary.PYTHON_GITLAB.require();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void takesTheSimulatorForAGitLab(Dialect dialect) throws IOException, InterruptedException {
    try (GitLabSimulator gitlab = GitLabSimulator.start()) {
      gitlab.addUser("operator", Right.CREATE_GROUP);
      gitlab.addGroup("company/platform", "operator");
      for (Switch each : Switch.values()) {
        gitlab.flip(each, dialect == Dialect.OTHER);
      }
      Process client = start(gitlab.url(), gitlab.addPersonalToken("operator", "api").value());
      String told = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(client.waitFor()).as(told).isZero();
      assertThat(told).as("the last call").endsWith("ok   revoke what never was\n");
    }
  }

  private static Process start(String url, String token) throws IOException {
    Path script = ServerBinary.projectRoot().resolve(SCRIPT);
    ProcessBuilder builder =
        new ProcessBuilder(ClientBinary.PYTHON_GITLAB.path().toString(), script.toString());
    builder.environment().put("GITLAB_URL", url);
    builder.environment().put("GITLAB_TOKEN", token);
    builder.environment().put("GITLAB_PARENT", "company/platform");
    return builder.redirectErrorStream(true).start();
  }
}

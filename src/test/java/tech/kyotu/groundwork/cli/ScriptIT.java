package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script beside the packaged operator, as a pipeline calls it: its class path is enough, the
 * settings are read as they are installed, and neither a kubeconfig nor a home is there.
 */
class ScriptIT {

  private static final String SETTINGS =
      "flux-repo-template/namespaces/groundwork-system/install.yaml";

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private Ended script(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of("kubectl-project").toAbsolutePath().toString());
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("GROUNDWORK_"));
    // Where no folder can be made nothing is kept for the next call, and nothing works on.
    builder
        .environment()
        .putAll(
            Map.of("KUBECONFIG", "/nowhere", "HOME", "/nowhere", "XDG_CACHE_HOME", "/dev/null"));
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  @Test
  void rendersTheFilesAndFindsThemUnchangedInTheCheckouts() throws Exception {
    Ended rendered =
        script(
            "render",
            "-f",
            "src/test/resources/offline/shop.yaml",
            "--settings",
            SETTINGS,
            "--output-dir",
            folder + "/checkouts");
    assertThat(rendered.err()).contains("Wrote 6 files below");
    assertThat(rendered.code()).isZero();

    assertThat(plan().code()).as("a folder that is no checkout").isEqualTo(2);
    for (String repository : List.of("flux", "deployment")) {
      Files.createDirectories(folder.resolve("checkouts").resolve(repository).resolve(".git"));
    }
    assertThat(plan()).returns(0, Ended::code).returns("", Ended::err);

    Files.delete(folder.resolve("checkouts/flux/projects/shop-qa/tenant.yaml"));
    Ended changed = plan();
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out()).contains("+ create  projects/shop-qa/tenant.yaml");
  }

  /** Neither Java nor a library adds a word of its own. */
  @Test
  void saysOneSentenceWhereNoServerAnswers() throws Exception {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: closed
        contexts: [{name: closed, context: {cluster: closed, user: nobody}}]
        clusters: [{name: closed, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: nobody, user: {}}]
        """);
    Ended get = script("get", "--kubeconfig", kubeconfig.toString());
    assertThat(get.code()).isEqualTo(5);
    assertThat(get.out()).isEmpty();
    assertThat(get.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: The API server https://127.0.0.1:1")
        .contains("is not reachable");
  }

  private Ended plan() throws Exception {
    return script(
        "plan",
        "--offline",
        "-q",
        "-f",
        "src/test/resources/offline/shop.yaml",
        "--settings",
        SETTINGS,
        "--flux-repo",
        folder + "/checkouts/flux",
        "--deployment-repo",
        folder + "/checkouts/deployment");
  }
}

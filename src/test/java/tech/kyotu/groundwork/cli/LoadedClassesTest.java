package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What asks no server loads neither the Kubernetes client nor Quarkus: that is what makes it fast.
 */
class LoadedClassesTest {

  /** A bare Java has about 450; picocli and ours make the rest. */
  private static final int MOST = 2000;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--help, 0",
    "trace --help, 0",
    "render --help, 0",
    "explain NameTaken, 0",
    "new shop dev --group crew@example.com, 0",
    "completion, 0",
    "gte, 2"
  })
  void loadsNoClientAndNoFramework(String line, int code) throws Exception {
    long begun = System.nanoTime();
    Process process =
        CliProcess.of(line, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:class+load:stdout")
            .start();
    List<String> output =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

    List<String> loaded = output.stream().filter(it -> it.contains(" source: ")).toList();
    System.out.printf("%s: %d classes, %d ms%n", line, loaded.size(), millis);
    assertThat(process.exitValue()).isEqualTo(code);
    assertThat(loaded)
        .hasSizeLessThan(MOST)
        .anyMatch(it -> it.contains("picocli.CommandLine "))
        .noneMatch(it -> it.contains(" io.fabric8.") || it.contains(" io.quarkus."))
        .noneMatch(it -> it.contains(" com.fasterxml.jackson.databind."));
  }
}

package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.SeededToken;
import tech.kyotu.groundwork.metrics.ProvisioningMetrics;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

class OwnTokenIT {

  private static final LocalDate END = LocalDate.parse("2027-01-20");

  @TempDir private Path folder;
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final GitLabSimulator gitlab = GitLabSimulator.start();
  private GitLab4jAdapter adapter;
  private OwnToken own;

  @BeforeEach
  void open() throws IOException {
    gitlab.clock().freeze();
    gitlab.clock().set(clock.instant());
    gitlab.addUser("groundwork");
    Map<String, String> settings =
        Map.of("gitlab.url", gitlab.url(), "gitlab.token-file", folder.resolve("token").toString());
    adapter = new GitLab4jAdapter(Settings.of(settings).gitlab(), clock);
    own = new OwnToken(adapter, clock);
  }

  @AfterEach
  void close() {
    adapter.close();
    gitlab.close();
  }

  private SeededToken given(LocalDate expiresOn, String... scopes) throws IOException {
    SeededToken token = gitlab.addPersonalToken("groundwork", expiresOn, scopes);
    Files.writeString(folder.resolve("token"), token.value());
    return token;
  }

  private void runIn(Duration time) {
    clock.advance(time);
    gitlab.clock().advance(time);
    own.run();
  }

  private static double start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
  }

  @Test
  void warnsThirtyDaysBeforeTheEndUntilAnotherTokenIsThere() throws IOException {
    given(END, "api");
    runIn(Duration.ofDays(30));
    assertThat(own.warned()).isEmpty();
    runIn(Duration.ofDays(1));
    assertThat(own.warned())
        .hasValue(
            "the operator's GitLab token dies in 30 days. Put another one into the file"
                + " gitlab.token-file; no restart is needed");
    runIn(Duration.ofDays(1));
    assertThat(own.warned()).hasValueSatisfying(text -> assertThat(text).contains("in 29 days"));
    assertThat(own.expirySeconds()).isEqualTo(start(END));

    runIn(Duration.ofDays(30));
    assertThat(own.expirySeconds()).as("of a token that has died").isEqualTo(start(END));
    given(END.plusDays(300), "api");
    own.run();
    assertThat(own.warned()).isEmpty();
    assertThat(own.expirySeconds()).isEqualTo(start(END.plusDays(300)));
  }

  @Test
  void warnsOfATokenThatMayOnlyRead() throws IOException {
    given(END, "read_api");
    own.run();
    assertThat(own.warned())
        .hasValueSatisfying(text -> assertThat(text).contains("lacks the scope api"));
  }

  @Test
  void theEndIsAGauge() throws IOException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ProvisioningMetrics.registerCredential(meters, "gitlab", own::expirySeconds);
    String name = "groundwork.operator.credential.expiry.timestamp";
    assertThat(meters.get(name).tag("system", "gitlab").gauge().value()).isNaN();
    given(END, "api");
    own.run();
    assertThat(meters.get(name).tag("system", "gitlab").gauge().value()).isEqualTo(start(END));
  }
}

package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.OpenFiles;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.vault.StubVault.Reply;

/** Ten thousand calls, in every kind of answer of answer; not part of the build. */
@Tag("soak")
class VaultSoak {

  private static final int ROUNDS = 2_000;

  /** The server is in this process too, and its connections come and go. */
  private static final int LEEWAY = 20;

  @TempDir private Path folder;

  @Test
  void keepsNothingOpen() throws Exception {
    try (StubVault stub = new StubVault()) {
      Map<String, String> settings =
          Map.of(
              "vault.address", stub.url(),
              "vault.token-file",
                  Files.writeString(folder.resolve("token"), "hvs.first").toString());
      Vault vault =
          new VaultDriverAdapter(
              Settings.of(settings).vault(), Clock.systemUTC(), Duration.ofSeconds(5));
      long early = 0;
      for (int round = 0; round < ROUNDS; round++) {
        eachKindOfAnswer(stub, vault);
        stub.asked().clear();
        if (round == ROUNDS / 10) {
          early = OpenFiles.now();
        }
      }
      long late = OpenFiles.now();
      System.out.printf("soak: %d calls, %d files, then %d%n", 5 * ROUNDS, early, late);
      assertThat(late).isLessThanOrEqualTo(early + LEEWAY);
    }
  }

  private static void eachKindOfAnswer(StubVault stub, Vault vault) throws Exception {
    stub.answering(Reply.of(200, "{\"data\":{\"policy\":\"text\"}}"));
    assertThat(vault.policy("project-a-dev-access")).contains("text");
    stub.answering(Reply.of(204, ""));
    vault.writePolicy("project-a-dev-access", "text");
    stub.answering(Reply.of(404, "{\"errors\":[]}"));
    assertThat(vault.policy("project-a-dev-access")).isEmpty();
    stub.answering(Reply.of(400, "{\"errors\":[\"no\"]}"));
    assertThat(catchThrowable(() -> vault.policy("project-a-dev-access")))
        .isInstanceOf(RejectedException.class);
    stub.answering(Reply.of(200, "{\"data\":{}}").cutShort());
    assertThat(catchThrowable(() -> vault.policy("project-a-dev-access")))
        .isInstanceOf(RetryableException.class);
  }
}

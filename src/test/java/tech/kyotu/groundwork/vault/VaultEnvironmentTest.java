package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.vault.StubVault.Reply;

/** The driver would take an address and a token from the environment; only our settings count. */
class VaultEnvironmentTest {
  private static final Reply GRANTED =
      Reply.of(200, "{\"auth\":{\"client_token\":\"hvs.login\",\"lease_duration\":3600}}");
  private static final Reply FOUND = Reply.of(200, "{\"data\":{\"policy\":\"text\"}}");

  private @TempDir Path files;

  /** A process of its own: nobody can change the environment of this one. */
  static final class Caller {
    /** Reads a policy at this address, once by each setting, given as {@code name=value}. */
    public static void main(String[] addressAndSettings) throws StepException {
      for (String setting : List.of(addressAndSettings).subList(1, addressAndSettings.length)) {
        String[] words = setting.split("=", 2);
        Map<String, String> all =
            Map.of("vault.address", addressAndSettings[0], words[0], words[1]);
        var unused =
            new VaultDriverAdapter(Settings.of(all).vault(), Clock.systemUTC()).policy("some");
      }
    }
  }

  @Test
  void aTokenAndAnAddressInTheEnvironmentAreIgnored() throws Exception {
    try (StubVault stub = new StubVault()) {
      stub.answering(FOUND, GRANTED, FOUND);
      call(
          stub.url(),
          "vault.token-file=" + file("token", "hvs.file"),
          "vault.jwt-file=" + file("jwt", "jwt"));
      assertThat(stub.asked())
          .extracting(asked -> asked.replaceAll(" [{].*", ""))
          .containsExactly(
              "GET /v1/sys/policies/acl/some hvs.file",
              "POST /v1/auth/kubernetes/login null",
              "GET /v1/sys/policies/acl/some hvs.login");
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(files.resolve(name), content, UTF_8);
  }

  private void call(String... addressAndSettings) throws IOException, InterruptedException {
    Path log = files.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Caller.class.getName()));
    command.addAll(List.of(addressAndSettings));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "VAULT_ADDR", "http://127.0.0.1:1",
                "VAULT_TOKEN", "hvs.environment",
                "VAULT_SSL_VERIFY", "false",
                "VAULT_OPEN_TIMEOUT", "1",
                "VAULT_READ_TIMEOUT", "1"));
    int status = builder.start().waitFor();
    assertThat(status).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

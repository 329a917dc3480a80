package tech.kyotu.groundwork.gitops.jgit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.testing.SshKey;

/** Lines that OpenSSH takes, and those that nobody can read. */
class KnownHostsFileTest {

  private static final SshKey KEY = SshKey.of("Ed25519");

  @TempDir private Path folder;

  private KnownHostsFile file(String text) throws Exception {
    return new KnownHostsFile(Files.writeString(folder.resolve("known_hosts"), text));
  }

  private static boolean knows(KnownHostsFile file, String host) throws Exception {
    return file.read(host, 22).allow(KEY.pair().getPublic());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s  %s", "%s\t%s", " %s %s \t by hand", "%s \t %s"})
  void takesAnyBlanksBetweenTheWords(String form) throws Exception {
    String key = KEY.line().replace(" ", "  ");
    assertThat(knows(file(form.formatted("git.example.com", key)), "git.example.com")).isTrue();
    assertThat(knows(file("@revoked\t" + form.formatted("*", key)), "git.example.com")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"git.example.com", "Git.Example.com"})
  void takesNoNoticeOfCapitals(String host) throws Exception {
    assertThat(knows(file("git.example.com " + KEY.line()), host)).isTrue();
    assertThat(knows(file("Git.Example.com " + KEY.line()), host)).isTrue();
    assertThat(knows(file(hashed("git.example.com") + " " + KEY.line()), host)).isTrue();
    assertThat(knows(file("git.example.org " + KEY.line()), host)).isFalse();
  }

  /** As {@code ssh-keygen -H} writes it. */
  private static String hashed(String host) throws Exception {
    byte[] salt = "twenty bytes of salt".getBytes(UTF_8);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(salt, "HmacSHA1"));
    Base64.Encoder encoder = Base64.getEncoder();
    return "|1|%s|%s"
        .formatted(
            encoder.encodeToString(salt),
            encoder.encodeToString(mac.doFinal(host.getBytes(UTF_8))));
  }

  @Test
  void warnsOnceOfLinesThatCannotBeReadAndTellsNothingOfThem() throws Exception {
    String text = "# by hand\nuser:a-token-by-mistake\n\ngit.example.com " + KEY.line() + "\nx\n";
    KnownHostsFile file = file(text);
    try (Warnings warnings = new Warnings()) {
      assertThat(knows(file, "git.example.com")).isTrue();
      assertThat(knows(file, "git.example.com")).isTrue();
      assertThat(warnings.texts)
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("[2, 5]", "cannot be read")
          .doesNotContain("by-mistake");
      file("y\n" + text);
      assertThat(knows(file, "git.example.com")).isTrue();
      assertThat(warnings.texts).hasSize(2);
      assertThat(warnings.texts.get(1)).contains("[1, 3, 6]");
    }
  }

  private static final class Warnings extends Handler implements AutoCloseable {
    final List<String> texts = new ArrayList<>();
    private final Logger logger = Logger.getLogger(KnownHostsFile.class.getName());

    Warnings() {
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord found) {
      if (found.getLevel().intValue() >= Level.WARNING.intValue()) {
        Object[] values = found.getParameters();
        texts.add(values == null ? found.getMessage() : found.getMessage().formatted(values));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }
}

package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitCertificate;
import tech.kyotu.groundwork.testing.GitProxy;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.Settings;

/** Private authorities and proxies, against a real Git server over TLS. */
class WayToTheServerIT {

  @TempDir private Path folder;
  private GitCertificate certificate;
  private GitServer server;
  private HostedRepository hosted;
  private Path credential;

  @BeforeEach
  void startServer() throws Exception {
    certificate = GitCertificate.generate(folder);
    server = GitServer.start(Files.createDirectory(folder.resolve("served")), certificate);
    hosted = server.create("flux", Map.of("README.md", "hello"));
    credential = folder.resolve("credential");
    Files.writeString(credential, server.username() + ":" + server.token());
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private JGitRepository open(String... settings) {
    Map<String, String> given = new HashMap<>();
    given.put("git.flux.url", hosted.url());
    given.put("git.flux.credential-file", credential.toString());
    given.put("git.clone-folder", folder.resolve("clones").toString());
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return new JGitRepository(
        Settings.of(given),
        PathFence.FLUX,
        Clock.systemUTC(),
        new Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10)));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertMissing(
      ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(RejectedException.class)
        .matches(e -> ((StepException) e).reason() == Reason.PREREQUISITE_MISSING);
  }

  @Test
  void refusesAServerThatNoKnownAuthorityVouchesForAndNamesTheSetting() {
    try (JGitRepository repository = open()) {
      assertMissing(repository::fetch)
          .hasMessageStartingWith("The certificate of the Flux repository is not trusted (")
          .hasMessageEndingWith("Put its authority into the file of groundwork.git.flux.ca-file.");
    }
    assertThat(hosted.traffic().listings()).isZero();
  }

  @Test
  void fetchesAndPushesWhereTheCaFileVouchesForTheServer() throws Exception {
    try (JGitRepository repository = open("git.flux.ca-file", certificate.pem().toString())) {
      String base = repository.fetch();
      byte[] content = "ours".getBytes(StandardCharsets.UTF_8);
      String commit =
          repository.commit(base, List.of(FileChange.put("README.md", content)), "test");
      assertThat(repository.push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    }
    assertThat(hosted.files()).containsEntry("README.md", "ours");
  }

  @Test
  void saysWhatIsWrongWithACaFileAndTakesAMendedOneAtOnce() throws Exception {
    Path file = folder.resolve("ca.pem");
    try (JGitRepository repository = open("git.flux.ca-file", file.toString())) {
      assertMissing(repository::tip)
          .hasMessageStartingWith("The file of groundwork.git.flux.ca-file cannot be used: absent");
      Files.writeString(file, "no certificate");
      assertMissing(repository::tip).hasMessageContaining("certificate");
      Files.writeString(file, "");
      assertMissing(repository::tip).hasMessageContaining("it holds no certificate");
      String version = repository.credentialVersion();
      Files.copy(certificate.pem(), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(repository.credentialVersion()).isNotEqualTo(version);
      assertThat(repository.tip()).isEqualTo(hosted.tip());
    }
  }

  @Test
  void goesThroughTheProxyOfTheSettings() throws Exception {
    try (GitProxy proxy = GitProxy.start();
        JGitRepository repository =
            open("git.flux.ca-file", certificate.pem().toString(), "git.flux.proxy", proxy.url())) {
      assertThat(repository.fetch()).isEqualTo(hosted.tip());
      assertThat(proxy.targets())
          .isNotEmpty()
          .containsOnly(hosted.url().replaceFirst("https://([^/]+)/.*", "$1"));
    }
  }

  @Test
  void goesNowhereElseWhenItIsRedirected() throws Exception {
    try (StubbornServer behind = new StubbornServer(StubbornServer.Manner.SILENT);
        StubbornServer elsewhere = new StubbornServer(StubbornServer.Manner.SILENT);
        HttpFront front = HttpFront.before(behind.url())) {
      String location = elsewhere.url().replace("127.0.0.1", "localhost") + "/info/refs";
      front.answers(
          asked -> true, new HttpFront.Told(302, "text/plain", "", Map.of("Location", location)));
      try (JGitRepository repository =
          open("git.flux.url", front.url() + "/flux.git", "git.allow-plain-http", "true")) {
        assertMissing(repository::fetch)
            .hasMessage(
                "The Flux repository redirects to another address on localhost. Set the final"
                    + " address.");
      }
      assertThat(front.struck()).isPositive();
      assertThat(elsewhere.taken()).isZero();
    }
  }

  @Test
  void goesNoOtherWayWhenTheProxyIsAway() {
    GitProxy gone = GitProxy.start();
    gone.close();
    try (JGitRepository repository =
        open("git.flux.ca-file", certificate.pem().toString(), "git.flux.proxy", gone.url())) {
      assertThatThrownBy(repository::fetch)
          .isInstanceOf(RetryableException.class)
          .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
          .extracting(StepException::reason)
          .isEqualTo(Reason.REMOTE_UNAVAILABLE);
    }
    assertThat(hosted.traffic().listings()).isZero();
  }
}

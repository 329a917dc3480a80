package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SshGitServer;
import tech.kyotu.groundwork.testing.SshKey;

/** The adapter against a real Git server over SSH. */
class SshRepositoryIT extends ServedRepositoryContract {

  private static final SshKey OURS = SshKey.of("Ed25519");
  private static final SshKey HOST = SshKey.of("Ed25519");
  private static final SshKey OTHER = SshKey.of("Ed25519");

  private static final String FETCH = "git-upload-pack";
  private static final String PUSH = "git-receive-pack";

  @TempDir private Path folder;
  private GitServer behind;
  private SshGitServer server;
  private Path key;
  private Path knownHosts;

  @BeforeEach
  void startServer() throws Exception {
    behind = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = behind.create("flux", INITIAL);
    server = SshGitServer.before(behind, OURS, HOST);
    key = Files.writeString(folder.resolve("key"), OURS.file());
    knownHosts = Files.writeString(folder.resolve("known_hosts"), server.knownAs(HOST));
    repository = open(server.url("flux"), Duration.ofSeconds(20));
  }

  @AfterEach
  void stopServer() {
    repository.close();
    server.close();
    behind.close();
  }

  private JGitRepository open(String url, Duration limit) {
    return new JGitRepository(
        Settings.of(
            new HashMap<>(
                Map.of(
                    "git.flux.url", url,
                    "git.flux.credential-file", key.toString(),
                    "git.flux.known-hosts-file", knownHosts.toString(),
                    "git.clone-folder", folder.resolve("clones").toString()))),
        PathFence.FLUX,
        Clock.systemUTC(),
        new Limits(limit, limit, limit));
  }

  @Override
  protected void takeTheServerAway() {
    server.close();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Reason reason, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .satisfies(
            e ->
                assertThat(e)
                    .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
                    .extracting(StepException::reason)
                    .isEqualTo(reason));
  }

  private String commit(String base) throws StepException {
    return repository.commit(base, List.of(put("README.md", "ours")), "m");
  }

  /** Those of the library and our own, without the ones of the server. */
  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().contains("SshClient") || thread.getName().equals("git-deadlines"))
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "EC", "RSA"})
  void takesEachUsualKindOfKeyOnBothSides(String kind) throws Exception {
    SshKey ours = SshKey.of(kind);
    SshKey host = SshKey.of(kind);
    server.admit(ours);
    server.hostKeys(host);
    Files.writeString(key, ours.file());
    Files.writeString(knownHosts, server.knownAs(host));
    String base = repository.fetch();
    assertThat(repository.push(base, commit(base))).isEqualTo(PushVerdict.ACCEPTED);
  }

  @Test
  void asksAServerWithManyHostKeysForOneThatIsKnown() throws Exception {
    SshKey known = SshKey.of("RSA");
    server.hostKeys(HOST, SshKey.of("EC"), known);
    Files.writeString(knownHosts, "# by hand\n\nno line of this kind\n" + server.knownAs(known));
    assertThat(repository.fetch()).isEqualTo(hosted.tip());
  }

  @Test
  void goesByTheShortFormOfAnAddressAndAsGit() {
    GitEndpoint endpoint =
        GitEndpoint.of(
            PathFence.FLUX,
            Settings.of(
                    Map.of(
                        "git.flux.url",
                        "git@git.example.com:platform/flux.git",
                        "git.flux.known-hosts-file",
                        knownHosts.toString()))
                .git()
                .flux(),
            false);
    assertThat(endpoint.address()).hasToString("ssh://git@git.example.com/platform/flux.git");
  }

  @Test
  void isRefusedWithAKeyThatTheServerDoesNotKnow() throws Exception {
    Files.writeString(key, OTHER.file());
    assertRefused(Reason.ACCESS_DENIED, repository::fetch)
        .hasMessageContaining("refused the operator's login (public key)");
  }

  @Test
  void trustsNoServerThatNobodyKnows() throws Exception {
    Files.writeString(knownHosts, "elsewhere.example.com " + HOST.line() + "\n");
    assertRefused(Reason.ACCESS_DENIED, repository::fetch)
        .hasMessageContaining("an unknown host key (SHA256:")
        .hasMessageContaining("groundwork.git.flux.known-hosts-file")
        .hasMessageNotContaining(HOST.line().substring("ssh-ed25519 ".length()));
  }

  @Test
  void trustsNoServerWhoseKeyHasChanged() throws Exception {
    repository.fetch();
    server.hostKeys(OTHER);
    assertRefused(Reason.ACCESS_DENIED, repository::tip)
        .hasMessageContaining("host key mismatch")
        .hasMessageContaining("SHA256:");
    String version = repository.credentialVersion();
    Files.writeString(knownHosts, server.knownAs(OTHER) + "\n");
    assertThat(repository.credentialVersion()).isNotEqualTo(version);
    assertThat(repository.tip()).isEqualTo(hosted.tip());
  }

  @Test
  void trustsNoKeyThatIsRevoked() throws Exception {
    Files.writeString(knownHosts, server.knownAs(HOST) + "@revoked * " + HOST.line() + "\n");
    assertRefused(Reason.ACCESS_DENIED, repository::fetch)
        .hasMessageContaining("shows a revoked host key (SHA256:")
        .hasMessageNotContaining("mismatch");
  }

  @Test
  void doesNotKnowTheOutcomeOfAPushWhoseReportBreaksOff() throws Exception {
    String base = repository.fetch();
    String commit = commit(base);
    hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.IN_THE_ANSWER);
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
    assertThat(repository.fetch()).isEqualTo(commit);
  }

  @Test
  void readsTheKeyAgainForEachConnection() throws Exception {
    String base = repository.fetch();
    String first = commit(base);
    assertThat(repository.push(base, first)).isEqualTo(PushVerdict.ACCEPTED);
    server.admit(OTHER);
    String second = repository.commit(first, List.of(put("README.md", "again")), "m");
    assertRefused(Reason.ACCESS_DENIED, () -> repository.push(first, second));
    Files.writeString(key, OTHER.file());
    assertThat(repository.push(first, second)).isEqualTo(PushVerdict.ACCEPTED);
  }

  @Test
  void saysOfAFileThatHoldsNoUsableKeyWhatItNeedsAndNotWhatItHolds() throws Exception {
    Files.writeString(key, " \n");
    assertRefused(Reason.ACCESS_DENIED, repository::fetch).hasMessageContaining("it is empty");
    Files.writeString(key, OURS.fileBehind("open sesame"));
    assertRefused(Reason.ACCESS_DENIED, repository::fetch).hasMessageContaining("a passphrase");
    Files.writeString(key, "user:a-token-by-mistake");
    assertRefused(Reason.ACCESS_DENIED, repository::fetch)
        .hasMessageContaining("another form")
        .hasMessageNotContaining("by-mistake");
    Files.delete(key);
    assertRefused(Reason.ACCESS_DENIED, repository::fetch).hasMessageContaining("not readable");
    Files.writeString(key, OURS.file());
    Files.delete(knownHosts);
    assertRefused(Reason.PREREQUISITE_MISSING, repository::fetch)
        .hasMessageContaining("known-hosts-file cannot be read");
  }

  @Test
  void handsOnWhatTheServerSaysOfARepositoryThatIsNotThere() {
    try (JGitRepository other = open(server.url("absent"), Duration.ofSeconds(20))) {
      assertRefused(Reason.PREREQUISITE_MISSING, other::fetch)
          .hasMessageContaining("absent or hidden (ERROR: The project you were looking for");
      assertRefused(Reason.PREREQUISITE_MISSING, other::tip);
    }
  }

  @Test
  void mayNotPushWithAKeyThatOnlyReads() throws Exception {
    String base = repository.fetch();
    server.refuse(PUSH, "ERROR: This deploy key does not have write access to this project.");
    assertRefused(Reason.ACCESS_DENIED, () -> repository.push(base, commit(base)))
        .hasMessageContaining("login (ERROR: This deploy key does not have write access");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fatal: '/flux.git' does not appear to be a git repository",
        "ERROR: Repository not found.",
        "remote: ERROR: The project you were looking for could not be found or you don't have"
            + " permission to view it."
      })
  void takesARepositoryForAbsentIfTheServerSaysSo(String words) {
    server.refuse(FETCH, words);
    assertRefused(Reason.PREREQUISITE_MISSING, repository::fetch)
        .hasMessageContaining("absent or hidden (" + words.replace("remote: ", ""));
  }

  @Test
  void takesADeniedReadForARefusedLogin() {
    server.refuse(FETCH, "FATAL: R any flux git DENIED by fallthru");
    assertRefused(Reason.ACCESS_DENIED, repository::fetch).hasMessageContaining("DENIED");
  }

  /** What gitlab-shell says while GitLab is away, in its frame. */
  @Test
  void waitsForAServerWhoseProgramsFailForAnotherReason() throws Exception {
    String base = repository.fetch();
    String outage =
        "remote: \nremote: ====================\nremote: \n"
            + "remote: ERROR: Internal API unreachable, token=glpat-abcdefgh12345678\nremote: ";
    server.refuse(PUSH, outage);
    assertRefused(Reason.REMOTE_UNAVAILABLE, () -> repository.push(base, commit(base)))
        .hasMessageContaining("does not answer (ERROR: Internal API unreachable, ")
        .hasMessageNotContaining("glpat");
    server.refuse(FETCH, outage);
    assertRefused(Reason.REMOTE_UNAVAILABLE, repository::fetch)
        .hasMessageContaining("does not answer (ERROR: Internal API unreachable, ")
        .hasMessageNotContaining("glpat");
    server.refuse(FETCH, "dial tcp: lookup gitlab.internal: no such host");
    assertRefused(Reason.REMOTE_UNAVAILABLE, repository::fetch);
    server.refuse(FETCH, "");
    assertRefused(Reason.REMOTE_UNAVAILABLE, repository::tip)
        .hasMessageContaining("does not answer (its program ended without a word)");
  }

  @Test
  void ofAMissingBranchSaysSo() throws Exception {
    repository.fetch();
    Files.deleteIfExists(hosted.folder().resolve("packed-refs"));
    Files.move(
        hosted.folder().resolve("refs/heads/main"), hosted.folder().resolve("refs/heads/other"));
    assertRefused(Reason.PREREQUISITE_MISSING, repository::tip)
        .hasMessageContaining("has no branch main");
    assertRefused(Reason.PREREQUISITE_MISSING, repository::fetch)
        .hasMessageContaining("has no branch main");
  }

  @ParameterizedTest
  @EnumSource
  void leavesAServerThatNeverEndsItsAnswer(StubbornServer.Manner manner) throws Exception {
    repository.close();
    try (StubbornServer silent = new StubbornServer(manner);
        JGitRepository other =
            open(silent.url().replace("http://", "ssh://git@"), Duration.ofMillis(500))) {
      CompletableFuture<Throwable> left =
          CompletableFuture.supplyAsync(() -> catchThrowable(other::fetch));
      // Without the deadline it would be left when a single answer takes too long, after 15 s.
      assertThat(left.get(14, TimeUnit.SECONDS))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("time is over");
      await().until(() -> silent.open() == 0);
    }
    await().until(() -> threads() == 0);
  }

  @Test
  void leavesAServerThatGoesSilentBeforeItHasToldWhatItHolds() throws Exception {
    repository.close();
    try (JGitRepository other = open(server.url("flux"), Duration.ofSeconds(2))) {
      GitFault.Hang hang = hosted.faults().hangNext(GitCall.LIST_FOR_FETCH);
      assertRefused(Reason.REMOTE_UNAVAILABLE, other::tip).hasMessageContaining("time is over");
      await().until(() -> server.open() == 0);
      hang.release();
    }
    await().until(() -> threads() == 0);
    repository = open(server.url("flux"), Duration.ofSeconds(20));
    assertThat(repository.tip()).isEqualTo(hosted.tip());
  }

  @Test
  void doesNotKnowTheOutcomeOfAPushWhoseServerGoesSilent() throws Exception {
    String base = repository.fetch();
    String commit = commit(base);
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    hosted
        .faults()
        .judge(
            push -> {
              arrived.countDown();
              awaitUninterruptibly(go);
              return Optional.empty();
            });
    CompletableFuture<PushVerdict> verdict = new CompletableFuture<>();
    Thread pushing =
        new Thread(
            () -> {
              try {
                verdict.complete(repository.push(base, commit));
              } catch (StepException | RuntimeException e) {
                verdict.completeExceptionally(e);
              }
            });
    pushing.start();
    assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
    // What a deadline does to a conversation, a close does too.
    repository.close();
    assertThat(verdict.get(14, TimeUnit.SECONDS).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
    go.countDown();
    await().until(() -> threads() == 0);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void knowsNoFolderOfAUser() throws Exception {
    String before = System.getProperty("user.home");
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectory(home.resolve(".ssh"));
    Path config = home.resolve(".ssh/config");
    Files.writeString(config, "Host *\n  Port 1\n  User nobody\n  ProxyJump 127.0.0.1:1\n");
    // Read as keys or as hosts, these would be errors.
    Files.createDirectory(home.resolve(".ssh/known_hosts"));
    Files.createDirectory(home.resolve(".ssh/id_ed25519"));
    try {
      System.setProperty("user.home", home.toString());
      String base = repository.fetch();
      assertThat(repository.push(base, commit(base))).isEqualTo(PushVerdict.ACCEPTED);
    } finally {
      System.setProperty("user.home", before);
    }
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files).hasSize(5);
    }
  }
}

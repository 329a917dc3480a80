package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.Push;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.Traffic;

/** The adapter against a real Git server over HTTP. */
class JGitRepositoryIT extends ServedRepositoryContract {

  @TempDir private Path folder;
  private GitServer server;
  private Path credential;

  @BeforeEach
  void startServer() throws Exception {
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.create("flux", INITIAL);
    credential = folder.resolve("credential");
    writeCredential(server.token());
    repository = open(Map.of());
  }

  @AfterEach
  void stopServer() {
    repository.close();
    server.close();
  }

  private void writeCredential(String token) throws Exception {
    Files.writeString(credential, server.username() + ":" + token + "\n");
  }

  private JGitRepository open(Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "git.flux.url", hosted.url(),
                "git.flux.credential-file", credential.toString(),
                "git.allow-plain-http", "true",
                "git.clone-folder", folder.resolve("clones").toString()));
    settings.putAll(more);
    return new JGitRepository(
        Settings.of(settings),
        PathFence.FLUX,
        Clock.systemUTC(),
        new Limits(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(10)));
  }

  @Override
  protected void takeTheServerAway() {
    server.close();
  }

  private void failWith(GitCall call, int status) {
    hosted.faults().failNext(call, 1, new GitFault.Status(status));
  }

  private Reason reasonOfTip() {
    try {
      repository.tip();
      throw new AssertionError("the tip was told");
    } catch (StepException e) {
      return e.reason();
    }
  }

  @Test
  void asksForTheTipWithTwoSmallRequestsAndNoFetch() throws Exception {
    repository.fetch();
    Traffic before = hosted.traffic();
    repository.tip();
    Traffic cost = hosted.traffic().since(before);
    assertThat(cost.fetches()).isZero();
    assertThat(cost.listings()).isEqualTo(1);
    assertThat(cost.bytesOut()).isLessThan(1000);
  }

  @Test
  void saysWhatAnHttpStatusMeans() throws Exception {
    repository.fetch();
    failWith(GitCall.LIST_FOR_FETCH, 403);
    assertThat(reasonOfTip()).isEqualTo(Reason.ACCESS_DENIED);
    failWith(GitCall.LIST_FOR_FETCH, 404);
    assertThat(reasonOfTip()).isEqualTo(Reason.PREREQUISITE_MISSING);
    failWith(GitCall.LIST_FOR_FETCH, 429);
    assertThat(reasonOfTip()).isEqualTo(Reason.RATE_LIMITED);
    failWith(GitCall.LIST_FOR_FETCH, 302);
    assertThat(reasonOfTip()).isEqualTo(Reason.PREREQUISITE_MISSING);
    failWith(GitCall.LIST_FOR_FETCH, 503);
    assertThat(reasonOfTip()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(repository.tip()).isEqualTo(hosted.tip());
  }

  @Test
  void readsTheCredentialAgainForEachConnection() throws Exception {
    repository.fetch();
    String version = repository.credentialVersion();
    server.token("another-token");
    assertThat(reasonOfTip()).isEqualTo(Reason.ACCESS_DENIED);
    writeCredential("another-token");
    assertThat(repository.tip()).isEqualTo(hosted.tip());
    assertThat(repository.credentialVersion()).isNotEqualTo(version);
  }

  @Test
  void refusesAnEmptyOrMissingCredentialFileWithoutTelling() throws Exception {
    Files.writeString(credential, "  \n");
    assertThatThrownBy(() -> repository.fetch())
        .isInstanceOf(StepException.class)
        .hasMessageContaining("it is empty");
    Files.writeString(credential, "only-a-secret-token");
    assertThatThrownBy(() -> repository.fetch())
        .hasMessageContaining("user:token")
        .hasMessageNotContaining("only-a-secret-token");
    Files.delete(credential);
    assertThatThrownBy(() -> repository.fetch())
        .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
        .extracting(StepException::reason)
        .isEqualTo(Reason.ACCESS_DENIED);
  }

  @Test
  void refusesAPushWithAReadOnlyLoginAtOnce() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    failWith(GitCall.LIST_FOR_PUSH, 403);
    assertThatThrownBy(() -> repository.push(base, commit))
        .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
        .extracting(StepException::reason)
        .isEqualTo(Reason.ACCESS_DENIED);
  }

  @Test
  void doesNotKnowTheOutcomeIfAProxyAnswersForTheServer() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    failWith(GitCall.PUSH, 502);
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
  }

  @Test
  void callsOnlyALockALock() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    refusePushes("blocked by a rule for locked branches");
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.DECLINED);
    refusePushes("failed to update ref");
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.LOCKED);
    refusePushes("cannot lock ref 'refs/heads/main'");
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.LOCKED);
  }

  @Test
  void findsAPushThatIsThereAlreadyOnTheBranch() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    assertThat(repository.push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
    assertThat(repository.isAncestor(commit, repository.fetch())).isTrue();
    assertThat(hosted.history()).hasSize(2);
  }

  @Test
  void takesAPushThatIsTooLargeForARefusal() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    failWith(GitCall.PUSH, 413);
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.DECLINED);
  }

  @Test
  void ofAMissingBranchSaysSo() {
    JGitRepository other =
        open(
            Map.of(
                "git.flux.branch",
                "release",
                "git.clone-folder",
                folder.resolve("other").toString()));
    try (other) {
      assertThatThrownBy(other::fetch)
          .hasMessageContaining("has no branch release")
          .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
          .extracting(StepException::reason)
          .isEqualTo(Reason.PREREQUISITE_MISSING);
      assertThatThrownBy(other::tip).hasMessageContaining("has no branch release");
    }
  }

  @Test
  void endsAConversationThatHangsAndWorksOnAfterwards() throws Exception {
    repository.fetch();
    GitFault.Hang hang = hosted.faults().hangNext(GitCall.LIST_FOR_FETCH);
    assertThatThrownBy(() -> repository.tip())
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("time is over");
    hang.release();
    assertThat(repository.tip()).isEqualTo(hosted.tip());
  }

  @Test
  void doesNotKnowTheOutcomeOfAPushThatHangs() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    GitFault.Hang hang = hosted.faults().hangNext(GitCall.PUSH);
    assertThat(repository.push(base, commit).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
    hang.release();
    assertThat(repository.tip()).isIn(base, commit);
  }

  @Test
  void pushesWithoutForceAndWithTheParentAsTheExpectedTip() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    repository.push(base, commit);
    assertThat(hosted.pushes())
        .containsExactly(new Push("refs/heads/main", base, commit, true, Optional.empty()));
  }

  @Test
  void createsNoBranchThatIsGone() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    Path refs = hosted.folder().resolve("refs/heads");
    Files.deleteIfExists(hosted.folder().resolve("packed-refs"));
    Files.move(refs.resolve("main"), refs.resolve("elsewhere"));
    assertThat(repository.push(base, commit).kind()).isNotEqualTo(PushVerdict.Kind.ACCEPTED);
    assertThat(refs.resolve("main")).doesNotExist();
  }

  @Test
  void sendsAFewHundredBytesForOneFileAmongThousands() throws Exception {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      many.put("projects/p" + i + "-dev/tenant.yaml", "number: " + i + "\n");
    }
    hosted.commit("Many", many);
    String base = repository.fetch();
    Traffic before = hosted.traffic();
    String commit =
        repository.commit(base, List.of(put("projects/p7-dev/tenant.yaml", "x\n")), "m");
    assertThat(repository.push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    assertThat(hosted.traffic().since(before).bytesIn()).isLessThan(3000);
  }

  @Test
  void makesADamagedCloneAnew() throws Exception {
    String tip = repository.fetch();
    try (Stream<Path> files = Files.walk(folder.resolve("clones"))) {
      for (Path pack : files.filter(path -> path.toString().endsWith(".pack")).toList()) {
        assertThat(pack.toFile().setWritable(true)).isTrue();
        Files.write(pack, new byte[] {0, 1, 2});
      }
    }
    // As after a while without use: what was read is no longer in memory.
    WindowCacheConfig emptied = new WindowCacheConfig();
    emptied.install();
    assertThatThrownBy(() -> repository.view(tip).file("README.md"))
        .isInstanceOf(RetryableException.class);
    assertThat(repository.isSound()).isFalse();
    assertThat(repository.fetch()).isEqualTo(tip);
    assertThat(repository.isSound()).isTrue();
    assertThat(text(repository.view(tip), "README.md")).contains("hello\n");
  }

  @Test
  void packsAnewBeforeThereAreManyPacksAndLosesNothing() throws Exception {
    // A server that packs at the same time holds locks of its own.
    Files.writeString(
        hosted.folder().resolve("config"),
        "[receive]\n\tautogc = false\n[gc]\n\tauto = 0\n",
        StandardOpenOption.APPEND);
    String base = repository.fetch();
    String tip = base;
    long most = 0;
    for (int i = 0; i < 30; i++) {
      String next = repository.commit(tip, List.of(put("README.md", "number " + i)), "m");
      assertThat(repository.push(tip, next)).isEqualTo(PushVerdict.ACCEPTED);
      rivalPuts("by-hand.md", "number " + i);
      tip = repository.fetch();
      most = Math.max(most, packs());
    }
    assertThat(most).isBetween(49L, 51L);
    assertThat(packs()).isLessThan(20);
    assertThat(text(repository.view(tip), "README.md")).contains("number 29");
    assertThat(text(repository.view(base), "README.md")).contains("hello\n");
  }

  private long packs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("clones"))) {
      return files.filter(path -> path.toString().endsWith(".pack")).count();
    }
  }

  @Test
  void leavesNothingBehindWhenItIsClosed() throws Exception {
    repository.fetch();
    repository.close();
    try (Stream<Path> left = Files.list(folder.resolve("clones"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void writesNoFileOutsideItsFolder() throws Exception {
    repository.fetch();
    byte[] content = "é\n".getBytes(StandardCharsets.UTF_8);
    String base = hosted.tip();
    String commit =
        repository.commit(
            base, List.of(FileChange.put("projects/b-dev/tenant.yaml", content)), "m");
    assertThat(repository.view(commit).file("projects/b-dev/tenant.yaml").orElseThrow())
        .isEqualTo(content);
    try (Stream<Path> all = Files.walk(folder.resolve("clones"))) {
      assertThat(all.filter(path -> path.endsWith("tenant.yaml"))).isEmpty();
    }
  }
}

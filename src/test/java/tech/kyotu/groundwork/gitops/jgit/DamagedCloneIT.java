package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;

/** Whatever happens to the clone on disk, the next fetch makes a sound one. */
class DamagedCloneIT {

  @TempDir private Path folder;
  private GitServer server;
  private HostedRepository hosted;
  private JGitRepository repository;

  @BeforeEach
  void startServer() throws Exception {
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.create("flux", Map.of("README.md", "hello"));
    repository = open();
  }

  @AfterEach
  void stopServer() {
    repository.close();
    server.close();
  }

  private JGitRepository open() throws IOException {
    return new JGitRepository(
        ServedConfig.of(folder, hosted.url(), server, Map.of()), PathFence.FLUX, Clock.systemUTC());
  }

  private Path clones() {
    return folder.resolve("clones");
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(clones())) {
      return files.filter(path -> path.toString().endsWith(ending)).toList();
    }
  }

  /** As after a while without use: what was read is no longer in memory. */
  private static void forgetWhatWasRead() {
    new WindowCacheConfig().install();
  }

  private String pushed(String base, String text) throws StepException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    String commit = repository.commit(base, List.of(FileChange.put("README.md", content)), "m");
    assertThat(repository.push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    return commit;
  }

  private void assertMadeAnew() throws StepException {
    assertMadeAnewAfter(repository::fetch);
  }

  /** What fails tells of the clone, and all is well after the next fetch. */
  private void assertMadeAnewAfter(ThrowingCallable failing) throws StepException {
    assertThatThrownBy(failing)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("is damaged and is being made anew");
    assertThat(repository.isSound()).isFalse();
    String tip = repository.fetch();
    assertThat(repository.isSound()).isTrue();
    assertThat(tip).isEqualTo(hosted.tip());
    pushed(tip, "after the repair");
  }

  @Test
  void withARefOfZeros() throws Exception {
    repository.fetch();
    Files.write(files("refs/remotes/origin/main").get(0), new byte[41]);
    hosted.commit("By hand", Map.of("README.md", "by hand"));
    assertMadeAnew();
  }

  @Test
  void withARefToNowhere() throws Exception {
    repository.fetch();
    Files.writeString(files("refs/remotes/origin/main").get(0), "1".repeat(40) + "\n");
    hosted.commit("By hand", Map.of("README.md", "by hand"));
    assertMadeAnew();
  }

  @Test
  void withALockThatNobodyHolds() throws Exception {
    repository.fetch();
    Path ref = files("refs/remotes/origin/main").get(0);
    Files.createFile(ref.resolveSibling("main.lock"));
    hosted.commit("By hand", Map.of("README.md", "by hand"));
    assertMadeAnew();
  }

  @Test
  void withoutItsPacks() throws Exception {
    String tip = repository.fetch();
    for (Path pack : files(".pack")) {
      Files.delete(pack);
    }
    forgetWhatWasRead();
    assertMadeAnewAfter(() -> pushed(tip, "never"));
  }

  @Test
  void startsWithoutWhatAnEarlierProcessLeft() throws Exception {
    Path left = Files.createDirectories(clones().resolve("flux-of-old/refs"));
    Files.createFile(left.resolve("main.lock"));
    Path others = Files.createDirectories(clones().resolve("deployment-of-now/refs"));
    repository.fetch();
    assertThat(clones().resolve("flux-of-old")).doesNotExist();
    assertThat(others).exists();
  }

  @Test
  void saysWhereItCannotBe() throws Exception {
    Files.writeString(clones(), "no folder");
    assertThatThrownBy(repository::fetch)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("The folder for the clone of the Flux repository cannot be written");
    Files.delete(clones());
    assertThat(repository.fetch()).isEqualTo(hosted.tip());
  }

  @Test
  void saysThatTheDiskIsFull() {
    LocalClone clone =
        new LocalClone(PathFence.FLUX, clones(), "refs/remotes/origin/main", Long.MAX_VALUE);
    IOException full = new IOException("No space left on device");
    assertThat(clone.isCauseOf(new IllegalStateException(full))).isTrue();
    assertThat(clone.damaged(full))
        .hasMessage(
            "The disk below the clone of the Flux repository takes nothing more. Make room there.");
    assertThat(clone.isCauseOf(new IOException("Connection reset"))).isFalse();
  }
}

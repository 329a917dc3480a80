package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;

/**
 * A clone on a disk that is really full. Not part of the build: it mounts such a disk, which wants
 * root on Linux.
 */
@Tag("soak")
class FullDiskSoak {

  private static final int MIB = 1 << 20;

  @TempDir private Path folder;
  private final Random random = new Random(1);
  private Path disk;
  private GitServer server;
  private HostedRepository hosted;
  private JGitRepository repository;

  @BeforeEach
  void mountASmallDisk() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assertThat(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()))
        .as("the status of mount, which wants root")
        .isZero();
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.create("flux", Map.of("README.md", "hello"));
    repository =
        new JGitRepository(
            ServedConfig.of(
                folder,
                hosted.url(),
                server,
                Map.of("git.clone-folder", disk.resolve("clones").toString())),
            PathFence.FLUX,
            Clock.systemUTC());
  }

  @AfterEach
  void unmount() throws Exception {
    if (repository != null) {
      repository.close();
      server.close();
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noSuchProgram) {
      assertThat(noSuchProgram).hasMessageContaining(Arrays.asList(command).get(0));
      return -1;
    }
  }

  private void makeRoom() throws Exception {
    assertThat(run("mount", "-o", "remount,size=16m", disk.toString())).isZero();
  }

  private byte[] threeMebibytes() {
    byte[] content = new byte[3 * MIB];
    random.nextBytes(content);
    return content;
  }

  private static void assertDiskIsFull(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(RetryableException.class)
        .hasMessage(
            "The disk below the clone of the Flux repository takes nothing more. Make room there.");
  }

  @Test
  void isNamedByAFetchAndAllIsWellWhenThereIsRoom() throws Exception {
    repository.fetch();
    hosted.commit("Large", Map.of("large", Base64.getEncoder().encodeToString(threeMebibytes())));
    assertDiskIsFull(repository::fetch);
    assertDiskIsFull(repository::fetch);
    makeRoom();
    assertThat(repository.fetch()).isEqualTo(hosted.tip());
    assertThat(repository.view(hosted.tip()).file("README.md")).isPresent();
  }

  @Test
  void isNamedByACommitAndNothingOfItReachesTheServer() throws Exception {
    String base = repository.fetch();
    List<FileChange> large = List.of(FileChange.put("large", threeMebibytes()));
    assertDiskIsFull(() -> repository.commit(base, large, "m"));
    makeRoom();
    assertThat(repository.fetch()).isEqualTo(base);
    assertThat(repository.push(base, repository.commit(base, large, "m")))
        .isEqualTo(PushVerdict.ACCEPTED);
    assertThat(hosted.history()).hasSize(2);
  }
}

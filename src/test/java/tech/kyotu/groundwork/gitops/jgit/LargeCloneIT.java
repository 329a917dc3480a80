package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;

/** A clone that has grown beyond its limit is made anew, and a large repository is not for ever. */
class LargeCloneIT {

  private static final int KIB = 1 << 10;

  @TempDir private Path folder;
  private final Random random = new Random(1);
  private GitServer server;
  private HostedRepository hosted;
  private JGitRepository repository;

  @BeforeEach
  void startServer() throws Exception {
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.create("flux", Map.of("README.md", "hello"));
    repository =
        new JGitRepository(
            ServedConfig.of(folder, hosted.url(), server, Map.of("git.clone-max-size", "400K")),
            PathFence.FLUX,
            Clock.systemUTC());
  }

  @AfterEach
  void stopServer() {
    repository.close();
    server.close();
  }

  /** Random text does not pack. */
  private void grow(int kibibytes) throws StepException {
    byte[] bytes = new byte[kibibytes * KIB];
    random.nextBytes(bytes);
    String text = Base64.getEncoder().encodeToString(bytes);
    hosted.commit("Larger", Map.of("large/" + random.nextInt(), text));
    repository.fetch();
  }

  private Path made() throws IOException {
    try (Stream<Path> clones = Files.list(folder.resolve("clones"))) {
      List<Path> found = clones.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(made())) {
      return files
          .filter(path -> path.toString().endsWith(".pack"))
          .mapToLong(path -> path.toFile().length())
          .sum();
    }
  }

  @Test
  void isMadeAnewOnceWhenItHasGrownBeyondTheLimit() throws Exception {
    String first = repository.fetch();
    Path before = made();
    grow(300);
    assertThat(repository.tip()).isEqualTo(hosted.tip());
    assertThat(made()).isEqualTo(before);

    hosted.rewind(first);
    grow(300);
    assertThat(bytes()).isGreaterThan(600 * KIB);
    assertThat(repository.tip()).isEqualTo(hosted.tip());
    assertThat(made()).isNotEqualTo(before);
    assertThat(bytes()).isBetween(300L * KIB, 350L * KIB);
    assertThat(repository.isSound()).isTrue();
    assertThat(repository.view(hosted.tip()).filesBelow("large")).hasSize(1);
  }

  @Test
  void isNotMadeAnewAgainWhereTheRepositoryIsThatLarge() throws Exception {
    repository.fetch();
    grow(500);
    Path before = made();
    repository.tip();
    Path after = made();
    assertThat(after).isNotEqualTo(before);
    assertThat(bytes()).isGreaterThan(500 * KIB);
    repository.tip();
    grow(50);
    repository.tip();
    assertThat(made()).isEqualTo(after);
    grow(100);
    repository.tip();
    assertThat(made()).isNotEqualTo(after);
  }
}

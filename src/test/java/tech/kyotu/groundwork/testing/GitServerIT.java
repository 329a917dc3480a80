package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Git's own program is the client: the server must be right for it, not only for the library it is
 * made of.
 */
class GitServerIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private GitServer server;
  private HostedRepository repository;
  private Path clone;

  private record Done(int status, String output) {}

  @BeforeEach
  void aRepositoryAndItsClone() throws Exception {
    server = GitServer.start(folder.resolve("served"));
    repository = server.create("flux", Map.of("README.md", "hello\n", "projects/a.yaml", "a: 1\n"));
    clone = folder.resolve("clone");
    assertThat(git(folder, "clone", "-q", withCredentials(), clone.toString()).status()).isZero();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void acceptsAPushAndCountsIt() throws Exception {
    String before = repository.tip();
    Traffic mark = repository.traffic();
    commit("projects/b.yaml", "b: 2\n");

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isZero();

    assertThat(repository.files())
        .containsExactly(
            Map.entry("README.md", "hello\n"),
            Map.entry("projects/a.yaml", "a: 1\n"),
            Map.entry("projects/b.yaml", "b: 2\n"));
    assertThat(repository.pushes())
        .containsExactly(
            new Push("refs/heads/main", before, repository.tip(), true, Optional.empty()));
    Traffic since = repository.traffic().since(mark);
    assertThat(since.listings()).isEqualTo(1);
    assertThat(since.fetches()).isZero();
    assertThat(since.pushesAccepted()).isEqualTo(1);
    assertThat(since.pushesRefused()).isZero();
    assertThat(since.bytesIn()).isPositive();
    assertThat(since.bytesOut()).isPositive();
  }

  @Test
  void countsACloneAsOneFetchAndNothingElse() {
    Traffic traffic = repository.traffic();
    assertThat(traffic.listings()).isEqualTo(1);
    assertThat(traffic.fetches()).isEqualTo(1);
    assertThat(traffic.pushesAccepted() + traffic.pushesRefused()).isZero();
  }

  @Test
  void tellsThePusherWhyTheJudgeRefused() throws Exception {
    String before = repository.tip();
    repository
        .faults()
        .judge(
            push ->
                repository.changedPaths(push.oldId(), push.newId()).contains("secret.yaml")
                    ? Optional.of("no secrets here")
                    : Optional.empty());
    commit("secret.yaml", "x\n");

    Done refused = git(clone, "push", "origin", "main");

    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("no secrets here");
    assertThat(repository.tip()).isEqualTo(before);
    assertThat(repository.traffic().pushesRefused()).isEqualTo(1);
    assertThat(repository.pushes().get(0).refusal()).contains("no secrets here");
  }

  @Test
  void seesWhenAPushIsForced() throws Exception {
    String rival =
        repository.commit("By somebody else", Map.of("rival.yaml", "r: 1\n"), "README.md");
    commit("mine.yaml", "m: 1\n");

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isNotZero();
    assertThat(git(clone, "push", "-q", "--force", "origin", "main").status()).isZero();

    assertThat(repository.pushes()).extracting(Push::fastForward).containsExactly(false);
    assertThat(repository.history()).extracting(HostedRepository.Commit::id).doesNotContain(rival);
  }

  @Test
  void refusesThePushThatLosesARaceOnTheServer() throws Exception {
    commit("mine.yaml", "m: 1\n");
    repository
        .faults()
        .judge(
            push -> {
              repository.commit("Came between", Map.of("rival.yaml", "r: 1\n"));
              return Optional.empty();
            });

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isNotZero();

    assertThat(repository.history())
        .extracting(HostedRepository.Commit::message)
        .containsExactly("Came between", "First commit");
    assertThat(repository.traffic().pushesRefused()).isEqualTo(1);
  }

  @Test
  void showsCommitsOfOthersToWhoFetches() throws Exception {
    String first = repository.tip();
    String tip = repository.commit("By somebody else", Map.of("new.yaml", "n: 1\n"), "README.md");

    assertThat(git(clone, "pull", "-q").status()).isZero();

    assertThat(clone.resolve("new.yaml")).hasContent("n: 1\n");
    assertThat(clone.resolve("README.md")).doesNotExist();
    assertThat(repository.history().get(0))
        .isEqualTo(
            new HostedRepository.Commit(
                tip, List.of(first), "person@example.org", "By somebody else"));
    repository.rewind(first);
    assertThat(repository.tip()).isEqualTo(first);
    assertThat(repository.bytes("README.md")).contains("hello\n".getBytes(UTF_8));
  }

  @Test
  void failsAsManyRequestsAsToldAndThenNoMore() throws Exception {
    repository.faults().failNext(GitCall.LIST_FOR_FETCH, 2, new GitFault.Status(503));

    assertThat(git(clone, "fetch").output()).contains("503");
    assertThat(git(clone, "fetch").output()).contains("503");
    assertThat(git(clone, "fetch").status()).isZero();
  }

  @Test
  void losesAPushBeforeItCounts() throws Exception {
    String before = repository.tip();
    // Twice: the HTTP library of Git's program repeats a request once when a used connection
    // breaks.
    repository.faults().failNext(GitCall.PUSH, 2, GitFault.Lost.BEFORE_IT_COUNTS);
    commit("b.yaml", "b: 1\n");

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isNotZero();

    assertThat(repository.tip()).isEqualTo(before);
    assertThat(repository.pushes()).isEmpty();
  }

  @Test
  void losesTheAnswerOfAPushThatHasLanded() throws Exception {
    repository.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.AFTER_IT_COUNTS);
    commit("b.yaml", "b: 1\n");

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isNotZero();

    assertThat(repository.files()).containsEntry("b.yaml", "b: 1\n");
    assertThat(repository.traffic().pushesAccepted()).isEqualTo(1);
  }

  @Test
  void losesTheAnswerOfALargePushAndNotOfItsProbe() throws Exception {
    repository.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.AFTER_IT_COUNTS);
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    Files.write(clone.resolve("large.bin"), large);
    commit("b.yaml", "b: 1\n");

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isNotZero();

    assertThat(repository.bytes("large.bin")).contains(large);
    assertThat(repository.traffic().bytesIn()).isGreaterThan(large.length);
  }

  @Test
  void holdsUpAPushUntilReleased() throws Exception {
    GitFault.Hang hang = repository.faults().hangNext(GitCall.PUSH);
    String before = repository.tip();
    commit("b.yaml", "b: 1\n");
    Process push = start(clone, "push", "-q", "origin", "main");

    assertThat(hang.awaitArrival(BOUND)).isTrue();
    assertThat(repository.tip()).isEqualTo(before);
    assertThat(push.isAlive()).isTrue();
    hang.release();

    await().atMost(BOUND).until(() -> !push.isAlive());
    assertThat(push.exitValue()).isZero();
    assertThat(repository.tip()).isNotEqualTo(before);
  }

  @Test
  void takesAtLeastTheLatencyForAPush() throws Exception {
    repository.faults().pushLatency(Duration.ofMillis(700));
    commit("b.yaml", "b: 1\n");
    long started = System.nanoTime();

    assertThat(git(clone, "push", "-q", "origin", "main").status()).isZero();

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(700));
  }

  @Test
  void admitsOnlyItsUserWithTheTokenOfTheDay() throws Exception {
    assertThat(git(folder, "ls-remote", repository.url()).status()).isNotZero();
    server.token("rotated");
    assertThat(git(clone, "fetch").status()).isNotZero();

    Done known = git(folder, "ls-remote", withCredentials());

    assertThat(known.status()).isZero();
    assertThat(known.output()).contains(repository.tip());
  }

  @Test
  void servesJGitToo() throws Exception {
    var credentials =
        new UsernamePasswordCredentialsProvider(server.username(), server.token().toCharArray());
    Path other = folder.resolve("other");
    try (Git git =
        Git.cloneRepository()
            .setURI(repository.url())
            .setDirectory(other.toFile())
            .setCredentialsProvider(credentials)
            .call()) {
      Files.writeString(other.resolve("j.yaml"), "j: 1\n", UTF_8);
      git.add().addFilepattern(".").call();
      git.commit().setMessage("From JGit").setSign(false).call();
      assertThat(git.push().setCredentialsProvider(credentials).call()).hasSize(1);
    }
    assertThat(repository.files()).containsEntry("j.yaml", "j: 1\n");
    assertThat(repository.traffic().pushesAccepted()).isEqualTo(1);
  }

  @Test
  void findsItsRepositoriesAgain() {
    String tip = repository.tip();
    server.close();
    server = GitServer.start(folder.resolve("served"));

    assertThat(server.repository("flux").tip()).isEqualTo(tip);
  }

  private void commit(String path, String content) throws Exception {
    Files.createDirectories(clone.resolve(path).getParent());
    Files.writeString(clone.resolve(path), content, UTF_8);
    assertThat(git(clone, "add", ".").status()).isZero();
    assertThat(git(clone, "commit", "-q", "-m", "Add " + path).status()).isZero();
  }

  private String withCredentials() {
    return repository.url().replace("://", "://" + server.username() + ":" + server.token() + "@");
  }

  private Done git(Path where, String... arguments) throws Exception {
    Process git = start(where, arguments);
    String output = new String(git.getInputStream().readAllBytes(), UTF_8);
    return new Done(git.waitFor(), output);
  }

  private Process start(Path where, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-c", "user.name=Test", "-c", "user.email=test@example.org"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", folder.toString(),
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_TERMINAL_PROMPT", "0"));
    return builder.start();
  }
}

package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.Edit;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.GitPublisher;
import tech.kyotu.groundwork.gitops.LaneSettings;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** Servers that never come to an end: thread and socket are free when the time is over. */
class DeadlineIT {

  private static final Limits SHORT =
      new Limits(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500));

  @TempDir private Path folder;

  private static JGitRepository repository(GroundworkConfig config, Limits limits) {
    return new JGitRepository(config, PathFence.FLUX, Clock.systemUTC(), limits);
  }

  private static GitPublisher lane(GroundworkConfig config, Limits limits) {
    return new GitPublisher(
        LaneSettings.flux(config, "1.0"),
        repository(config, limits),
        List::of,
        project -> {},
        Clock.systemUTC(),
        new Random(1),
        WriteLease.ALONE);
  }

  private static Edit edit() {
    Project shop = ProjectFixture.aProject("shop").build();
    byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
    return new Edit(
        shop.name(),
        OwnerMark.of(shop),
        Edit.Purpose.SET_UP,
        "hello",
        "",
        tree -> List.of(FileChange.put("projects/shop-dev/tenant.yaml", content)));
  }

  @ParameterizedTest
  @EnumSource
  void leavesAServerThatNeverEndsItsAnswer(StubbornServer.Manner manner) throws Exception {
    try (StubbornServer server = new StubbornServer(manner);
        JGitRepository repository =
            repository(ServedConfig.of(folder, server.url(), "user:token", Map.of()), SHORT)) {
      assertThatThrownBy(repository::fetch)
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("time is over");
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void freesTheThreadOfALaneWhoseServerNeverAnswers() throws Exception {
    try (StubbornServer server = new StubbornServer(StubbornServer.Manner.SILENT);
        GitPublisher lane =
            lane(ServedConfig.of(folder, server.url(), "user:token", Map.of()), SHORT)) {
      lane.start();
      lane.submit(edit());
      await().until(() -> lane.trouble().isPresent());
      assertThat(lane.trouble().orElseThrow().reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
      await().until(() -> server.open() == 0);
      assertThat(lane.isRunning()).isTrue();
      assertThat(lane.queued()).isEqualTo(1);
    }
    assertThat(threads()).doesNotContain("git-flux", "git-deadlines");
  }

  @Test
  void pushesAfterAServerThatLeftAPushUnanswered() throws Exception {
    try (GitServer server = GitServer.start(Files.createDirectory(folder.resolve("served")))) {
      HostedRepository hosted = server.create("flux", Map.of("README.md", "hello"));
      GitFault.Hang hang = hosted.faults().hangNext(GitCall.PUSH);
      GroundworkConfig config = ServedConfig.of(folder, hosted.url(), server, Map.of());
      Limits limits =
          new Limits(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));
      try (GitPublisher lane = lane(config, limits)) {
        lane.start();
        lane.submit(edit());
        assertThat(hang.awaitArrival(Duration.ofSeconds(30))).isTrue();
        await().atMost(Duration.ofMinutes(1)).until(() -> lane.queued() == 0);
        hang.release();
        assertThat(hosted.files()).containsEntry("projects/shop-dev/tenant.yaml", "hello");
      }
      await().until(() -> hosted.pushes().size() == 2);
      assertThat(hosted.history()).hasSize(2);
    }
  }

  @Test
  void pushesOnceWhereTheReportOfThePushBreaksOff() throws Exception {
    try (GitServer server = GitServer.start(Files.createDirectory(folder.resolve("served")))) {
      HostedRepository hosted = server.create("flux", Map.of("README.md", "hello"));
      hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.IN_THE_ANSWER);
      GroundworkConfig config = ServedConfig.of(folder, hosted.url(), server, Map.of());
      try (GitPublisher lane = lane(config, Limits.NORMAL)) {
        lane.start();
        lane.submit(edit());
        await().atMost(Duration.ofMinutes(1)).until(() -> lane.queued() == 0);
        assertThat(lane.trouble()).isEmpty();
      }
      assertThat(hosted.files())
          .containsOnly(
              Map.entry("README.md", "hello"), Map.entry("projects/shop-dev/tenant.yaml", "hello"));
      assertThat(hosted.pushes()).hasSize(1);
      assertThat(hosted.history()).hasSize(2);
    }
  }

  @Test
  void leavesAServerThatStopsTakingInWhatIsPushed() throws Exception {
    try (GitServer server = GitServer.start(Files.createDirectory(folder.resolve("served")))) {
      HostedRepository hosted = server.create("flux", Map.of("README.md", "hello"));
      GitFault.Hang hang = hosted.faults().hangNext(GitCall.PUSH);
      JGitRepository repository =
          repository(ServedConfig.of(folder, hosted.url(), server, Map.of()), Limits.NORMAL);
      String base = repository.fetch();
      String commit = repository.commit(base, moreThanBuffersTake(), "m");
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
      await()
          .atMost(Duration.ofMinutes(1))
          .during(Duration.ofMillis(500))
          .until(() -> isWritingToASocket(pushing));
      // What a deadline does to a conversation, a close does too.
      repository.close();
      assertThat(verdict.get(14, TimeUnit.SECONDS).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
      hang.release();
      assertThat(hosted.tip()).isEqualTo(base);
    }
  }

  /** Linux holds up to 4 MiB for a writer, and little for a reader that never reads. */
  private static List<FileChange> moreThanBuffersTake() {
    List<FileChange> changes = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 16; i++) {
      byte[] content = new byte[1 << 20];
      random.nextBytes(content);
      changes.add(FileChange.put("large/" + i, content));
    }
    return changes;
  }

  /** Whoever is found there again and again waits until the other side takes in more. */
  private static boolean isWritingToASocket(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(StackTraceElement::getMethodName)
        .anyMatch("implWrite"::equals);
  }

  private static List<String> threads() {
    List<String> names = new ArrayList<>();
    Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
    return names;
  }
}

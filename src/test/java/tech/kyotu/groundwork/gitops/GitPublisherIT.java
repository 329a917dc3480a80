package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.jgit.JGitRepository;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Push;
import tech.kyotu.groundwork.testing.Settings;

/** The lane on its own thread, against a real Git server over HTTP. */
class GitPublisherIT {

  @TempDir private Path folder;

  private GroundworkConfig config(GitServer server, HostedRepository hosted) throws Exception {
    Path credential = folder.resolve("credential");
    Files.writeString(credential, server.username() + ":" + server.token());
    return Settings.of(
        Map.of(
            "git.flux.url", hosted.url(),
            "git.flux.credential-file", credential.toString(),
            "git.allow-plain-http", "true",
            "git.clone-folder", folder.resolve("clones").toString()));
  }

  @Test
  void needsAtMostEightPushesForAHundredProjectsAtOnce() throws Exception {
    try (GitServer server = GitServer.start(Files.createDirectory(folder.resolve("served")))) {
      HostedRepository hosted = server.create("flux", Map.of("README.md", "hello"));
      hosted.faults().pushLatency(Duration.ofMillis(300));
      Queue<ProjectRef> woken = new ConcurrentLinkedQueue<>();
      try (GitPublisher lane =
          new GitPublisher(
              LaneBench.settings(PathFence.FLUX),
              new JGitRepository(config(server, hosted), PathFence.FLUX, Clock.systemUTC()),
              List::of,
              woken::add,
              Clock.systemUTC(),
              new Random(1),
              WriteLease.ALONE)) {
        lane.start();
        await().until(() -> lane.view().isPresent());
        for (int i = 0; i < 100; i++) {
          lane.submit(LaneBench.edit(ProjectFixture.aProject("p" + i).build(), "content " + i));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> woken.size() >= 100);
      }
      assertThat(hosted.files()).containsEntry("projects/p99-dev/tenant.yaml", "content 99");
      assertThat(hosted.pushes()).hasSizeLessThanOrEqualTo(8);
      assertThat(hosted.pushes()).allMatch(Push::fastForward);
    }
  }
}

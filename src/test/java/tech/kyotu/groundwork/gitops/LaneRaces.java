package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.Push;
import tech.kyotu.groundwork.testing.Traffic;

/** What may go on at a branch at the same time: small in each build, large in the soak. */
final class LaneRaces {

  private LaneRaces() {}

  /**
   * Projects are made, edited and deleted in turn while somebody else commits all the time.
   *
   * @param latency of each push
   * @param between time between two commits of the rival
   * @param rivals how many commits the rival makes
   * @param projects how many Projects
   */
  static void aRivalCommitsAllTheTime(
      Path folder, Duration latency, Duration between, int rivals, int projects) throws Exception {
    Queue<String> foreign = new ConcurrentLinkedQueue<>();
    ScheduledExecutorService rival = Executors.newSingleThreadScheduledExecutor();
    try (LaneOnServer it = LaneOnServer.started(folder, Duration.ofMillis(50))) {
      it.hosted.faults().pushLatency(latency);
      List<Project> all = many(it, projects);
      var unused =
          rival.scheduleAtFixedRate(
              () -> commitOnce(it.hosted, foreign, rivals),
              0,
              between.toNanos(),
              TimeUnit.NANOSECONDS);
      int wave = 0;
      while (wave < 3 || foreign.size() < rivals) {
        for (int i = 0; i < projects; i++) {
          if ((i + wave) % 3 == 2) {
            it.remove(all.get(i));
          } else {
            it.put(all.get(i), "wave " + wave);
          }
        }
        it.awaitDone();
        wave++;
      }
      assertNothingLost(it, List.copyOf(foreign));
      Traffic traffic = it.hosted.traffic();
      System.out.printf(
          "rival: %d waves of %d Projects, %d foreign commits, %d pushes landed, %d lost the"
              + " race%n",
          wave, projects, foreign.size(), traffic.pushesAccepted(), traffic.pushesRefused());
      assertThat(traffic.pushesRefused())
          .as("a race is lost to a foreign commit, never to the lane itself")
          .isLessThanOrEqualTo(foreign.size());
    } finally {
      rival.shutdownNow();
    }
  }

  private static void commitOnce(HostedRepository hosted, Queue<String> foreign, int most) {
    int number = foreign.size();
    if (number < most) {
      foreign.add(
          hosted.commit("Rival " + number, Map.of("rival/" + number % 7 + ".md", "" + number)));
    }
  }

  /**
   * Many Projects come within ten seconds.
   *
   * @return pushes that landed
   */
  static long aCrowdWithinTenSeconds(Path folder, int projects) throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, Duration.ofSeconds(1))) {
      it.hosted.faults().pushLatency(Duration.ofMillis(300));
      List<Project> all = many(it, projects);
      ScheduledExecutorService crowd = Executors.newSingleThreadScheduledExecutor();
      try {
        for (int i = 0; i < projects; i++) {
          Project project = all.get(i);
          var unused =
              crowd.schedule(
                  () -> it.put(project, "hello"), 10_000L * i / projects, TimeUnit.MILLISECONDS);
        }
        crowd.shutdown();
        assertThat(crowd.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
      } finally {
        crowd.shutdownNow();
      }
      it.awaitDone();
      assertNothingLost(it, List.of());
      long pushes = it.hosted.traffic().pushesAccepted();
      System.out.printf("crowd: %d Projects within 10 s, %d pushes%n", projects, pushes);
      return pushes;
    }
  }

  /** What the process has open at a moment. */
  private record Footprint(long files, long threads, long heapMiB) {
    static Footprint now() throws IOException {
      System.gc();
      Runtime machine = Runtime.getRuntime();
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        return new Footprint(
            open.count(),
            Thread.getAllStackTraces().size(),
            (machine.totalMemory() - machine.freeMemory()) >> 20);
      }
    }
  }

  /** One push after another; what is open after the first quarter is all that ever is. */
  static void pushesWithoutEnd(Path folder, int pushes) throws Exception {
    try (LaneOnServer it = LaneOnServer.started(folder, Duration.ZERO)) {
      List<Project> all = many(it, 10);
      Footprint early = Footprint.now();
      long mostPacks = 0;
      for (int number = 1; number <= pushes; number++) {
        it.put(all.get(number % all.size()), "number " + number);
        it.awaitDone();
        if (number % 50 == 0) {
          it.tidyServer();
        }
        if (number % 7 == 0) {
          mostPacks = Math.max(mostPacks, it.packs());
        }
        if (number == pushes / 4) {
          early = Footprint.now();
        }
      }
      Footprint late = Footprint.now();
      System.out.printf(
          "soak: %d pushes, %s, then %s; at most %d packs%n", pushes, early, late, mostPacks);
      assertThat(it.hosted.traffic().pushesAccepted()).isEqualTo(pushes);
      assertThat(it.ours()).hasSize(pushes);
      assertThat(it.found()).isEqualTo(it.wanted());
      // The server of the test is in the same process, and its caches breathe.
      assertThat(late.files()).isLessThanOrEqualTo(early.files() + 80);
      assertThat(late.threads()).isLessThanOrEqualTo(early.threads() + 20);
      assertThat(late.heapMiB()).isLessThanOrEqualTo(early.heapMiB() + 64);
      assertThat(mostPacks).isLessThanOrEqualTo(60);
    }
  }

  static List<Project> many(LaneOnServer it, int count) {
    List<Project> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(it.project("p" + i));
    }
    return all;
  }

  /** The Projects' files are as an undisturbed run leaves them. */
  static void assertSame(LaneOnServer it) {
    assertThat(it.found()).isEqualTo(it.wanted());
    assertThat(it.hosted.pushes()).allMatch(Push::fastForward);
  }

  /** Each commit is still there, ours are children of the tip of their time, and say something. */
  static void assertNothingLost(LaneOnServer it, List<String> foreign) {
    assertSame(it);
    List<HostedRepository.Commit> history = it.hosted.history();
    assertThat(history.stream().map(HostedRepository.Commit::id)).containsAll(foreign);
    List<HostedRepository.Commit> ours = it.ours();
    assertThat(ours.stream().map(HostedRepository.Commit::id))
        .as("exactly the pushes that the server took")
        .containsExactlyInAnyOrderElementsOf(
            it.hosted.pushes().stream()
                .filter(push -> push.refusal().isEmpty())
                .map(Push::newId)
                .toList());
    for (HostedRepository.Commit commit : ours) {
      assertThat(commit.parents()).hasSize(1);
      assertThat(it.hosted.changedPaths(commit.parents().get(0), commit.id())).isNotEmpty();
    }
    await().until(() -> it.lane.trouble().isEmpty());
  }
}

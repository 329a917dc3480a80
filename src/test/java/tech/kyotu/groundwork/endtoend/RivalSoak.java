package tech.kyotu.groundwork.endtoend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.Push;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.Traffic;

/**
 * Two hundred Projects are created, edited and, in part, deleted while somebody else commits to
 * both repositories all the time. In the end all is as one Project has it that nobody disturbed,
 * and no foreign commit is lost. Not part of the build: it takes minutes.
 */
@Tag("soak")
class RivalSoak {

  private static final int TEAMS = 200;
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void eightForeignCommitsASecondForAMinute() {
    race(Duration.ZERO, Duration.ofMillis(125), 480);
  }

  @Test
  void aForeignCommitEachSecondForAMinuteAndPushesThatTakeLong() {
    race(Duration.ofMillis(300), Duration.ofSeconds(1), 60);
  }

  /** Somebody who commits, in turn, to both repositories; what was committed is remembered. */
  private static final class Rival implements AutoCloseable {
    private final Map<HostedRepository, Queue<String>> commits;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    Rival(World world, Duration between, int most) {
      commits =
          Map.of(
              world.flux(), new ConcurrentLinkedQueue<>(),
              world.deployment(), new ConcurrentLinkedQueue<>());
      var unused =
          timer.scheduleAtFixedRate(
              () -> commits.forEach((repository, made) -> commit(repository, made, most)),
              0,
              between.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private static void commit(HostedRepository repository, Queue<String> made, int most) {
      int number = made.size();
      if (number < most) {
        made.add(
            repository.commit(
                "Rival " + number, Map.of("rival/" + number % 7 + ".md", "" + number)));
      }
    }

    void awaitCommits(int count) {
      await()
          .atMost(LONG)
          .until(() -> commits.values().stream().allMatch(it -> it.size() >= count));
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  private static void race(Duration latency, Duration between, int rivals) {
    ServerBinary.require(ServerBinary.values());
    Wishes wishes = Wishes.in("rival").withAuditLog().withLatency(Duration.ZERO, latency);
    List<String> teams = IntStream.range(0, TEAMS).mapToObj(i -> "team" + i).toList();
    List<String> gone = teams.stream().filter(it -> it.endsWith("1") || it.endsWith("5")).toList();
    List<String> live = teams.stream().filter(it -> !gone.contains(it)).toList();
    try (World world = World.start(wishes);
        Installation at = Installation.in(world, Map.of())) {
      for (HostedRepository repository : List.of(world.flux(), world.deployment())) {
        // As a server that protects its branch.
        repository
            .faults()
            .judge(push -> push.fastForward() ? Optional.empty() : Optional.of("no force here"));
      }
      try (Rival rival = new Rival(world, between, rivals)) {
        teams.forEach(at::create);
        rival.awaitCommits(rivals / 3);
        teams.forEach(it -> at.edit(it, spec -> spec.ownedBy("new." + it + "@example.com")));
        rival.awaitCommits(rivals * 2 / 3);
        gone.forEach(at::delete);
        rival.awaitCommits(rivals);
        live.forEach(it -> at.awaitReady(it, LONG));
        gone.forEach(at::awaitGone);
        rival.commits.forEach(RivalSoak::assertNothingLost);
      }
      at.settle("control");
      at.edit("control", spec -> spec.ownedBy("new.control@example.com"));
      await()
          .atMost(LONG)
          .until(() -> filesOf(at, "control").toString().contains("new.<id>@example.com"));
      Map<String, String> undisturbed = filesOf(at, "control");
      assertThat(undisturbed).hasSize(3);
      Map<String, String> files = files(world);
      for (String team : live) {
        assertThat(of(at, team, files)).as(team).isEqualTo(undisturbed);
        assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/" + team)).hasSize(1);
      }
      for (String team : gone) {
        assertThat(files.keySet()).noneMatch(path -> path.contains(team + "-"));
        assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/" + team)).isEmpty();
      }
    }
  }

  private static void assertNothingLost(HostedRepository repository, Queue<String> foreign) {
    List<HostedRepository.Commit> history = repository.history();
    assertThat(history.stream().map(HostedRepository.Commit::id)).containsAll(foreign);
    assertThat(repository.pushes()).isNotEmpty().allMatch(Push::fastForward);
    Traffic traffic = repository.traffic();
    System.out.printf(
        "%s: %d foreign commits kept, %d pushes landed, %d lost the race%n",
        repository.url().replaceFirst(".*/", ""),
        foreign.size(),
        traffic.pushesAccepted(),
        traffic.pushesRefused());
    for (HostedRepository.Commit commit : history) {
      if (commit.message().contains("Groundwork-Version")) {
        assertThat(commit.parents()).hasSize(1);
        assertThat(repository.changedPaths(commit.parents().get(0), commit.id())).isNotEmpty();
      }
    }
  }

  private static Map<String, String> filesOf(Installation at, String projectId) {
    return of(at, projectId, files(at.world()));
  }

  /** The files of a Project without what is its own: its id and its UID. */
  private static Map<String, String> of(
      Installation at, String projectId, Map<String, String> files) {
    String uid = at.project(projectId).uid();
    return files.entrySet().stream()
        .filter(file -> file.getKey().contains("/" + projectId + "-dev"))
        .collect(
            toMap(
                file -> file.getKey().replace(projectId, "<id>"),
                file -> file.getValue().replace(projectId, "<id>").replace(uid, "<uid>"),
                (one, other) -> one,
                TreeMap::new));
  }

  private static Map<String, String> files(World world) {
    Map<String, String> all = new TreeMap<>(world.flux().files());
    all.putAll(world.deployment().files());
    return all;
  }
}

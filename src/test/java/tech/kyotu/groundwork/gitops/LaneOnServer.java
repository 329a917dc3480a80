package tech.kyotu.groundwork.gitops;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.gitops.jgit.JGitRepository;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

/** A lane on its own thread, as in the operator, before a real Git server. */
final class LaneOnServer implements AutoCloseable {

  private static final Duration BOUND = Duration.ofMinutes(10);

  private final Path folder;
  private final Duration pushInterval;
  private final GitServer server;
  final HostedRepository hosted;
  final List<Project> projects = new CopyOnWriteArrayList<>();
  final Queue<ProjectRef> woken = new ConcurrentLinkedQueue<>();
  final GitPublisher lane;

  /** What the Projects' files say once all edits are done. */
  private final Map<String, String> wanted = new TreeMap<>();

  private LaneOnServer(Path folder, Duration pushInterval) throws IOException {
    this.folder = folder;
    this.pushInterval = pushInterval;
    this.server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    this.hosted = server.create("flux", Map.of("README.md", "hello"));
    this.lane = another("one");
  }

  /** A lane that has not yet been started. */
  static LaneOnServer in(Path folder, Duration pushInterval) throws IOException {
    return new LaneOnServer(folder, pushInterval);
  }

  /** A lane that knows the branch. */
  static LaneOnServer started(Path folder, Duration pushInterval) throws IOException {
    LaneOnServer it = in(folder, pushInterval);
    it.lane.start();
    await().atMost(BOUND).until(() -> it.lane.view().isPresent());
    return it;
  }

  /** One more lane of the same branch, as a second operator would have it. */
  GitPublisher another(String name) throws IOException {
    Path credential = folder.resolve("credential");
    Files.writeString(credential, server.username() + ":" + server.token());
    var config =
        Settings.of(
            Map.of(
                "git.flux.url", hosted.url(),
                "git.flux.credential-file", credential.toString(),
                "git.allow-plain-http", "true",
                "git.clone-folder", folder.resolve("clones-" + name).toString(),
                "git.push-interval", pushInterval.toString()));
    return new GitPublisher(
        LaneSettings.flux(config, "1.0"),
        new JGitRepository(config, PathFence.FLUX, Clock.systemUTC()),
        () -> projects,
        woken::add,
        Clock.systemUTC(),
        new Random(1),
        WriteLease.ALONE);
  }

  /** A Project that the cluster knows. */
  Project project(String id) {
    Project project = ProjectFixture.aProject(id).build();
    projects.add(project);
    return project;
  }

  /** The Project's file shall hold this. */
  void put(Project project, String text) {
    wanted.put(LaneBench.path(project), text);
    lane.submit(LaneBench.edit(project, text));
  }

  /** The Project's file shall be gone. */
  void remove(Project project) {
    String path = LaneBench.path(project);
    wanted.remove(path);
    lane.submit(
        Edit.of(
            project,
            Edit.Purpose.REMOVE,
            "absent",
            tree -> tree.file(path).isPresent() ? List.of(FileChange.remove(path)) : List.of()));
  }

  /** Until no edit waits. */
  void awaitDone() {
    await().atMost(BOUND).pollInterval(Duration.ofMillis(5)).until(() -> lane.queued() == 0);
  }

  /** What an undisturbed run would have left in the Projects' files. */
  Map<String, String> wanted() {
    return wanted;
  }

  /** What the branch holds in the Projects' files. */
  Map<String, String> found() {
    Map<String, String> found = new TreeMap<>(hosted.files());
    found.keySet().removeIf(path -> !path.startsWith("projects/"));
    return found;
  }

  /** Commits of the branch that are ours. */
  List<HostedRepository.Commit> ours() {
    return hosted.history().stream()
        .filter(commit -> commit.message().contains(GitRepository.OWN_TRAILER))
        .toList();
  }

  /** Packs in the lane's clone. */
  long packs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("clones-one"))) {
      return files.filter(path -> path.toString().endsWith(".pack")).count();
    }
  }

  /** Joins small packs of the server, as servers do now and then. */
  void tidyServer() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "repack", "-d", "-q", "--geometric=2")
            .directory(hosted.folder().toFile())
            .inheritIO()
            .start();
    if (git.waitFor() != 0) {
      throw new IllegalStateException("the server's repository cannot be packed");
    }
  }

  @Override
  public void close() {
    lane.close();
    server.close();
  }
}

package tech.kyotu.groundwork.gitops;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

/** A lane that is turned by hand, on a repository in memory and a clock that stands still. */
public final class LaneBench {

  /** The files of all Projects, as the settings name them by default. */
  static final Set<String> SHARED =
      Set.of(
          Settings.defaults().shared().vaultValuesFile(),
          Settings.defaults().shared().argoPolicyFile());

  final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  final FakeGitRepository repository;
  final List<Project> projects = new ArrayList<>();
  final List<ProjectRef> woken = new ArrayList<>();
  final GitPublisher lane;

  LaneBench() {
    this(PathFence.FLUX, Map.of("README.md", "hello"));
  }

  public LaneBench(PathFence fence, Map<String, String> files) {
    repository = new FakeGitRepository(files);
    lane =
        new GitPublisher(
            settings(fence),
            repository,
            () -> projects,
            woken::add,
            clock,
            new Random(1),
            WriteLease.ALONE);
  }

  /** The lane; nobody but this bench turns it. */
  public GitPublisher lane() {
    return lane;
  }

  /** The lane knows the newest tip. */
  public void look() {
    lane.lookSoon();
    turn();
  }

  /** Somebody else commits a file. */
  public void rivalPuts(String path, String text) {
    var unused = repository.rivalPuts(path, text);
    look();
  }

  /** Somebody else removes a file, or did so before. */
  public void rivalRemoves(String path) {
    repository.rivalRemoves(path);
    look();
  }

  /** The commit that the branch is at. */
  public String tip() {
    return repository.serverTip();
  }

  static LaneSettings settings(PathFence fence) {
    return new LaneSettings(
        fence,
        "main",
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(90),
        Duration.ofMinutes(10),
        Duration.ofSeconds(60),
        "1.0",
        CommitPages.of(
            URI.create("https://gitlab.example.com"),
            URI.create("https://gitlab.example.com/platform/flux.git")),
        SHARED);
  }

  /** A lane that has fetched the branch. */
  static LaneBench opened() {
    LaneBench bench = new LaneBench();
    bench.lane.turn();
    return bench;
  }

  /** One turn; the clock then stands where the next one is due, but not beyond a tip check. */
  Duration turn() {
    Duration pause = lane.turn();
    clock.advance(pause);
    return pause;
  }

  /** Turns until no edit waits. */
  public void settle() {
    for (int turn = 0; lane.queued() > 0; turn++) {
      if (turn > 200) {
        throw new AssertionError("the lane does not come to rest");
      }
      turn();
    }
  }

  /** A Project that the cluster knows. */
  Project project(String id) {
    Project project = ProjectFixture.aProject(id).build();
    projects.add(project);
    return project;
  }

  static String path(Project project) {
    return "projects/" + project.name() + "/tenant.yaml";
  }

  /** Wants a text in the Project's file. */
  static Edit edit(Project project, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return Edit.of(
        project,
        Edit.Purpose.SET_UP,
        text,
        tree ->
            tree.file(path(project)).filter(found -> Arrays.equals(found, content)).isPresent()
                ? List.of()
                : List.of(FileChange.put(path(project), content)));
  }

  /** N Projects hand in an edit each. */
  List<Project> submitMany(int count) {
    List<Project> many = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Project project = project("p" + i);
      many.add(project);
      lane.submit(edit(project, "content of " + i));
    }
    return many;
  }
}

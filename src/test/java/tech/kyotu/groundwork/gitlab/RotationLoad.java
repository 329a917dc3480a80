package tech.kyotu.groundwork.gitlab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.gitlab.simulator.Right;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

/**
 * Many Projects with both steps of GitLab, over HTTP against a server that throttles. Server and
 * operator share one clock, and it jumps to the next look that a step asked for, as the core does.
 */
final class RotationLoad implements AutoCloseable {

  static final int REQUESTS_A_MINUTE = 600;

  private record Turn(Instant at, Project project) {}

  final GitLabSimulator gitlab = GitLabSimulator.start();
  final FakeCluster cluster = new FakeCluster();
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final GitLab4jAdapter adapter;
  private final GroundworkConfig config;
  private final PriorityQueue<Turn> turns =
      new PriorityQueue<>(Comparator.comparing(Turn::at).thenComparing(it -> it.project().uid()));
  private final Map<String, Holdings> held = new HashMap<>();
  private GitLabGroupStep groupStep;
  private RegistryAccessStep accessStep;

  RotationLoad(Path folder) throws IOException {
    gitlab.clock().freeze();
    gitlab.clock().set(clock.instant());
    gitlab.limits().throttle(REQUESTS_A_MINUTE, Duration.ofMinutes(1));
    gitlab.addUser("groundwork", Right.CREATE_GROUP);
    gitlab.addGroup("platform", "groundwork");
    String token = gitlab.addPersonalToken("groundwork", "api").value();
    config =
        Settings.of(
            Map.of(
                "gitlab.url", gitlab.url(),
                "gitlab.token-file", Files.writeString(folder.resolve("token"), token).toString(),
                "gitlab.parent", "platform",
                // What a fleet reads while it is idle is another matter.
                "gitlab.check-interval", "240h",
                "registry.host", gitlab.registryHost()));
    adapter = new GitLab4jAdapter(config.gitlab(), clock, this::pass, ClientSettings.PATIENCE);
    restart();
  }

  /** A new process: nothing is remembered but what the status holds. */
  void restart() {
    SharedReads reads = new SharedReads(adapter, clock);
    groupStep = new GitLabGroupStep(adapter, reads, cluster, config, Lane.INLINE, clock);
    accessStep =
        new RegistryAccessStep(
            adapter,
            reads,
            new HttpImageRegistry(config.registry(), URI.create(gitlab.url()), clock),
            cluster,
            config,
            Lane.INLINE,
            clock,
            this::pass,
            WriteLease.ALONE);
  }

  /** That many Projects, each with a group of its own; they want their first look now. */
  void add(int count) {
    for (int number = 0; number < count; number++) {
      Project project = aProject("shop" + number).in(DEV).build();
      cluster.with(project).withNamespaceOf(project);
      Holding namespace =
          new Holding(
              "namespace",
              "Namespace",
              Origin.CREATED,
              project.name().value(),
              null,
              now().toString());
      held.put(project.uid(), Holdings.NONE.with(namespace));
      turns.add(new Turn(now(), project));
    }
  }

  Instant now() {
    return clock.instant();
  }

  /** Time passes, and nobody looks at anything. */
  void pass(Duration time) {
    clock.advance(time);
    gitlab.clock().advance(time);
  }

  /** Looks at each Project when it is due, until that much time has passed. */
  void run(Duration time) throws StepException {
    Instant end = now().plus(time);
    while (!turns.peek().at().isAfter(end)) {
      Turn turn = turns.remove();
      if (turn.at().isAfter(now())) {
        pass(Duration.between(now(), turn.at()));
      }
      Instant next = look(turn.project());
      turns.add(new Turn(next.isAfter(now()) ? next : now().plusSeconds(1), turn.project()));
    }
    if (end.isAfter(now())) {
      pass(Duration.between(now(), end));
    }
  }

  private Instant look(Project project) throws StepException {
    try {
      StepPass group = StepPass.converge(groupStep, project, held.get(project.uid()));
      held.put(project.uid(), group.held());
      StepPass access = StepPass.converge(accessStep, project, group.held());
      held.put(project.uid(), access.held());
      return Stream.of(group, access)
          .flatMap(pass -> pass.plan().lookAgainAt().stream())
          .min(Comparator.naturalOrder())
          .orElseThrow();
    } catch (RetryableException later) {
      return now().plus(later.retryAfter().orElse(Duration.ofMinutes(1)));
    }
  }

  /** Requests for tokens of groups, by method. */
  static List<HistoryEntry> tokenRequests(List<HistoryEntry> history, String method) {
    return history.stream()
        .filter(it -> it.method().equals(method) && it.rawPath().contains("/access_tokens"))
        .toList();
  }

  /** Whether the published token of each Project works, and is the only one of its group. */
  long settled() {
    return cluster.projects().stream().filter(this::isSettled).count();
  }

  private boolean isSettled(Project project) {
    Optional<String> secret =
        cluster
            .secretAtRest(project.name().value())
            .map(seen -> new String(seen.dockerConfigJson(), UTF_8));
    String group = "platform/" + project.name().projectId();
    gitlab.addImage(group + "/web");
    return gitlab.liveTokens(group).size() == 1
        && secret
            .map(json -> json.replaceAll(".*\"password\":\"([^\"]+)\".*", "$1"))
            .filter(value -> gitlab.pulls("any", value, group + "/web"))
            .isPresent();
  }

  @Override
  public void close() {
    adapter.close();
    gitlab.close();
  }
}

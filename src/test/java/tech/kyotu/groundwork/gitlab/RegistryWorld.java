package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FaultPoints;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

/** Both steps of GitLab on fakes, with a process that can be started anew. */
final class RegistryWorld {

  static final String HOST = "registry.example.org";

  final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  final FaultPoints faults = new FaultPoints();
  final FakeGitLab gitlab = new FakeGitLab(clock, faults);
  final FakeRegistry registry = new FakeRegistry(gitlab, faults);
  final FakeCluster cluster = new FakeCluster(faults);
  final Map<String, String> settings = new HashMap<>();
  GitLabGroupStep groupStep;
  RegistryAccessStep accessStep;
  Holdings held = Holdings.NONE;
  boolean leads = true;

  RegistryWorld() {
    settings.put("gitlab.parent", "platform");
    settings.put("registry.host", HOST);
    gitlab.addGroup("platform");
    restart();
  }

  /** A new process: nothing is remembered but what the status holds. */
  void restart() {
    GroundworkConfig config = Settings.of(settings);
    SharedReads reads = new SharedReads(gitlab, clock);
    groupStep = new GitLabGroupStep(gitlab, reads, cluster, config, Lane.INLINE, clock);
    accessStep =
        new RegistryAccessStep(
            gitlab,
            reads,
            registry,
            cluster,
            config,
            Lane.INLINE,
            clock,
            pause -> clock.advance(pause),
            () -> leads);
  }

  /** The Project's namespace as the namespace step leaves it. */
  void givenNamespaceOf(Project project) {
    cluster.with(project).withNamespaceOf(project);
    held =
        held.with(
            new Holding(
                "namespace",
                "Namespace",
                Origin.CREATED,
                project.name().value(),
                null,
                clock.instant().toString()));
  }

  /** A Project with all in place, looked at by a process that is new. */
  void givenInPlace(Project project) throws StepException {
    givenNamespaceOf(project);
    converge(project);
    restart();
    converge(project);
    faults.forgetCalls();
  }

  /** Both steps forward. The status is kept only if the process lives. */
  StepPass converge(Project project) throws StepException {
    StepPass group = StepPass.converge(groupStep, project, held);
    StepPass access = StepPass.converge(accessStep, project, group.held());
    held = access.held();
    return access;
  }

  /** The registry step backward. */
  StepPass release(Project project) throws StepException {
    StepPass access = StepPass.release(accessStep, project, held);
    held = access.held();
    return access;
  }

  void later(Duration time) {
    clock.advance(time);
  }

  PullSecret secret(Project project) {
    return cluster.secretAtRest(project.name().value()).orElseThrow();
  }

  OptionalLong publishedId(Project project) {
    return TokenNotes.of(secret(project).annotations()).id();
  }

  /** Living tokens of a Project. */
  List<Token> living(Project project) {
    return gitlab
        .groupAtRest("platform/" + project.name().projectId())
        .map(group -> gitlab.livingTokens(group.id()))
        .orElse(List.of())
        .stream()
        .filter(token -> token.name().contains("_" + project.uid() + "_"))
        .toList();
  }

  /** The password in the pull secret; empty if there is none. */
  String password(Project project) {
    try {
      return new ObjectMapper()
          .readTree(secret(project).dockerConfigJson())
          .path("auths")
          .path(HOST)
          .path("password")
          .asText();
    } catch (IOException unreadable) {
      return "";
    }
  }

  void assertPullsWork(Project project) {
    assertThat(gitlab.accepts(password(project))).as("a pull with the pull secret").isTrue();
  }

  /** One living token, published, nothing pending. */
  void assertAtRest(Project project) {
    assertPullsWork(project);
    assertThat(living(project))
        .extracting(Token::id)
        .containsExactly(publishedId(project).orElseThrow());
    assertThat(TokenNotes.of(secret(project).annotations()).pending()).isEmpty();
  }
}

package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * The operator dies as a lost machine does, at random moments while the samples are made and
 * deleted, and is started again. Moments are counted in what the outside systems were asked, so
 * that a slow machine has the same ones. In the end the same holds as without: see {@link Check}.
 */
@Tag("trouble")
class KillsIT {
  private static final List<String> SAMPLES =
      List.of("test-project.yaml", "test-project-qa.yaml", "adopted.yaml");
  private static final int KILLS_WHILE_MADE = 3;
  private static final int KILLS_WHILE_DELETED = 2;
  private static final int MOST_REQUESTS = 40;

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String OPERATOR = "groundwork@localhost";

  @Test
  void whateverTheMomentOfDeathTheNextStartFinishesTheWork() {
    ServerBinary.require(ServerBinary.values());
    long seed = Long.getLong("groundwork.kills.seed", System.nanoTime());
    System.out.println("again with -Dgroundwork.kills.seed=" + seed);
    Random random = new Random(seed);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, UTF_8);
    Wishes wishes = Wishes.in("kills").withLatency(Duration.ofMillis(30), Duration.ofMillis(100));
    try (World world = World.start(wishes);
        OperatorProcess operator = world.startOperator()) {
      operator.restartWhenItEnds(
          it -> System.out.println("the operator is started again, pid " + it.pid()));
      Projects projects = new Projects(world.cluster().adminClient());
      Check check = new Check(world, projects, out);
      check.refused(apply(world));
      BooleanSupplier made = () -> projects.all().stream().allMatch(Projects::isReady);
      for (int kill = 0; kill < KILLS_WHILE_MADE; kill++) {
        kill(random, world, operator, made);
      }
      await().atMost(LONG).until(made::getAsBoolean);
      check.present(true);

      projects.deleteAll();
      BooleanSupplier gone = () -> projects.all().isEmpty();
      for (int kill = 0; kill < KILLS_WHILE_DELETED; kill++) {
        kill(random, world, operator, gone);
      }
      await().atMost(LONG).until(gone::getAsBoolean);
      check.absent(true);

      assertThat(check.finish()).as(said.toString(UTF_8)).isZero();
      assertNothingWasSaidTwice(world.flux());
      assertNothingWasSaidTwice(world.deployment());
    }
  }

  private static Optional<String> apply(World world) {
    var unused =
        world
            .cluster()
            .adminClient()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(Playground.OLDER_NAMESPACE)
                    .addToLabels("example.com/team", "shop")
                    .endMetadata()
                    .build())
            .serverSideApply();
    SAMPLES.forEach(world.objects()::applySample);
    try {
      world.objects().applySample("invalid.yaml");
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Projects.refusal(e);
    }
  }

  /** What is done before its moment has come needs no more deaths. */
  private static void kill(
      Random random, World world, OperatorProcess operator, BooleanSupplier done) {
    int moment = 1 + random.nextInt(MOST_REQUESTS);
    Asked asked = new Asked(world);
    await()
        .atMost(LONG)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(40))
        .until(() -> asked.times() >= moment || done.getAsBoolean());
    operator.kill9();
    System.out.printf("killed after %d requests, %d wanted%n", asked.times(), moment);
  }

  /** How often GitLab, Vault and the Git server were asked for something since this was made. */
  private static final class Asked {
    private final World world;
    private final long vaultMark;
    private final long before;

    Asked(World world) {
      this.world = world;
      this.vaultMark = world.vault().orElseThrow().requests().mark();
      this.before = gitlabAndGit();
    }

    long times() {
      return gitlabAndGit()
          - before
          + world.vault().orElseThrow().requests().since(vaultMark).size();
    }

    private long gitlabAndGit() {
      return (long) world.gitlab().history().size()
          + world.flux().pushes().size()
          + world.deployment().pushes().size();
    }
  }

  /**
   * No commit says nothing, and none says what an earlier one said: a file comes and goes, and Argo
   * CD's file loses its ApplicationSets in between.
   */
  private static void assertNothingWasSaidTwice(HostedRepository repository) {
    Map<String, Integer> changes = new HashMap<>();
    for (HostedRepository.Commit commit : repository.history()) {
      if (commit.author().equals(OPERATOR)) {
        List<String> paths = repository.changedPaths(commit.parents().get(0), commit.id());
        assertThat(paths).as(commit.message()).isNotEmpty();
        paths.forEach(path -> changes.merge(path, 1, Integer::sum));
      }
    }
    assertThat(changes)
        .isNotEmpty()
        .allSatisfy(
            (path, count) ->
                assertThat(count)
                    .as("commits that change " + path)
                    .isEqualTo(path.startsWith("applications/") ? 3 : 2));
  }
}

package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.MissingServerException;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * The program behind {@code ./playground}: a world, the operator in it, the samples, a look at all.
 */
public final class Playground {
  /**
   * A namespace that is there before its Project is, as the sample {@code adopted.yaml} wants it.
   */
  static final String OLDER_NAMESPACE = "shop-prod";

  /** Set by the script where a person is at the keyboard; in the background nothing may be read. */
  private static final String KEYS = "GROUNDWORK_KEYS";

  private static final List<String> SAMPLES =
      List.of("test-project.yaml", "test-project-qa.yaml", "adopted.yaml");
  private static final Duration BOUND = Duration.ofMinutes(5);

  private final Options options;
  private final PrintStream out;
  private final ProjectTable table;
  private final CountDownLatch leaving = new CountDownLatch(1);

  private Playground(Options options, PrintStream out, int columns) {
    this.options = options;
    this.out = out;
    // A log between the rows would be drawn over.
    this.table = new ProjectTable(out, options.verbose() ? 0 : columns);
  }

  /**
   * Runs the playground and ends the JVM: 0 when all is well, 1 when a check failed or something
   * did not start, 2 when the options cannot be meant.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String... arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int columns = Integer.getInteger("groundwork.playground.columns", 0);
    System.exit(run(out, columns, arguments));
  }

  private static int run(PrintStream out, int columns, String... arguments) {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (Options.Mistake mistake) {
      System.err.println("playground: " + mistake.getMessage());
      return 2;
    }
    if (options.listsScenarios()) {
      Scenario.all().forEach(it -> out.printf("%-22s %s%n", it.name(), it.title()));
      return 0;
    }
    return new Playground(options, out, columns).run();
  }

  private int run() {
    Runtime.getRuntime().addShutdownHook(new Thread(leaving::countDown, "leave"));
    try {
      announceServers();
      long started = System.nanoTime();
      try (World world = World.start(options.wishes())) {
        done(started);
        return options.serversOnly() ? serveOnly(world) : serve(world);
      }
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  /** What breaks because everything is being ended is no news; Ctrl-C reaches the servers first. */
  private int failed(RuntimeException e) {
    if (leaves(500)) {
      return 1;
    }
    if (!(e
        instanceof MissingServerException)) { // who looked for it has told the ways to provide it
      System.err.println();
      System.err.println("playground: " + e.getMessage());
    }
    if (options.verbose()) {
      e.printStackTrace();
    }
    return 1;
  }

  /** Whether the program is being ended, now or within the time given. */
  private boolean leaves(long millis) {
    try {
      return leaving.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Building a server takes minutes and tells so itself; only then does the clock begin. */
  private void announceServers() {
    for (ServerBinary binary : ServerBinary.values()) {
      if (binary != ServerBinary.VAULT || options.wishes().withVault()) {
        var unused = binary.path();
      }
    }
    StringBuilder servers = new StringBuilder("etcd, kube-apiserver, kube-controller-manager");
    servers.append(options.wishes().withVault() ? ", vault" : "").append(", git, gitlab");
    for (Follower follower : options.wishes().followers()) {
      follower.binaries().forEach(FollowerBinary::path);
      servers.append(", ").append(follower.word());
    }
    step(1, "servers", servers.toString());
  }

  private int serveOnly(World world) {
    EnvFile env = new EnvFile(world);
    world.cluster().kubeconfig(env.kubeconfig());
    env.write(Optional.empty());
    env.writeSettings();
    new Hints(world, env, options, out).tell();
    return stay(world, new Projects(world.cluster().adminClient()), Optional.empty());
  }

  private int serve(World world) {
    EnvFile env = new EnvFile(world);
    world.cluster().kubeconfig(env.kubeconfig());
    env.writeSettings();
    if (options.verbose()) {
      new LogTail(world.places().logs().resolve("operator.log"), out).follow();
    }
    step(2, "operator", "groundwork (packaged artifact, own process)");
    long started = System.nanoTime();
    Map<String, String> pace = options.check() ? Map.of() : Scenario.LIVELY;
    try (OperatorProcess operator = world.startOperator(pace)) {
      done(started);
      env.write(Optional.of(operator));
      if (options.restartOperator()) {
        operator.restartWhenItEnds(
            it -> {
              env.write(Optional.of(it));
              out.println("  the operator ended and was started again, pid " + it.pid());
            });
      }
      if (options.scenario().isPresent()) {
        play(world, options.scenario().get());
        return 0;
      }
      return withOperator(world, env, operator);
    }
  }

  private void play(World world, Scenario scenario) {
    out.println(scenario.title());
    scenario.play(new Stage(world, new Team(world.cluster().adminClient(), scenario.name()), out));
  }

  private int withOperator(World world, EnvFile env, OperatorProcess operator) {
    Projects projects = new Projects(world.cluster().adminClient());
    Check check = new Check(world, projects, out);
    long applied = System.nanoTime();
    applySamples(world, check);
    boolean ready =
        await(projects, operator, all -> all.stream().allMatch(Projects::isReady), BOUND);
    table.leave();
    long count = projects.all().stream().filter(Projects::isReady).count();
    long pushed =
        world.flux().traffic().pushesAccepted() + world.deployment().traffic().pushesAccepted();
    step(4, "ready", count + " of " + SAMPLES.size() + "; " + pushed + " commits pushed");
    done(applied);
    if (ready && !check.followers().isEmpty()) {
      showFollowers(projects.all().stream().map(Sample::of).toList(), check);
    }
    if (options.check()) {
      return check(projects, operator, check, ready);
    }
    new Hints(world, env, options, out).tell();
    if (Boolean.parseBoolean(System.getenv(KEYS))) {
      Keys keys = new SampleKeys(world, out).keys(leaving::countDown);
      out.println("Keys: " + keys.legend());
      keys.follow(System.in);
    }
    return stay(world, projects, Optional.of(operator));
  }

  private void applySamples(World world, Check check) {
    KubernetesClient admin = world.cluster().adminClient();
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(OLDER_NAMESPACE)
                .addToLabels("example.com/team", "shop")
                .endMetadata()
                .build())
        .serverSideApply();
    SAMPLES.forEach(world.objects()::applySample);
    step(
        3,
        "projects",
        "two environments of one project, one adopted namespace, one invalid (refused)");
    out.println();
    Optional<String> refusal = refusal(world);
    refusal.ifPresent(sentence -> out.println("  refused: " + sentence));
    check.refused(refusal);
  }

  private static Optional<String> refusal(World world) {
    try {
      world.objects().applySample("invalid.yaml");
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Projects.refusal(e);
    }
  }

  /** What is in the cluster because somebody read the repositories, as it comes. */
  private void showFollowers(List<Sample> samples, Check check) {
    long started = System.nanoTime();
    int wanted = samples.size() * check.followers().size();
    int seen = 0;
    for (Sample sample : samples) {
      out.println("  developers push " + check.developers().push(sample));
    }
    for (Sample sample : samples) {
      for (FollowerCheck follower : check.followers()) {
        Optional<String> line = awaited(follower, sample, started + BOUND.toNanos());
        seen += line.isPresent() ? 1 : 0;
        out.println("  " + line.orElse("nothing came of " + sample.name()));
      }
    }
    step(5, "followed", seen + " of " + wanted + " seen in the cluster");
    done(started);
  }

  private Optional<String> awaited(FollowerCheck follower, Sample sample, long deadline) {
    Optional<String> seen = follower.seen(sample);
    while (seen.isEmpty() && System.nanoTime() < deadline && !leaves(200)) {
      seen = follower.seen(sample);
    }
    return seen;
  }

  private int check(Projects projects, OperatorProcess operator, Check check, boolean ready) {
    check.present(ready);
    out.println("  deleting all Projects");
    projects.deleteAll();
    boolean gone = await(projects, operator, List::isEmpty, BOUND);
    table.leave();
    check.absent(gone);
    return check.finish();
  }

  /** Shows the Projects until they are as wished; false if they are not within the bound. */
  private boolean await(
      Projects projects,
      OperatorProcess operator,
      Predicate<List<Project>> wished,
      Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    for (; ; ) {
      List<Project> all = projects.all();
      table.show(all);
      if (wished.test(all)) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
      if (!options.restartOperator() && !operator.isAlive()) {
        throw new IllegalStateException(
            "the operator ended; "
                + operator.log()
                + " says why. --restart-operator starts it again");
      }
      if (leaves(100)) {
        return false;
      }
    }
  }

  /** Until somebody ends the program: its hooks then end all processes. */
  private int stay(World world, Projects projects, Optional<OperatorProcess> operator) {
    ProjectTable changes = new ProjectTable(out, 0);
    boolean told = false;
    while (!leaves(100)) {
      changes.show(projects.all());
      if (!told && !options.restartOperator() && operator.filter(it -> !it.isAlive()).isPresent()) {
        out.println("  the operator ended; its log is in " + world.places().logs());
        told = true;
      }
    }
    return 0;
  }

  private void step(int number, String name, String text) {
    int steps = options.scenario().isPresent() ? 2 : options.wishes().followers().isEmpty() ? 4 : 5;
    out.print(String.format(Locale.ROOT, "[%d/%d] %-12s %-75s", number, steps, name, text));
    out.flush();
  }

  private void done(long since) {
    double seconds = (System.nanoTime() - since) / 1e9;
    out.println(String.format(Locale.ROOT, "%6.1fs", seconds));
  }
}

package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.Right;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.ServerProcess;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * Everything Groundwork talks to, as its users have it: a cluster with the CRD and the shipped
 * rights, GitLab with the group {@code platform}, Vault with the shipped policy, and the two
 * repositories, followed by Flux and Argo CD where that is wished. All but GitLab are the real
 * programs. Close it to end them.
 */
public final class World implements AutoCloseable {
  /** The group in GitLab below which all projects' groups live. */
  public static final String PARENT_GROUP = "platform";

  private static final String OPERATOR_NAMESPACE = "groundwork-system";
  private static final String OPERATOR_ACCOUNT = "groundwork";
  private static final String GITLAB_USER = "groundwork";
  private static final String VAULT_POLICY = "groundwork-operator";

  private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
  private final Thread atExit = new Thread(this::end, "end world");
  private final Path projectRoot = ServerBinary.projectRoot();
  private final Wishes wishes;
  private final Places places;
  private final int operatorPort;
  private final int consolePort;
  private final ControlPlane cluster;
  private final Optional<VaultServer> vault;
  private final GitLabSimulator gitlab;
  private final String gitlabToken;
  private final GitServer git;
  private final Path operatorKubeconfig;
  private final Map<String, String> settings;
  private Duration ahead = Duration.ZERO;

  private World(Wishes wishes) {
    this.wishes = wishes;
    Runtime.getRuntime().addShutdownHook(atExit);
    this.places = opened(Places.prepare(wishes));
    this.operatorPort = port(0);
    this.consolePort = port(3);
    try {
      ControlPlane.Setup setup = ControlPlane.setup().dataIn(places.cluster());
      this.cluster = opened((wishes.audited() ? setup.withAuditLog() : setup).start());
      ClusterObjects objects = new ClusterObjects(cluster.adminClient(), projectRoot);
      objects.applyCrd();
      objects.applyInstallation();
      this.operatorKubeconfig =
          cluster.kubeconfigFor(
              OPERATOR_NAMESPACE,
              OPERATOR_ACCOUNT,
              places.data().resolve("credentials/operator-kubeconfig"));
      this.vault = wishes.withVault() ? Optional.of(opened(VaultServer.start())) : Optional.empty();
      vault.ifPresent(it -> it.enableKubernetesAuth(cluster));
      this.gitlab = opened(GitLabSimulator.start(wishes.port(1), wishes.port(2)));
      wishes.ahead().ifPresent(this::moveClocks);
      this.gitlabToken = seedGitLab();
      this.git = opened(GitServer.start(Files.createDirectories(places.repositories())));
      repository("flux", () -> Seeds.flux(projectRoot));
      repository("deployment", () -> Seeds.deployment(projectRoot));
      var unused = opened(Followers.start(wishes.followers(), cluster, git, places.logs()));
      this.settings = assemble();
      if (wishes.traced()) {
        var unusedToo = opened(ProjectStates.of(cluster, places.logs().resolve("projects.log")));
      }
    } catch (IOException e) {
      shut();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      // Whatever has started by now ends before the reason is told.
      shut();
      throw e;
    }
  }

  /**
   * Starts all servers, which takes some seconds, and returns when they are ready for the operator.
   *
   * @throws RuntimeException if one does not start; the others are ended then
   */
  public static World start(Wishes wishes) {
    return new World(wishes);
  }

  /** The cluster. */
  public ControlPlane cluster() {
    return cluster;
  }

  /** Vault; empty if it was left out. */
  public Optional<VaultServer> vault() {
    return vault;
  }

  /** GitLab and its registry. */
  public GitLabSimulator gitlab() {
    return gitlab;
  }

  /** A token of the owner of the parent group, for tools beside the operator, which has its own. */
  public String gitlabToken() {
    return gitlabToken;
  }

  /** The server of both repositories. */
  public GitServer git() {
    return git;
  }

  /** The repository that Flux follows. */
  public HostedRepository flux() {
    return git.repository("flux");
  }

  /** The repository that Argo CD follows. */
  public HostedRepository deployment() {
    return git.repository("deployment");
  }

  /** Whether it runs here. */
  boolean has(Follower follower) {
    return wishes.followers().contains(follower);
  }

  /** Brings the project's own manifests and samples into the cluster. */
  ClusterObjects objects() {
    return new ClusterObjects(cluster.adminClient(), projectRoot);
  }

  Places places() {
    return places;
  }

  /** The kubeconfig of the operator's ServiceAccount: exactly the shipped rights. */
  public Path operatorKubeconfig() {
    return operatorKubeconfig;
  }

  /** All settings of the operator, by full name; secrets are only named by their files. */
  public Map<String, String> settings() {
    return settings;
  }

  /** Where the operator answers people, once it is started. */
  public String consoleUrl() {
    return "http://127.0.0.1:" + consolePort;
  }

  /** What the clocks of GitLab and the operator show. */
  Instant now() {
    return gitlab.clock().now();
  }

  /**
   * Lets time pass for GitLab and the operator, at once; nobody else notices.
   *
   * @throws IllegalStateException if the world was not made for that
   */
  void moveClocks(Duration time) {
    if (wishes.ahead().isEmpty()) {
      throw new IllegalStateException("the clocks of this world are the machine's");
    }
    ahead = ahead.plus(time);
    var unused = Places.write(clockFile(), ahead.toString());
    gitlab.clock().advance(time);
  }

  private Path clockFile() {
    return places.data().resolve("clock");
  }

  private int port(int offset) {
    return wishes.firstPort() == 0 ? ServerProcess.freePort() : wishes.port(offset);
  }

  /** Where the operator serves health and metrics, once it is started. */
  public String operatorUrl() {
    return "http://127.0.0.1:" + operatorPort;
  }

  /** Starts the packaged operator in this world. The caller closes it before the world. */
  public OperatorProcess startOperator() {
    return startOperator(Map.of());
  }

  /** Starts the packaged operator with further or other settings, by full name. */
  public OperatorProcess startOperator(Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(others);
    return OperatorProcess.start(
        new OperatorProcess.Launch(
            operatorKubeconfig,
            all,
            operatorPort,
            consolePort,
            places.logs().resolve("operator.log")));
  }

  /** Every credential that may appear nowhere but in its own file, in the order they were made. */
  List<String> secrets() {
    List<String> files =
        List.of("gitlab-token", "vault-token", "git-credential", "operator-kubeconfig");
    List<String> all = new ArrayList<>();
    files.stream()
        .map(name -> places.data().resolve("credentials").resolve(name))
        .filter(Files::exists)
        .map(World::secretIn)
        .forEach(all::add);
    all.add(gitlabToken);
    vault.map(VaultServer::rootToken).ifPresent(all::add);
    return all;
  }

  /**
   * Ends all servers, users first; temporary data is deleted.
   *
   * @throws AssertionError if it was traced and a credential stands where none may be; all servers
   *     have ended then too
   */
  @Override
  public void close() {
    try {
      if (wishes.traced() && !open.isEmpty()) {
        assertNothingLeaked();
      }
    } finally {
      shut();
    }
  }

  /** Searches everything that people and tools may read; says where something was, not what. */
  void assertNothingLeaked() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Verdicts verdicts = new Verdicts(new PrintStream(said, true, UTF_8));
    LeakCheck.everywhere(this, secrets(), verdicts);
    if (verdicts.finish() != 0) {
      throw new AssertionError(said.toString(UTF_8));
    }
  }

  private void shut() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs beside this call and finds less to do.
      return;
    }
  }

  private void end() {
    RuntimeException first = null;
    for (AutoCloseable server = open.poll(); server != null; server = open.poll()) {
      try {
        server.close();
      } catch (Exception e) {
        // One that does not end must not keep the others alive.
        first = first == null ? new IllegalStateException("a server does not end", e) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private <T extends AutoCloseable> T opened(T server) {
    open.push(server);
    return server;
  }

  private String seedGitLab() {
    gitlab.addUser(GITLAB_USER, Right.CREATE_GROUP);
    gitlab.addGroup(PARENT_GROUP, GITLAB_USER);
    places.credential("gitlab-token", gitlab.addPersonalToken(GITLAB_USER, "api").value());
    gitlab.latency(wishes.gitlabLatency());
    return gitlab.addPersonalToken(GITLAB_USER, "api").value();
  }

  /** Data that was kept holds the repositories already; only what it lacks is made. */
  private void repository(String name, Supplier<Map<String, String>> seed) {
    if (!Files.exists(places.repositories().resolve(name + ".git"))) {
      git.create(name, seed.get());
    }
    git.repository(name).faults().pushLatency(wishes.pushLatency());
  }

  private Map<String, String> assemble() {
    String credential =
        places.credential("git-credential", git.username() + ":" + git.token()).toString();
    Map<String, String> all = new TreeMap<>();
    all.put("gitlab.url", gitlab.url());
    all.put("gitlab.token-file", places.data().resolve("credentials/gitlab-token").toString());
    all.put("gitlab.parent", PARENT_GROUP);
    all.put("registry.host", gitlab.registryHost());
    all.put("git.flux.url", flux().url());
    all.put("git.flux.credential-file", credential);
    all.put("git.deployment.url", deployment().url());
    all.put("git.deployment.credential-file", credential);
    all.put("git.allow-plain-http", "true");
    all.put("git.clone-folder", places.data().resolve("clones").toString());
    all.put("git.template-folder", projectRoot.toString());
    // Who does not run here would never confirm that a removal was applied.
    all.put("flux.follow", String.valueOf(has(Follower.FLUX)));
    all.put("argo.follow", String.valueOf(has(Follower.ARGOCD)));
    boolean hasBoth = has(Follower.FLUX) && has(Follower.ARGOCD);
    all.put("applied.enabled", String.valueOf(hasBoth));
    all.put("argo.blind-wait", "0s");
    all.put("retry.rejected", "5s");
    all.put("git.layout", wishes.sharedLayout() ? "shared" : "per-project");
    vault.ifPresent(
        it -> {
          all.put("vault.address", it.url());
          all.put(
              "vault.token-file", places.credential("vault-token", operatorToken(it)).toString());
        });
    Map<String, String> named = new TreeMap<>();
    all.forEach((name, value) -> named.put("groundwork." + name, value));
    wishes.ahead().ifPresent(it -> named.put("playground.clock-file", clockFile().toString()));
    if (wishes.traced()) {
      named.put("quarkus.log.level", "TRACE");
      // Every certificate that the JDK knows, at each start; they are public.
      named.put("quarkus.log.category.\"jdk.event.security\".level", "INFO");
      named.put("quarkus.log.category.\"org.eclipse.jgit\".level", "TRACE");
    }
    return Map.copyOf(named);
  }

  /**
   * Least privilege, and periodic: a world that stays up for days must not outlive its operator.
   */
  private String operatorToken(VaultServer server) {
    try {
      server.policy(
          VAULT_POLICY,
          Files.readString(
                  projectRoot.resolve("src/main/resources/vault/operator-policy.hcl"), UTF_8)
              .replace("<mount>", "secret")
              .replace("<kubernetes>", "kubernetes"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return server
        .root()
        .write(
            "auth/token/create",
            Map.of("policies", List.of(VAULT_POLICY), "no_default_policy", false, "period", "24h"))
        .token();
  }

  private static String secretIn(Path file) {
    try {
      String text = Files.readString(file, UTF_8);
      // A credential file is the secret, or user:secret; a kubeconfig has it behind a word.
      return text.contains("token: ")
          ? text.replaceAll("(?s).*token: (\\S+).*", "$1")
          : text.substring(text.indexOf(':') + 1).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

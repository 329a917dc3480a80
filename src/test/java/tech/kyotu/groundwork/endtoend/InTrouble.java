package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.GitCertificate;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * An installation whose servers the tests of one class trouble, one test after the other: after
 * each of them all is well again.
 */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InTrouble {
  /** Owner of the parent group in GitLab, and the operator's own user there. */
  static final String GITLAB_USER = "groundwork";

  private final String folder;
  private final Map<String, String> settings;

  Installation at;
  KubernetesClient admin;
  GitLabSimulator gitlab;

  /** Stands before both repositories. */
  HttpFront git;

  /** Stands before Vault. */
  HttpFront vault;

  /**
   * An installation that is not yet started.
   *
   * @param folder for its logs
   * @param settings other than those of {@link World}, by full name
   */
  InTrouble(String folder, Map<String, String> settings) {
    this.folder = folder;
    this.settings = settings;
  }

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    World world = World.start(Wishes.in(folder).withAuditLog());
    gitlab = world.gitlab();
    git = HttpFront.before(world.git().url());
    vault = HttpFront.before(world.vault().orElseThrow().url());
    Map<String, String> all = new TreeMap<>(settings);
    all.put("groundwork.git.flux.url", git.url() + "/flux.git");
    all.put("groundwork.git.deployment.url", git.url() + "/deployment.git");
    all.put("groundwork.vault.address", vault.url());
    prepare(world);
    admin = world.cluster().adminClient();
    at = Installation.in(world, all);
  }

  /** What a class wants to be there before the operator starts. */
  void prepare(World world) {}

  /** Puts a front before the API server, for the operator alone; its maker heals and closes it. */
  static HttpFront beforeTheApiServer(World world) {
    Path kubeconfig = world.operatorKubeconfig();
    GitCertificate own = GitCertificate.generate(kubeconfig.getParent());
    HttpFront front = HttpFront.before(world.cluster(), own);
    Installation.swap(
        kubeconfig,
        Installation.read(kubeconfig)
            .replace(world.cluster().url(), front.url())
            .replace(
                base64(world.cluster().caCertificate()), base64(Installation.read(own.pem()))));
    return front;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @AfterEach
  void heal() {
    gitlab.disarm();
    gitlab.limits().off();
    git.heals();
    vault.heals();
    at.vault().unseal();
    at.world().flux().faults().judge(push -> Optional.empty());
    at.world().deployment().faults().judge(push -> Optional.empty());
  }

  @AfterAll
  void end() {
    try {
      at.close();
    } finally {
      at.world().close();
      git.close();
      vault.close();
    }
  }
}

package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.older.Found;
import tech.kyotu.groundwork.gitops.older.Importer;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.KubectlBinary;
import tech.kyotu.groundwork.testing.OlderInstallation;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * The move from the older operator, and back, by the commands of its document and with the settings
 * that the import prints.
 */
@Tag("real-servers")
class MoveIT {

  private static final String OLDER = "kyotu-project-operator";
  private static final String NAME = "shop-dev";
  private static final String SECRET = "gitlab-registry-image-pull-secret";
  private static final String APPLICATIONS = "applications/shop-dev.yaml";
  private static final Path DOCUMENT = Path.of("docs/ops/move-from-the-older-operator.md");
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: %1$s
        namespace: %2$s
      spec:
        replicas: 1
        selector:
          matchLabels:
            app: %1$s
        template:
          metadata:
            labels:
              app: %1$s
          spec:
            containers:
              - name: operator
                image: registry.invalid/operator
      """;

  @TempDir private Path folder;

  @Test
  void goesThereAndBackByTheDocument() throws IOException {
    ServerBinary.require(ServerBinary.values());
    KubectlBinary.require();
    try (World world = World.start(Wishes.in("move").withAuditLog())) {
      leave(world);
      OlderInstallation older =
          new OlderInstallation(NAME, "shop.crew@example.com", world.deployment().url());
      Map<String, String> settings = new HashMap<>(imported(world));
      settings.put("groundwork.takeover.deployment", OLDER + "/" + OLDER);
      settings.put("groundwork.vault.address", "");

      Map<String, String> planning = new HashMap<>(settings);
      planning.put("groundwork.mode", "Plan");
      try (Installation at = Installation.in(world, planning)) {
        at.create("shop");
        at.awaitShown("shop", Expected.refused("OwnershipConflict").saying("--replicas=0"));
        run(world, "## 2.");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(run(world, "## 3.")).contains("plan: "));
        assertThat(labels(world)).isEqualTo(OlderInstallation.LABELS);
        assertThat(world.deployment().files().get(APPLICATIONS))
            .isEqualTo(older.deployment().get(APPLICATIONS));
      }

      try (Installation at = Installation.in(world, settings)) {
        at.awaitReady("shop", SOON);
        run(world, "## 4.");
        assertThat(run(world, "## 5.")).contains(NAME);
        assertThat(secret(world).getType()).isEqualTo("kubernetes.io/dockerconfigjson");
        assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/shop")).hasSize(2);
        assertThat(world.flux().files().get(OlderInstallation.POLICY))
            .containsOnlyOnce("g, shop.crew@example.com, role:shop-dev");
        assertThat(world.deployment().files().get(APPLICATIONS))
            .contains("uid=" + at.project("shop").uid());
        assertThat(
                world.deployment().history().stream()
                    .filter(it -> it.message().contains(at.project("shop").uid())))
            .as("first spared, then taken over")
            .hasSize(2);
      }

      run(world, "## The way back");
      Namespace namespace = world.cluster().adminClient().namespaces().withName(NAME).require();
      assertThat(labels(world)).isEqualTo(OlderInstallation.LABELS);
      assertThat(namespace.getMetadata().getAnnotations()).isNullOrEmpty();
      assertThat(replicas(world, "groundwork-system", "groundwork")).isZero();
      assertThat(replicas(world, OLDER, OLDER)).isEqualTo(1);
    }
  }

  /** What the older operator has made, and both operators' Deployments. */
  private static void leave(World world) throws IOException {
    KubernetesClient admin = world.cluster().adminClient();
    OlderInstallation older =
        new OlderInstallation(NAME, "shop.crew@example.com", world.deployment().url());
    create(admin, namespace(OLDER, Map.of()), namespace(NAME, OlderInstallation.LABELS));
    create(
        admin,
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(NAME)
            .withName(SECRET)
            .withLabels(OlderInstallation.LABELS)
            .endMetadata()
            .withType("Opaque")
            .addToStringData(".dockerconfigjson", "{\"auths\":{}}")
            .build());
    load(admin, DEPLOYMENT.formatted(OLDER, OLDER));
    load(admin, DEPLOYMENT.formatted("groundwork", "groundwork-system"));
    load(admin, Files.readString(Path.of("src/main/kubernetes/takeover/role.yaml"), UTF_8));
    world.gitlab().addGroup(World.PARENT_GROUP + "/shop", "groundwork");
    var unused =
        world
            .gitlab()
            .addGroupToken(
                World.PARENT_GROUP + "/shop",
                "shop-dev-image-puller",
                LocalDate.now(ZoneOffset.UTC).plusDays(300),
                20,
                "read_registry");
    String policy = world.flux().files().get(OlderInstallation.POLICY);
    var unusedToo =
        world
            .flux()
            .commit(
                "Created rbac",
                Map.of(
                    OlderInstallation.POLICY,
                    policy + older.policy(),
                    OlderInstallation.VALUES,
                    older.values()));
    var unusedThree = world.deployment().commit("Created project", older.deployment());
  }

  /** The settings that the import prints for the repositories as they are. */
  private Map<String, String> imported(World world) throws IOException {
    Found found =
        Importer.read(
            checkedOut(world.flux().files(), "flux"),
            checkedOut(world.deployment().files(), "deployment"),
            List.of(),
            "teams");
    assertThat(found.projects()).extracting(it -> it.name().value()).containsExactly(NAME);
    assertThat(found.leftOut()).isEmpty();
    return found.settings();
  }

  private Path checkedOut(Map<String, String> files, String name) throws IOException {
    Path root = folder.resolve(name);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue(), UTF_8);
    }
    return root;
  }

  /** Runs the commands below a heading of the document, as its reader would. */
  private String run(World world, String heading) throws IOException {
    String document = Files.readString(DOCUMENT, UTF_8);
    String section = document.substring(document.indexOf("\n" + heading));
    Matcher block = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(section);
    assertThat(block.find()).as("commands below " + heading).isTrue();
    Path kubeconfig = world.cluster().kubeconfig(folder.resolve("kubeconfig"));
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-euc", block.group(1)).redirectErrorStream(true);
    shell.environment().put("KUBECONFIG", kubeconfig.toString());
    shell.environment().put("PATH", KubectlBinary.searchPath());
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.onExit().join().exitValue()).as(said).isZero();
    return said;
  }

  private static Map<String, String> labels(World world) {
    Map<String, String> labels =
        new HashMap<>(
            world
                .cluster()
                .adminClient()
                .namespaces()
                .withName(NAME)
                .require()
                .getMetadata()
                .getLabels());
    labels.remove("kubernetes.io/metadata.name"); // the API server's
    return labels;
  }

  private static Secret secret(World world) {
    return world.cluster().adminClient().secrets().inNamespace(NAME).withName(SECRET).require();
  }

  private static int replicas(World world, String namespace, String name) {
    return world
        .cluster()
        .adminClient()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(name)
        .require()
        .getSpec()
        .getReplicas();
  }

  private static Namespace namespace(String name, Map<String, String> labels) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static void create(KubernetesClient admin, HasMetadata... objects) {
    for (HasMetadata object : objects) {
      var unused = admin.resource(object).create();
    }
  }

  private static void load(KubernetesClient admin, String yaml) {
    var unused = admin.load(new ByteArrayInputStream(yaml.getBytes(UTF_8))).create();
  }
}

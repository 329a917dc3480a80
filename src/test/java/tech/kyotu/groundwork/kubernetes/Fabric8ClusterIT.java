package tech.kyotu.groundwork.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecretContent;
import tech.kyotu.groundwork.kubernetes.ClusterListener.Thing;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.AuditLog;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** The adapter on a real API server, with the rights of the packaged role and no others. */
@ExtendWith(SharedServers.class)
class Fabric8ClusterIT extends ClusterContract {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final PullSecretContent CONTENT =
      new PullSecretContent(Map.of("kyotu.tech/token-id", "813"), "{\"auths\":{}}".getBytes(UTF_8));

  private record Moved(String uid, Thing thing) {}

  private final ControlPlane control;
  private final KubernetesClient admin;
  private final List<Moved> moved = new CopyOnWriteArrayList<>();
  private final List<Project> projects = new CopyOnWriteArrayList<>();
  private final Project project =
      aProject("f" + UUID.randomUUID().toString().substring(0, 8)).build();
  private final String name = project.name().value();
  private KubernetesClient operator;
  private Fabric8Cluster cluster;

  Fabric8ClusterIT(ControlPlane control) {
    this.control = control;
    this.admin = control.adminClient();
  }

  @BeforeEach
  void start() {
    Manifests.install(control);
    operator = Manifests.asOperator(control);
    cluster = clusterWith(Map.of());
  }

  @AfterEach
  void stop() {
    cluster.close();
    operator.close();
  }

  @Override
  Cluster cluster() {
    return cluster;
  }

  @Override
  void foreignNamespace(String namespace) {
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @Override
  void editSecret(String namespace) {
    admin
        .secrets()
        .inNamespace(namespace)
        .withName(Cluster.PULL_SECRET)
        .edit(
            secret -> {
              secret
                  .getData()
                  .put(
                      ".dockerconfigjson",
                      Base64.getEncoder().encodeToString("{}".getBytes(UTF_8)));
              return secret;
            });
  }

  @Override
  void awaitGone(String namespace) {
    await().atMost(BOUND).until(() -> admin.namespaces().withName(namespace).get() == null);
  }

  @Test
  void createsWithOneCallAndNoRead() throws StepException {
    AuditLog audit = control.auditLog();
    long mark = audit.mark();

    cluster.createNamespace(project);
    PullSecret secret = cluster.createPullSecret(project, CONTENT).orElseThrow();
    cluster.writePullSecret(project, secret, CONTENT);

    String user = "system:serviceaccount:groundwork-system:groundwork";
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(audit.callsSince(mark))
                    .containsEntry(new AuditLog.Call(user, "create", "namespaces"), 1L)
                    .containsEntry(new AuditLog.Call(user, "create", "secrets"), 1L)
                    .containsEntry(new AuditLog.Call(user, "patch", "secrets"), 1L));
    assertThat(audit.callsSince(mark))
        .doesNotContainKey(new AuditLog.Call(user, "get", "namespaces"))
        .doesNotContainKey(new AuditLog.Call(user, "get", "secrets"));
  }

  @Test
  void writesInTheNameOfOneFieldManager() throws StepException {
    cluster.createNamespace(project);
    PullSecret secret = cluster.createPullSecret(project, CONTENT).orElseThrow();
    cluster.writePullSecret(project, secret, new PullSecretContent(Map.of(), "{}".getBytes(UTF_8)));

    assertThat(admin.secrets().inNamespace(name).withName(Cluster.PULL_SECRET).get())
        .satisfies(
            stored ->
                assertThat(stored.getMetadata().getManagedFields())
                    .extracting("manager")
                    .containsOnly("groundwork"));
  }

  @Test
  void knowsMarkedNamespacesWithoutTheirForeignAnnotations() throws StepException {
    cluster.createNamespace(project);
    admin
        .namespaces()
        .withName(name)
        .edit(
            namespace -> {
              namespace.getMetadata().getAnnotations().put("example.com/note", "x");
              return namespace;
            });

    await().atMost(BOUND).until(() -> cluster.knownNamespace(name).isPresent());
    assertThat(cluster.knownNamespace(name).orElseThrow().owner()).contains(OwnerMark.of(project));
    foreignNamespace(name + "-foreign");
    assertThat(cluster.knownNamespace(name + "-foreign")).isEmpty();
  }

  @Test
  void tellsWhatOthersMoveAndNotItsOwnWrites() throws StepException {
    projects.add(project);
    cluster.createNamespace(project);
    PullSecret secret = cluster.createPullSecret(project, CONTENT).orElseThrow();
    cluster.writePullSecret(
        project, secret, new PullSecretContent(Map.of(), "{\"a\":1}".getBytes(UTF_8)));
    editSecret(name);
    await().atMost(BOUND).until(() -> movedOf(project).contains(Thing.PULL_SECRET));
    admin
        .namespaces()
        .withName(name)
        .edit(
            namespace -> {
              namespace.getMetadata().getLabels().remove(OwnerMark.PROJECT);
              return namespace;
            });
    await().atMost(BOUND).until(() -> movedOf(project).contains(Thing.NAMESPACE));

    // One each: what came before in the same watches were echoes of our own writes.
    assertThat(movedOf(project))
        .filteredOn(thing -> thing != Thing.SERVICE_ACCOUNT)
        .containsExactly(Thing.PULL_SECRET, Thing.NAMESPACE);
  }

  @Test
  void tellsNothingOfWhatWasThereAtItsStart() throws StepException {
    cluster.createNamespace(project);
    cluster.createPullSecret(project, CONTENT);
    cluster.close();
    moved.clear();

    cluster = clusterWith(Map.of());
    Project other = aProject("g" + UUID.randomUUID().toString().substring(0, 8)).build();
    cluster.createNamespace(other);
    cluster.createPullSecret(other, CONTENT);
    editSecret(other.name().value());

    await().atMost(BOUND).until(() -> movedOf(other).contains(Thing.PULL_SECRET));
    assertThat(movedOf(project)).doesNotContain(Thing.PULL_SECRET);
  }

  @Test
  void tellsTheLoserOfANameWhenItBecomesFree() throws StepException {
    Project loser = aProject(project.name().projectId()).named("second").withUid("loser").build();
    projects.add(loser);
    cluster.deleteNamespace(cluster.createNamespace(project).orElseThrow());

    await().atMost(BOUND).until(() -> moved.contains(new Moved("loser", Thing.NAMESPACE)));
    assertThat(moved).contains(new Moved(project.uid(), Thing.NAMESPACE));
  }

  @Test
  void attachesThePullSecretBesideOtherNamesAndRepairsIt() throws StepException {
    projects.add(project);
    cluster.createNamespace(project);
    cluster.createPullSecret(project, CONTENT);
    await().atMost(BOUND).until(() -> cluster.attachPullSecret(name));
    addImagePullSecret("theirs");
    await().atMost(BOUND).until(() -> cluster.attachPullSecret(name));
    assertThat(imagePullSecrets()).containsExactlyInAnyOrder(Cluster.PULL_SECRET, "theirs");

    moved.clear();
    admin
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .edit(
            account -> {
              account
                  .getImagePullSecrets()
                  .removeIf(entry -> entry.getName().equals(Cluster.PULL_SECRET));
              return account;
            });
    await()
        .atMost(BOUND)
        .until(() -> moved.contains(new Moved(project.uid(), Thing.SERVICE_ACCOUNT)));
    assertThat(cluster.attachPullSecret(name)).isTrue();
    assertThat(imagePullSecrets()).containsExactlyInAnyOrder("theirs", Cluster.PULL_SECRET);

    cluster.detachPullSecret(name);
    assertThat(imagePullSecrets()).containsExactly("theirs");
  }

  @Test
  void saysThatThereIsNoServiceAccountYetAndTellsWhenThereIs() throws StepException {
    projects.add(project);
    control.stopControllerManager();
    try {
      cluster.createNamespace(project);
      assertThat(cluster.attachPullSecret(name)).isFalse();
    } finally {
      control.startControllerManager();
    }
    await()
        .atMost(BOUND)
        .until(() -> moved.contains(new Moved(project.uid(), Thing.SERVICE_ACCOUNT)));
    assertThat(cluster.attachPullSecret(name)).isTrue();
  }

  @Test
  void attachesOnlyLabelledServiceAccountsIfToldSo() throws StepException {
    Fabric8Cluster labelled = clusterWith(Map.of("registry.attach", "labelled"));
    try {
      labelled.createNamespace(project);
      assertThat(labelled.attachPullSecret(name)).isTrue();
      await()
          .atMost(BOUND)
          .until(() -> admin.serviceAccounts().inNamespace(name).withName("default").get() != null);
      admin
          .serviceAccounts()
          .inNamespace(name)
          .withName("default")
          .edit(
              account -> {
                account.getMetadata().setLabels(Map.of("kyotu.tech/pull-secret", "attach"));
                return account;
              });
      await()
          .atMost(BOUND)
          .until(
              () -> {
                labelled.attachPullSecret(name);
                return imagePullSecrets().contains(Cluster.PULL_SECRET);
              });
    } finally {
      labelled.close();
    }
  }

  @Test
  void namesWhatBlocksANamespaceThatDoesNotGo() throws StepException {
    cluster.createNamespace(project);
    cluster.createPullSecret(project, CONTENT);
    admin
        .secrets()
        .inNamespace(name)
        .withName(Cluster.PULL_SECRET)
        .edit(
            secret -> {
              secret.getMetadata().setFinalizers(List.of("example.com/hold"));
              return secret;
            });
    cluster.deleteNamespace(cluster.namespace(name).orElseThrow());

    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> assertThat(cluster.whatBlocks(name)).contains("example.com/hold", "secrets"));
    assertThat(cluster.namespace(name).orElseThrow().terminating()).isTrue();
    admin
        .secrets()
        .inNamespace(name)
        .withName(Cluster.PULL_SECRET)
        .edit(
            secret -> {
              secret.getMetadata().setFinalizers(List.of());
              return secret;
            });
    awaitGone(name);
  }

  @Test
  void tellsWhyThePullSecretWasRefused() throws StepException {
    assertRefused("the namespace is gone");

    cluster.createNamespace(project);
    admin
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName("none")
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("count/secrets", new Quantity("0")))
                .endSpec()
                .build())
        .create();
    await()
        .atMost(BOUND)
        .until(
            () ->
                admin.resourceQuotas().inNamespace(name).withName("none").get().getStatus() != null
                    && admin
                            .resourceQuotas()
                            .inNamespace(name)
                            .withName("none")
                            .get()
                            .getStatus()
                            .getUsed()
                        != null);
    assertRefused("quota exceeded");
  }

  @Test
  void namesTheMissingRight() {
    assertThatThrownBy(() -> new Call("list", "pods", name).make(() -> operator.pods().list()))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.ACCESS_DENIED);
              assertThat(e.sentence()).contains("list pods in " + name).contains("403");
            });
  }

  @Test
  void saysThatAnUnservedApiIsMissingAndNotThatItsObjectsAre() {
    assertThatThrownBy(() -> cluster.appProject(project.name()))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
              assertThat(e.sentence()).contains("appprojects.argoproj.io");
            });
    assertThatThrownBy(() -> cluster.argoApplicationsOf(project.name()))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> cluster.argoApplicationSetsOf(project.name()))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> cluster.fluxAppliedRevision("projects"))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void saysThatAServerWithoutAnAnswerIsUnavailable() {
    KubernetesClient nobody =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("https://127.0.0.1:1")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    Fabric8Cluster dead =
        new Fabric8Cluster(nobody, Settings.defaults(), List::of, (mark, thing) -> {});

    assertThatThrownBy(() -> dead.namespace(name))
        .isInstanceOfSatisfying(
            RetryableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE));
    assertThatThrownBy(() -> dead.createNamespace(project))
        .isInstanceOfSatisfying(
            RetryableException.class, e -> assertThat(e.isOutcomeUnknown()).isTrue());
    nobody.close();
  }

  @Test
  void findsALivingProjectByItsUidAlone() throws StepException {
    String home = control.newNamespace("living");
    Project stored = aProject("living").inNamespace(home).build();
    stored.getMetadata().setResourceVersion(null);
    stored.getMetadata().setUid(null);
    Project created = admin.resource(stored).create();

    assertThat(cluster.isLiving(new OwnerMark(created.uid(), new ProjectRef("old", "place"))))
        .isTrue();
    assertThat(cluster.isLiving(new OwnerMark("gone", created.ref()))).isFalse();
    projects.add(project);
    assertThat(cluster.isLiving(OwnerMark.of(project))).isTrue();
  }

  @Test
  void tellsClustersApart() throws StepException {
    assertThat(cluster.clusterId())
        .hasSize(8)
        .isEqualTo(
            admin
                .namespaces()
                .withName("kube-system")
                .get()
                .getMetadata()
                .getUid()
                .substring(0, 8));
  }

  @Test
  void cachesNoSecretData() throws StepException {
    cluster.createNamespace(project);
    cluster.createPullSecret(project, CONTENT);
    PullSecrets secrets = new PullSecrets(operator, new OwnWrites(), (namespace, mark) -> {});
    secrets.watched().start().toCompletableFuture().join();

    assertThat(secrets.watched().get(name + "/" + Cluster.PULL_SECRET))
        .hasValueSatisfying(
            secret -> {
              assertThat(secret.getData()).isNullOrEmpty();
              assertThat(secret.getMetadata().getManagedFields()).isNullOrEmpty();
              assertThat(Marks.owner(secret.getMetadata())).contains(OwnerMark.of(project));
            });
    secrets.watched().stop();
  }

  private List<Thing> movedOf(Project whose) {
    return moved.stream().filter(move -> move.uid().equals(whose.uid())).map(Moved::thing).toList();
  }

  private void assertRefused(String because) {
    assertThatThrownBy(() -> cluster.createPullSecret(project, CONTENT))
        .isInstanceOfSatisfying(
            RetryableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.SECRET_UPDATE_FAILED);
              assertThat(e.sentence()).contains(name).contains(because);
            });
  }

  private Fabric8Cluster clusterWith(Map<String, String> settings) {
    Fabric8Cluster started =
        new Fabric8Cluster(
            operator,
            Settings.of(new HashMap<>(settings)),
            () -> projects,
            (mark, thing) -> moved.add(new Moved(mark.uid(), thing)));
    started.start();
    assertThat(started.isWatching()).isTrue();
    return started;
  }

  private void addImagePullSecret(String other) {
    admin
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .edit(
            account -> {
              account.getImagePullSecrets().add(new LocalObjectReference(other));
              return account;
            });
  }

  private List<String> imagePullSecrets() {
    return Optional.ofNullable(admin.serviceAccounts().inNamespace(name).withName("default").get())
        .map(ServiceAccount::getImagePullSecrets)
        .orElse(List.of())
        .stream()
        .map(LocalObjectReference::getName)
        .toList();
  }
}

package tech.kyotu.groundwork.gitlab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.kubernetes.Fabric8Cluster;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** A history's cluster behind a real API server: people act as administrators, operators do not. */
final class RealRotationStage implements RotationStage {

  private static final String HOME = "histories";
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final KubernetesClient admin;
  private final Fabric8Cluster cluster;
  private final List<Project> known;
  private final String projectId = "h" + UUID.randomUUID().toString().substring(0, 8);
  private final String uid;
  private final String namespace;
  private Optional<PullSecret> secret = Optional.empty();
  private boolean isKnown;

  /**
   * A stage of a new Project, whose namespace the operator has made.
   *
   * @param cluster started, and knowing what is in the list
   */
  RealRotationStage(
      KubernetesClient admin, Fabric8Cluster cluster, CopyOnWriteArrayList<Project> known) {
    this.admin = admin;
    this.cluster = cluster;
    this.known = known;
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(HOME).endMetadata().build())
        .serverSideApply();
    Project wanted = named().build();
    wanted.getMetadata().setUid(null);
    wanted.getMetadata().setResourceVersion(null);
    wanted.getMetadata().setCreationTimestamp(null);
    wanted.getMetadata().setFinalizers(List.of(Project.FINALIZER));
    uid = admin.resource(wanted).create().getMetadata().getUid();
    namespace = wanted.name().value();
    try {
      var unused = cluster.createNamespace(fixture().build());
    } catch (StepException refused) {
      throw new IllegalStateException(refused.sentence(), refused);
    }
    await()
        .atMost(BOUND)
        .until(
            () -> admin.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
    put(fixture().build());
  }

  private ProjectFixture named() {
    return ProjectFixture.aProject(projectId).in(EnvironmentType.DEV).inNamespace(HOME);
  }

  @Override
  public ProjectFixture fixture() {
    return named().withUid(uid);
  }

  @Override
  public Cluster cluster() {
    return Intercepted.port(
        Cluster.class,
        cluster,
        call -> {
          try {
            return call.proceed();
          } finally {
            isKnown &= !call.isWrite();
          }
        });
  }

  @Override
  public void put(Project project) {
    remember(project);
    if (project.isBeingDeleted()) {
      object(project).delete();
    }
  }

  private void remember(Project project) {
    known.removeIf(it -> it.uid().equals(uid));
    known.add(project);
  }

  @Override
  public void remove(Project project) {
    known.removeIf(it -> it.uid().equals(uid));
    var unused =
        object(project)
            .edit(
                going -> {
                  going.getMetadata().setFinalizers(List.of());
                  return going;
                });
  }

  private Resource<Project> object(Project project) {
    return admin
        .resources(Project.class)
        .inNamespace(HOME)
        .withName(project.getMetadata().getName());
  }

  /** Read anew after each write: the laws ask at every call, and nobody else is here. */
  @Override
  public Optional<PullSecret> secret() {
    try {
      if (!isKnown) {
        secret = cluster.pullSecret(namespace);
        isKnown = true;
      }
      return secret;
    } catch (StepException trouble) {
      throw new IllegalStateException(trouble.sentence(), trouble);
    }
  }

  @Override
  public void loseSecret() {
    isKnown = false;
    live().delete();
  }

  @Override
  public void editSecret(byte[] content) {
    edit(
        secret -> {
          secret.setData(Map.of(".dockerconfigjson", Base64.getEncoder().encodeToString(content)));
          return secret;
        });
  }

  @Override
  public void forgeNote(String key, String value) {
    edit(
        secret -> {
          secret.getMetadata().getAnnotations().put(key, value);
          return secret;
        });
  }

  @Override
  public void restoreSecret(PullSecret older) {
    edit(
        secret -> {
          secret.getMetadata().setAnnotations(older.annotations());
          secret.setData(
              Map.of(
                  ".dockerconfigjson",
                  new String(Base64.getEncoder().encode(older.dockerConfigJson()), UTF_8)));
          return secret;
        });
  }

  private void edit(UnaryOperator<Secret> change) {
    isKnown = false;
    if (live().get() != null) {
      var unused = live().edit(change);
    }
  }

  private Resource<Secret> live() {
    return admin.secrets().inNamespace(namespace).withName(Cluster.PULL_SECRET);
  }
}

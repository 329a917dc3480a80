package tech.kyotu.groundwork.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster.NamespaceView;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecretContent;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** What the port promises; the fake and the adapter both keep it. */
abstract class ClusterContract {

  private static final PullSecretContent FIRST =
      new PullSecretContent(
          Map.of("kyotu.tech/token-id", "813", "kyotu.tech/token-pending", "1 abc"),
          "{\"auths\":{}}".getBytes(UTF_8));
  private static final PullSecretContent SECOND =
      new PullSecretContent(
          Map.of("kyotu.tech/token-id", "814"), "{\"auths\":{\"r\":{}}}".getBytes(UTF_8));

  /** The cluster under test. */
  abstract Cluster cluster();

  /** Somebody else makes a namespace, without a mark. */
  abstract void foreignNamespace(String name);

  /** Somebody else edits the content of the pull secret. */
  abstract void editSecret(String namespace);

  /** Returns once a namespace whose deletion was asked for is gone. */
  abstract void awaitGone(String namespace);

  private final Project project =
      aProject("c" + UUID.randomUUID().toString().substring(0, 8)).build();
  private final String name = project.name().value();

  @Test
  void createsANamespaceWithTheMarkOfItsProject() throws StepException {
    NamespaceView created = cluster().createNamespace(project).orElseThrow();

    assertThat(created.name()).isEqualTo(name);
    assertThat(created.owner()).contains(OwnerMark.of(project));
    assertThat(created.origin()).contains(Origin.CREATED);
    assertThat(created.terminating()).isFalse();
    assertThat(created.labels()).containsAllEntriesOf(OwnerMark.of(project).labels(project.name()));
    assertThat(cluster().namespace(name).orElseThrow().uid()).isEqualTo(created.uid());
  }

  @Test
  void answersEmptyWhenTheNamespaceExists() throws StepException {
    foreignNamespace(name);

    assertThat(cluster().createNamespace(project)).isEmpty();
    assertThat(cluster().namespace(name).orElseThrow().owner()).isEmpty();
  }

  @Test
  void findsNoNamespaceThatDoesNotExist() throws StepException {
    assertThat(cluster().namespace(name)).isEmpty();
    assertThat(cluster().whatBlocks(name)).isEmpty();
  }

  @Test
  void marksAnExistingNamespaceAndTakesTheMarkOffAgain() throws StepException {
    foreignNamespace(name);
    NamespaceView found = cluster().namespace(name).orElseThrow();

    NamespaceView marked = cluster().markNamespace(project, found, Origin.ADOPTED);

    assertThat(marked.owner()).contains(OwnerMark.of(project));
    assertThat(marked.origin()).contains(Origin.ADOPTED);

    cluster().unmarkNamespace(marked);

    NamespaceView left = cluster().namespace(name).orElseThrow();
    assertThat(left.owner()).isEmpty();
    assertThat(left.origin()).isEmpty();
    assertThat(left.labels()).isEqualTo(found.labels());
  }

  @Test
  void doesNotMarkANamespaceThatMovedOn() throws StepException {
    foreignNamespace(name);
    NamespaceView found = cluster().namespace(name).orElseThrow();
    cluster().markNamespace(project, found, Origin.ADOPTED);

    assertThatThrownBy(() -> cluster().markNamespace(project, found, Origin.CREATED))
        .isInstanceOf(RetryableException.class);
    assertThat(cluster().namespace(name).orElseThrow().origin()).contains(Origin.ADOPTED);
  }

  @Test
  void deletesOnlyTheNamespaceThatWasSeen() throws StepException {
    NamespaceView first = cluster().createNamespace(project).orElseThrow();
    cluster().deleteNamespace(first);
    awaitGone(name);
    NamespaceView second = cluster().createNamespace(project).orElseThrow();

    cluster().deleteNamespace(first);

    NamespaceView still = cluster().namespace(name).orElseThrow();
    assertThat(still.uid()).isEqualTo(second.uid());
    assertThat(still.terminating()).isFalse();
  }

  @Test
  void takesTheDeletionOfAGoneNamespaceAsDone() throws StepException {
    NamespaceView created = cluster().createNamespace(project).orElseThrow();
    cluster().deleteNamespace(created);
    awaitGone(name);

    cluster().deleteNamespace(created);
    cluster().unmarkNamespace(created);

    assertThat(cluster().namespace(name)).isEmpty();
  }

  @Test
  void knowsWhichKindsTheApiServerServes() throws StepException {
    assertThat(cluster().serves("v1", "ResourceQuota")).isTrue();
    assertThat(cluster().serves("networking.k8s.io/v1", "NetworkPolicy")).isTrue();
    assertThat(cluster().serves("v1", "NetworkPolicy")).isFalse();
    assertThat(cluster().serves("networking.k8s.io/v9", "NetworkPolicy")).isFalse();
    assertThat(cluster().serves("absent.example.com/v1", "NetworkPolicy")).isFalse();
  }

  @Test
  void createsThePullSecretOnce() throws StepException {
    cluster().createNamespace(project);

    PullSecret created = cluster().createPullSecret(project, FIRST).orElseThrow();

    assertThat(created.owner()).contains(OwnerMark.of(project));
    assertThat(created.annotations()).containsAllEntriesOf(FIRST.annotations());
    assertThat(created.dockerConfigJson()).isEqualTo(FIRST.dockerConfigJson());
    assertThat(created.type()).isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(created.dataIsOurs()).isTrue();
    assertThat(cluster().createPullSecret(project, SECOND)).isEmpty();
    assertThat(read().resourceVersion()).isEqualTo(created.resourceVersion());
  }

  @Test
  void replacesContentAndAllAnnotationsOfOurs() throws StepException {
    cluster().createNamespace(project);
    PullSecret first = cluster().createPullSecret(project, FIRST).orElseThrow();

    PullSecret second = cluster().writePullSecret(project, first, SECOND).orElseThrow();

    assertThat(second.dockerConfigJson()).isEqualTo(SECOND.dockerConfigJson());
    assertThat(second.annotations())
        .containsEntry("kyotu.tech/token-id", "814")
        .doesNotContainKey("kyotu.tech/token-pending");
    assertThat(second.owner()).contains(OwnerMark.of(project));
    assertThat(second.dataIsOurs()).isTrue();
  }

  @Test
  void doesNotWriteAPullSecretThatMovedOn() throws StepException {
    cluster().createNamespace(project);
    PullSecret first = cluster().createPullSecret(project, FIRST).orElseThrow();
    cluster().writePullSecret(project, first, SECOND);

    assertThat(cluster().writePullSecret(project, first, FIRST)).isEmpty();
    assertThat(read().dockerConfigJson()).isEqualTo(SECOND.dockerConfigJson());
  }

  @Test
  void tellsThatSomebodyEditedTheContent() throws StepException {
    cluster().createNamespace(project);
    cluster().createPullSecret(project, FIRST);

    editSecret(name);

    assertThat(read().dataIsOurs()).isFalse();

    PullSecret restored = cluster().writePullSecret(project, read(), FIRST).orElseThrow();
    assertThat(restored.dataIsOurs()).isTrue();
  }

  @Test
  void deletesOnlyThePullSecretThatWasSeen() throws StepException {
    cluster().createNamespace(project);
    PullSecret first = cluster().createPullSecret(project, FIRST).orElseThrow();
    cluster().deletePullSecret(first);
    assertThat(cluster().pullSecret(name)).isEmpty();
    PullSecret second = cluster().createPullSecret(project, SECOND).orElseThrow();

    cluster().deletePullSecret(first);

    assertThat(cluster().pullSecret(name).map(PullSecret::uid)).contains(second.uid());
  }

  @Test
  void answersEmptyWhenThePullSecretToWriteIsGone() throws StepException {
    cluster().createNamespace(project);
    PullSecret first = cluster().createPullSecret(project, FIRST).orElseThrow();
    cluster().deletePullSecret(first);
    cluster().deletePullSecret(first);

    assertThat(cluster().writePullSecret(project, first, SECOND)).isEqualTo(Optional.empty());
  }

  private PullSecret read() throws StepException {
    return cluster().pullSecret(name).orElseThrow();
  }
}

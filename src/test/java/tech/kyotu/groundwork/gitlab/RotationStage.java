package tech.kyotu.groundwork.gitlab;

import java.util.Optional;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** The cluster in which a history plays, and what people do in it. One namespace, one Project. */
interface RotationStage {

  /** The Project as it was made; details are added to it. */
  ProjectFixture fixture();

  /** The cluster as an operator's process sees it. */
  Cluster cluster();

  /** The Project is there, as it is now. */
  void put(Project project);

  /** The Project is gone. */
  void remove(Project project);

  /** The pull secret as it is. */
  Optional<PullSecret> secret();

  /** Somebody deletes the pull secret; nothing happens if there is none. */
  void loseSecret();

  /** Somebody edits the pull secret's content. */
  void editSecret(byte[] content);

  /** Somebody edits an annotation of the pull secret. */
  void forgeNote(String key, String value);

  /** Somebody puts back what the pull secret was before. */
  void restoreSecret(PullSecret older);

  /** In memory. */
  record InMemory(FakeCluster cluster, String namespace) implements RotationStage {

    private static ProjectFixture project() {
      return ProjectFixture.aProject("shop").in(EnvironmentType.DEV);
    }

    static InMemory make() {
      Project project = project().build();
      FakeCluster cluster = new FakeCluster().with(project).withNamespaceOf(project);
      return new InMemory(cluster, project.name().value());
    }

    @Override
    public ProjectFixture fixture() {
      return project();
    }

    @Override
    public void put(Project project) {
      cluster.with(project);
    }

    @Override
    public void remove(Project project) {
      cluster.forget(project);
    }

    @Override
    public Optional<PullSecret> secret() {
      return cluster.secretAtRest(namespace);
    }

    @Override
    public void loseSecret() {
      cluster.loseSecret(namespace);
    }

    @Override
    public void editSecret(byte[] content) {
      cluster.editSecret(namespace, content);
    }

    @Override
    public void forgeNote(String key, String value) {
      cluster.annotateSecret(namespace, key, value);
    }

    @Override
    public void restoreSecret(PullSecret older) {
      cluster.restoreSecret(older);
    }
  }
}

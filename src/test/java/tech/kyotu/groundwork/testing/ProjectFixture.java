package tech.kyotu.groundwork.testing;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Adoption;
import tech.kyotu.groundwork.api.DeletionPolicy;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Mode;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.api.ProjectStatus;

/**
 * Projects as tests tell of them: {@code
 * aProject("shop").in(DEV).ownedBy("team@example.org").build()}. What a test does not mention has
 * the default of the resource; the same words give the same UID.
 */
public final class ProjectFixture {
  private final String projectId;
  private EnvironmentType environment = EnvironmentType.DEV;
  private String googleGroup = "team@example.org";
  private Mode mode = Mode.APPLY;
  private boolean suspend;
  private Adoption adoption = Adoption.IF_UNOWNED;
  private DeletionPolicy deletion = DeletionPolicy.DEFAULT;
  private @Nullable ProjectStatus status;
  private @Nullable String uid;
  private @Nullable String name;
  private final ObjectMetaBuilder metadata =
      new ObjectMetaBuilder()
          .withNamespace("ops")
          .withGeneration(1L)
          .withResourceVersion("1")
          .withCreationTimestamp("2026-01-05T08:00:00Z");

  private ProjectFixture(String projectId) {
    this.projectId = projectId;
  }

  /** A Project of this id: in dev, of one team, applied, living in namespace {@code ops}. */
  public static ProjectFixture aProject(String projectId) {
    return new ProjectFixture(projectId);
  }

  /** In this environment. */
  public ProjectFixture in(EnvironmentType type) {
    environment = type;
    return this;
  }

  /** Of the people of this Google group. */
  public ProjectFixture ownedBy(String mail) {
    googleGroup = mail;
    return this;
  }

  /** The resource's own name; otherwise it is {@code <projectId>-<environment>}. */
  public ProjectFixture named(String resourceName) {
    name = resourceName;
    return this;
  }

  /** The namespace that the resource lives in. */
  public ProjectFixture inNamespace(String namespace) {
    metadata.withNamespace(namespace);
    return this;
  }

  /** This UID; otherwise one that follows from where the resource lives. */
  public ProjectFixture withUid(String newUid) {
    uid = newUid;
    return this;
  }

  /** A later generation of the spec; otherwise it is the first. */
  public ProjectFixture atGeneration(long generation) {
    metadata.withGeneration(generation);
    return this;
  }

  /** With an annotation. */
  public ProjectFixture annotated(String key, String value) {
    metadata.addToAnnotations(key, value);
    return this;
  }

  /** With the finalizer, as the framework puts it on. */
  public ProjectFixture finalized() {
    metadata.withFinalizers(Project.FINALIZER);
    return this;
  }

  /** Marked for deletion; the finalizer holds it. */
  public ProjectFixture beingDeleted() {
    return deletedAt("2026-01-06T08:00:00Z");
  }

  /** Marked for deletion at this time, ISO-8601 in UTC; the finalizer holds it. */
  public ProjectFixture deletedAt(String time) {
    metadata.withDeletionTimestamp(time);
    return finalized();
  }

  /** Only planned. */
  public ProjectFixture planOnly() {
    mode = Mode.PLAN;
    return this;
  }

  /** Stopped. */
  public ProjectFixture suspended() {
    suspend = true;
    return this;
  }

  /** Refusing what exists unowned. */
  public ProjectFixture neverAdopting() {
    adoption = Adoption.NEVER;
    return this;
  }

  /** Keeping its namespace on deletion. */
  public ProjectFixture retainingItsNamespace() {
    deletion = new DeletionPolicy(DeletionPolicy.NamespacePolicy.RETAIN, deletion.secrets());
    return this;
  }

  /** Destroying its secrets on deletion. */
  public ProjectFixture destroyingItsSecrets() {
    deletion = new DeletionPolicy(deletion.namespace(), DeletionPolicy.SecretsPolicy.DESTROY);
    return this;
  }

  /** With this status. */
  public ProjectFixture withStatus(ProjectStatus newStatus) {
    status = newStatus;
    return this;
  }

  /** The resource. */
  public Project build() {
    String resourceName = name == null ? projectId + "-" + environment.word() : name;
    metadata.withName(resourceName);
    String place = metadata.getNamespace() + "/" + resourceName;
    metadata.withUid(
        uid == null
            ? UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString()
            : uid);
    Project project = new Project();
    project.setMetadata(metadata.build());
    project.setSpec(
        new ProjectSpec(projectId, environment, googleGroup, mode, suspend, adoption, deletion));
    project.setStatus(status);
    return project;
  }
}

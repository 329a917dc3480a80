package tech.kyotu.groundwork.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.StepException;

/**
 * The few reads and writes we make in the cluster. Reads say whether they are live; a cache is
 * never proof of absence. Every method that talks to the API server may throw {@code
 * RetryableException} (no answer, 5xx, lost race) or {@code RejectedException} (403: the message
 * names the missing right).
 */
public interface Cluster {

  /** Name of the pull secret in every Project's namespace. */
  String PULL_SECRET = Project.PULL_SECRET;

  /**
   * A namespace as we see it.
   *
   * @param owner the owner's mark, empty if it bears none
   * @param origin whether it was made or adopted; empty without a mark
   * @param terminating true once it is being deleted
   * @param labels all its labels
   * @param createdAt creation time, ISO-8601 in UTC
   */
  record NamespaceView(
      String name,
      String uid,
      String resourceVersion,
      Optional<OwnerMark> owner,
      Optional<Origin> origin,
      boolean terminating,
      Map<String, String> labels,
      String createdAt) {}

  /**
   * The pull secret as it was read live.
   *
   * @param owner the owner's mark, empty if it bears none
   * @param annotations all its annotations
   * @param dockerConfigJson the content; empty array if the field is absent. Never log or show it
   * @param type the Secret's type
   * @param dataIsOurs whether our field manager owns the data, so that nobody edited it since
   * @param notesAreOurs the same of the annotations {@code kyotu.tech/token-*}
   * @param isOlderOperators whether the older operator made it, by its label
   */
  record PullSecret(
      String namespace,
      String uid,
      String resourceVersion,
      Optional<OwnerMark> owner,
      Map<String, String> annotations,
      byte[] dockerConfigJson,
      String type,
      boolean dataIsOurs,
      boolean notesAreOurs,
      boolean isOlderOperators) {

    /** Says what and where, never the content. */
    @Override
    public String toString() {
      return "PullSecret[" + namespace + ", " + resourceVersion + "]";
    }
  }

  /**
   * What a pull secret should be. Annotations are ours alone and replace all earlier ones of ours.
   */
  record PullSecretContent(Map<String, String> annotations, byte[] dockerConfigJson) {

    /** Never the content. */
    @Override
    public String toString() {
      return "PullSecretContent[" + annotations.keySet() + "]";
    }
  }

  /**
   * An Argo CD Application.
   *
   * @param cascades whether its deletion takes with it what it deployed: it bears a resources
   *     finalizer of Argo CD (seen in Argo CD 3.2.6, application_defaults.go)
   * @param isGenerated whether an ApplicationSet made it, so that its owner is one
   */
  record ArgoApplication(String name, boolean cascades, boolean isGenerated) {}

  /**
   * Argo CD's AppProject as it was read live.
   *
   * @param quietSince when its deletion was asked for, or when we touched it last; empty while
   *     nobody has deleted it
   * @param groups those whose members have one of its roles
   */
  record AppProjectView(
      String name, String resourceVersion, Optional<Instant> quietSince, Set<String> groups) {}

  /**
   * From the cache of namespaces that bear a Groundwork mark; empty says nothing about the world.
   */
  Optional<NamespaceView> knownNamespace(String name);

  /** Live. Empty only on an explicit 404. */
  Optional<NamespaceView> namespace(String name) throws StepException;

  /**
   * Creates it with the mark of the Project and origin Created. Empty if the name exists (409):
   * then read live.
   */
  Optional<NamespaceView> createNamespace(Project project) throws StepException;

  /**
   * Puts the mark of the Project on an existing namespace, other labels stay.
   *
   * @param seen as it was read live; its resourceVersion is the precondition
   * @param origin what to say of it
   */
  NamespaceView markNamespace(Project project, NamespaceView seen, Origin origin)
      throws StepException;

  /** Takes our mark off a namespace that stays. */
  void unmarkNamespace(NamespaceView seen) throws StepException;

  /** Asks for its deletion, with its UID as precondition. A 404 or another UID is done. */
  void deleteNamespace(NamespaceView seen) throws StepException;

  /** What keeps a terminating namespace, from its own conditions; empty if it does not say. */
  String whatBlocks(String namespace) throws StepException;

  /** Live. Empty only on an explicit 404. */
  Optional<PullSecret> pullSecret(String namespace) throws StepException;

  /**
   * Creates the pull secret. Empty if there is one (409).
   *
   * @throws StepException {@code RetryableException(SecretUpdateFailed)} if a quota, a webhook or a
   *     terminating namespace refuses it
   */
  Optional<PullSecret> createPullSecret(Project project, PullSecretContent content)
      throws StepException;

  /**
   * Writes the pull secret if it is still the one that was seen. Empty if somebody else was first
   * (409).
   *
   * @throws StepException {@code RetryableException(SecretUpdateFailed)} if it is refused
   */
  Optional<PullSecret> writePullSecret(Project project, PullSecret seen, PullSecretContent content)
      throws StepException;

  /**
   * Deletes it, if it still is the one that was seen (UID as precondition). Gone already is done.
   */
  void deletePullSecret(PullSecret seen) throws StepException;

  /**
   * Whether the ServiceAccounts that the settings choose hold the pull secret's name, from the
   * cache. An account that does not exist yet holds nothing, so that it is waited for; where the
   * settings choose none, all is well.
   */
  boolean isPullSecretAttached(String namespace);

  /**
   * Puts the pull secret's name on the ServiceAccounts that the settings choose; other names stay.
   *
   * @return true if all that exist now hold it; false if the namespace has no ServiceAccount of
   *     that name yet
   */
  boolean attachPullSecret(String namespace) throws StepException;

  /** Takes the pull secret's name off every ServiceAccount of the namespace; other names stay. */
  void detachPullSecret(String namespace) throws StepException;

  /** All Projects that the cache knows, living or being deleted. */
  List<Project> projects();

  /** Whether a Project of this UID exists, read live when the cache has none. */
  boolean isLiving(OwnerMark mark) throws StepException;

  /**
   * Whether a Project, read live, is still there under its UID and not being deleted. For the one
   * who does not know what happened meanwhile; everybody else asks {@link #isLiving}.
   */
  boolean isWanted(Project project) throws StepException;

  /**
   * The Applications that live in a Project's AppProject, whoever made them, by name; empty only if
   * the list answered and holds none.
   */
  List<ArgoApplication> argoApplicationsOf(ProjectName name) throws StepException;

  /**
   * Names of the ApplicationSets that make Applications of a Project; empty only if the list
   * answered and holds none. Look for them before the Applications, so that what one makes in
   * between is not missed.
   */
  List<String> argoApplicationSetsOf(ProjectName name) throws StepException;

  /** Argo CD's AppProject of a Project. Live; empty only if the list answered and lacks it. */
  Optional<AppProjectView> appProject(ProjectName name) throws StepException;

  /**
   * Changes an annotation of an AppProject that is being deleted: Argo CD looks at its finalizer
   * only when the AppProject changes (3.2.6, appcontroller.go). One that moved on or is gone has
   * had its event; that is done.
   *
   * @param now what its {@code quietSince} says from then on
   */
  void touchAppProject(AppProjectView seen, Instant now) throws StepException;

  /**
   * The revision that Flux last applied from a Kustomization; empty if it has not yet.
   *
   * @param kustomization its name in Flux's own namespace
   */
  Optional<String> fluxAppliedRevision(String kustomization) throws StepException;

  /**
   * Whether the API server serves a kind, by its own word; read live.
   *
   * @param apiVersion as in a manifest, for example {@code networking.k8s.io/v1}
   */
  boolean serves(String apiVersion, String kind) throws StepException;

  /** First characters of the UID of namespace kube-system: the same for the life of a cluster. */
  String clusterId() throws StepException;
}

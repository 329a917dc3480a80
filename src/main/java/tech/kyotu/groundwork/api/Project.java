package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A software project in one environment, as operations commit it. */
@Group("kyotu.tech")
@Version("v1")
@ShortNames({"proj", "kproj"})
@Categories({"kyotu", "gitops"})
// The claims below (isSuspended, ...) are questions, not fields of the resource.
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public class Project extends CustomResource<ProjectSpec, ProjectStatus> implements Namespaced {

  /** The finalizer of existing installations, so that their Projects carry over. */
  public static final String FINALIZER = "project.kyotu.tech/finalizer";

  /** Name of the pull secret in every Project's namespace. */
  public static final String PULL_SECRET = "gitlab-registry-image-pull-secret";

  /** A new value asks for one full reconcile. */
  public static final String RECONCILE_REQUESTED_AT = "kyotu.tech/reconcile-requested-at";

  /** The same request in the words of Flux. */
  public static final String FLUX_REQUESTED_AT = "reconcile.fluxcd.io/requestedAt";

  /** Anything but empty or {@code false} protects from deletion. */
  public static final String DELETION_PROTECTION = "kyotu.tech/deletion-protection";

  /** Holding ids, with commas, that may be taken over. */
  public static final String ADOPT = "kyotu.tech/adopt";

  /** A new value asks for one rotation of the registry token. */
  public static final String ROTATE_TOKEN = "kyotu.tech/rotate-token";

  /** Condition types, with commas, whose removal is skipped; only while deleting. */
  public static final String ABANDON = "kyotu.tech/abandon";

  /**
   * How many deletions at once a person has seen and means, on one of the Projects that wait for
   * that.
   */
  public static final String CONFIRM_DELETIONS = "kyotu.tech/confirm-deletions";

  /** Every annotation that an edit of which must reach the reconciler. */
  public static final Set<String> WATCHED_ANNOTATIONS =
      Set.of(
          RECONCILE_REQUESTED_AT,
          FLUX_REQUESTED_AT,
          DELETION_PROTECTION,
          ADOPT,
          ROTATE_TOKEN,
          ABANDON,
          CONFIRM_DELETIONS);

  private static final long serialVersionUID = 1L;
  private static final int ECHOED = 256;
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

  /** The framework fills spec and status; an empty Project has neither. */
  @Override
  protected @Nullable ProjectSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable ProjectStatus initStatus() {
    return null;
  }

  /** Where this Project lives. */
  public ProjectRef ref() {
    return new ProjectRef(getMetadata().getNamespace(), getMetadata().getName());
  }

  /** The UID that all marks carry. */
  public String uid() {
    return getMetadata().getUid();
  }

  /** The generation of the spec, 0 if the API server gave none. */
  public long generation() {
    Long generation = getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  /** The status, or the one of a Project never seen. */
  public ProjectStatus statusOrUnseen() {
    ProjectStatus status = getStatus();
    return status == null ? ProjectStatus.UNSEEN : status;
  }

  /**
   * The name that everything derives from.
   *
   * @throws IllegalStateException if the spec breaks {@link SpecRules}; callers check them first
   */
  public ProjectName name() {
    ProjectSpec spec = getSpec();
    if (spec == null || spec.projectId() == null || spec.environmentType() == null) {
      throw new IllegalStateException("the spec of " + ref() + " gives no name");
    }
    return new ProjectName(spec.projectId(), spec.environmentType());
  }

  /**
   * The people of this Project.
   *
   * @throws IllegalStateException if the spec breaks {@link SpecRules}; callers check them first
   */
  public String googleGroup() {
    ProjectSpec spec = getSpec();
    if (spec == null || spec.googleGroup() == null) {
      throw new IllegalStateException("the spec of " + ref() + " names no group");
    }
    return spec.googleGroup();
  }

  /** The same Project, of which everything is only planned; a suspended one stays suspended. */
  public Project planned() {
    ProjectSpec spec = getSpec();
    if (spec == null || isPlanOnly()) {
      return this;
    }
    Project planned = new Project();
    planned.setMetadata(getMetadata());
    planned.setSpec(spec.in(Mode.PLAN));
    planned.setStatus(getStatus());
    return planned;
  }

  /** Whether everything is only planned. */
  public boolean isPlanOnly() {
    return getSpec() != null && getSpec().mode() == Mode.PLAN;
  }

  /** Whether all work is stopped. */
  public boolean isSuspended() {
    return getSpec() != null && getSpec().suspend();
  }

  /** Whether this Project carries a deletion mark. */
  public boolean isBeingDeleted() {
    return getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether things without an owner's mark may be used, for the given holding. */
  public boolean mayAdopt(String holdingId) {
    return (getSpec() != null && getSpec().adoption() == Adoption.IF_UNOWNED)
        || listed(ADOPT).contains(holdingId);
  }

  /** Whether a person allowed anything by name. */
  public boolean namesAdoptions() {
    return !listed(ADOPT).isEmpty();
  }

  /** Whether a person allowed this holding by name, in the adopt annotation. */
  public boolean isAdoptionRequested(String holdingId) {
    return listed(ADOPT).contains(holdingId);
  }

  /** Whether a person gave up the removal of this step. */
  public boolean isAbandoned(String conditionType) {
    return isBeingDeleted() && listed(ABANDON).contains(conditionType);
  }

  /** Whether deletion is held by annotation. */
  public boolean isDeletionProtected() {
    String value = annotation(DELETION_PROTECTION).orElse("");
    return !value.isEmpty() && !value.equals("false");
  }

  /** How many deletions at once a person confirmed here; 0 if none, or if it is no number. */
  public int confirmedDeletions() {
    return annotation(CONFIRM_DELETIONS)
        .filter(value -> COUNT.matcher(value).matches())
        .map(Integer::valueOf)
        .orElse(0);
  }

  /** The newest reconcile request; ISO-8601 times compare as text. Empty if there is none. */
  public Optional<String> reconcileRequest() {
    return Stream.of(RECONCILE_REQUESTED_AT, FLUX_REQUESTED_AT)
        .flatMap(key -> request(key).stream())
        .max(Comparator.naturalOrder());
  }

  /** Whether somebody has asked for a look since the last pass. */
  public boolean isLookRequested() {
    return !reconcileRequest()
        .equals(Optional.ofNullable(statusOrUnseen().lastHandledReconcileAt()));
  }

  /** The newest request for a rotation, empty if there is none. */
  public Optional<String> rotateRequest() {
    return request(ROTATE_TOKEN);
  }

  /**
   * Requests are echoed in the status, whose strings are bounded: what is longer counts by its
   * beginning.
   */
  private Optional<String> request(String key) {
    return annotation(key)
        .map(value -> value.length() > ECHOED ? value.substring(0, ECHOED) : value);
  }

  /** The value of an annotation, empty if it is not set. */
  public Optional<String> annotation(String key) {
    Map<String, String> annotations = getMetadata().getAnnotations();
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(key));
  }

  /** What the namespace's fate is on deletion. */
  public boolean isNamespaceRetained() {
    DeletionPolicy deletion = getSpec() == null ? null : getSpec().deletion();
    return deletion != null && deletion.namespace() == DeletionPolicy.NamespacePolicy.RETAIN;
  }

  /** Whether the data in Vault is destroyed on deletion. */
  public boolean areSecretsDestroyed() {
    DeletionPolicy deletion = getSpec() == null ? null : getSpec().deletion();
    return deletion != null && deletion.secrets() == DeletionPolicy.SecretsPolicy.DESTROY;
  }

  private Set<String> listed(String key) {
    return Arrays.stream(annotation(key).orElse("").split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}

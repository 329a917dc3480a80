package tech.kyotu.groundwork.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose a thing is. The mark is written on the thing itself and read back from there, never from
 * memory.
 *
 * @param uid UID of the Project resource; it alone decides
 * @param owner where that Project lives, for people and for restores from a backup
 */
public record OwnerMark(String uid, ProjectRef owner) {

  /** Label with the UID of the owning Project. */
  public static final String OWNER_UID = "kyotu.tech/owner-uid";

  /** Label with the project id. */
  public static final String PROJECT = "kyotu.tech/project";

  /** Label with the environment. */
  public static final String ENVIRONMENT = "kyotu.tech/environment";

  /** Annotation with {@code <namespace>/<name>} of the owning Project. */
  public static final String OWNER = "kyotu.tech/owner";

  /** Annotation that says whether we made the thing or found it. */
  public static final String ORIGIN = "kyotu.tech/origin";

  /** The label that tells people and tools who keeps the thing in shape. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Our value of {@link #MANAGED_BY}; also our field manager. */
  public static final String GROUNDWORK = "groundwork";

  /** The mark that this Project puts on its things. */
  public static OwnerMark of(Project project) {
    return new OwnerMark(project.uid(), project.ref());
  }

  /**
   * The mark that a Kubernetes object bears.
   *
   * @return empty if the object bears none; a mark without a readable owner has an empty reference
   */
  public static Optional<OwnerMark> of(
      Map<String, String> labels, Map<String, String> annotations) {
    String uid = labels.getOrDefault(OWNER_UID, "");
    if (uid.isEmpty()) {
      return Optional.empty();
    }
    String[] owner = annotations.getOrDefault(OWNER, "").split("/", 2);
    return Optional.of(
        new OwnerMark(
            uid, owner.length == 2 ? new ProjectRef(owner[0], owner[1]) : new ProjectRef("", "")));
  }

  /** The labels that carry this mark for a thing of the given name. */
  public Map<String, String> labels(ProjectName name) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(OWNER_UID, uid);
    labels.put(PROJECT, name.projectId());
    labels.put(ENVIRONMENT, name.environment().word());
    labels.put(MANAGED_BY, GROUNDWORK);
    return labels;
  }

  /** The annotations that carry this mark. */
  public Map<String, String> annotations(Origin origin) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(OWNER, owner.toString());
    annotations.put(ORIGIN, origin.word());
    return annotations;
  }
}

package tech.kyotu.groundwork.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.ProjectName;

/**
 * What Flux and Argo CD make of our commits, by their own word and from watches: nothing here uses
 * the network.
 */
public interface FollowerViews {

  /** What a Kustomization says of its newest attempt. */
  enum Progress {
    READY,
    WORKING,
    FAILED
  }

  /**
   * A Flux Kustomization.
   *
   * @param appliedRevision what it applied last, as {@code <branch>@sha1:<commit>}; empty if
   *     nothing yet
   * @param attemptedRevision what it tried last, written alike
   * @param message its own words on that, unsanitised
   */
  record KustomizationView(
      Progress progress, String appliedRevision, String attemptedRevision, String message) {}

  /**
   * What an AppProject gives, as Argo CD has it.
   *
   * @param projectUid the Project it is marked with; empty if with none
   * @param rights its roles and destinations, as maps and lists
   */
  record AppProjectRights(String projectUid, Map<String, Object> rights) {

    /**
     * The fields that give rights.
     *
     * @param spec of an AppProject, as maps and lists
     */
    public static Map<String, Object> of(@Nullable Object spec) {
      Map<?, ?> fields = spec instanceof Map<?, ?> map ? map : Map.of();
      Map<String, Object> rights = new TreeMap<>();
      for (String field : List.of("destinations", "roles")) {
        rights.put(field, Objects.requireNonNullElse(fields.get(field), List.of()));
      }
      return rights;
    }
  }

  /**
   * An ApplicationSet.
   *
   * @param projectUid the Project it is marked with; empty if with none
   * @param error what Argo CD says is wrong with it, unsanitised; empty if nothing
   */
  record ApplicationSetHealth(String projectUid, Optional<String> error) {}

  /** A Kustomization of Flux's own namespace; empty if there is none, or none can be seen. */
  Optional<KustomizationView> kustomization(String name);

  /** Whether Argo CD's objects can be seen at all. */
  boolean seesArgoCd();

  /** The AppProject of a Project; empty if none of ours is seen. */
  Optional<AppProjectRights> appProjectRights(ProjectName name);

  /** An ApplicationSet of ours; empty if none is seen. */
  Optional<ApplicationSetHealth> applicationSet(String name);
}

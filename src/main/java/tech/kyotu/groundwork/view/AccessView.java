package tech.kyotu.groundwork.view;

import java.util.List;

/**
 * Who may do what in some Projects. The published form of {@code kubectl project access -o json}.
 *
 * @param apiVersion {@value PlanView#API_VERSION}
 * @param kind {@value #KIND}
 * @param grants by Project, then by system
 * @param unread what could not be read, a sentence each; empty if all was
 */
public record AccessView(
    String apiVersion, String kind, List<OfProject> grants, List<String> unread) {

  /** Name of this form. */
  public static final String KIND = "ProjectAccessList";

  /** Copies the lists. */
  public AccessView {
    grants = List.copyOf(grants);
    unread = List.copyOf(unread);
  }

  /** These rights. */
  public static AccessView of(List<OfProject> grants, List<String> unread) {
    return new AccessView(PlanView.API_VERSION, KIND, grants, unread);
  }

  /**
   * One right.
   *
   * @param namespace where the Project is
   * @param name its name
   * @param who a Google group, or what kind of program
   * @param where {@code Kubernetes}, {@code Argo CD}, {@code Vault} or {@code Registry}
   * @param may what is allowed, and on what
   * @param grantedBy the rule that allows it, and the commit that the rule stands in since
   */
  public record OfProject(
      String namespace, String name, String who, String where, String may, String grantedBy) {}
}

package tech.kyotu.groundwork.view;

import java.util.List;

/**
 * Things that bear our mark and have no Project. The published form of {@code kubectl project
 * orphans -o json}; the operator's answer leaves out what lies in the cluster, which is read with
 * the caller's own rights.
 *
 * @param apiVersion {@value PlanView#API_VERSION}
 * @param kind {@value #KIND}
 * @param orphans by system
 * @param unread what could not be read, a sentence each; empty if all was
 */
public record OrphansView(
    String apiVersion, String kind, List<OfThing> orphans, List<String> unread) {

  /** Name of this form. */
  public static final String KIND = "OrphanList";

  /** Copies the lists. */
  public OrphansView {
    orphans = List.copyOf(orphans);
    unread = List.copyOf(unread);
  }

  /** These things. */
  public static OrphansView of(List<OfThing> orphans, List<String> unread) {
    return new OrphansView(PlanView.API_VERSION, KIND, orphans, unread);
  }

  /**
   * One thing without its Project.
   *
   * @param system {@code Kubernetes}, {@code GitLab}, {@code Vault}, {@code Flux repository} or
   *     {@code deployment repository}
   * @param kind as in the holdings of a Project: {@code Namespace}, {@code GitLabToken}, {@code
   *     VaultPolicy}
   * @param name as its system knows it
   * @param owner namespace and name of the Project that is gone; empty if the mark does not say
   * @param uid of that Project; empty if the mark does not say
   * @param origin {@code Created} or {@code Adopted}; empty if the mark does not say
   * @param kept whether such a thing stays on purpose when its Project goes
   */
  public record OfThing(
      String system,
      String kind,
      String name,
      String owner,
      String uid,
      String origin,
      boolean kept) {}
}

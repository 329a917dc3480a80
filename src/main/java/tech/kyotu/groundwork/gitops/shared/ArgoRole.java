package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.List;

/**
 * What one Project should have in Argo CD's policy.
 *
 * @param role its role, by which all its lines are known
 * @param lines what should stand there; none: no line stays
 */
public record ArgoRole(String role, List<String> lines) implements SharedEntry {

  /** Copies the list. */
  public ArgoRole {
    lines = List.copyOf(lines);
  }

  /** A right on a Project's objects. */
  public record Right(String resource, String action) {}

  /**
   * The role of a Project that has one.
   *
   * @param project its name
   * @param group the Google group that gets the role
   * @param rights what the role may do in this Project
   * @throws IllegalArgumentException if a value could become another field, line or comment
   */
  public static ArgoRole of(String project, String group, List<Right> rights) {
    List<String> lines = new ArrayList<>();
    String role = none(project).role();
    for (Right right : rights) {
      lines.add(
          PolicyLine.of("p", role, right.resource(), right.action(), project + "/*", "allow"));
    }
    lines.add(PolicyLine.of("g", group, role));
    return new ArgoRole(role, lines);
  }

  /** The role of a Project that should have none. */
  public static ArgoRole none(String project) {
    return new ArgoRole("role:" + project, List.of());
  }

  @Override
  public String name() {
    return role;
  }

  @Override
  public boolean isWanted() {
    return !lines.isEmpty();
  }
}

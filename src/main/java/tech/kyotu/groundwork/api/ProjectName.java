package tech.kyotu.groundwork.api;

/**
 * The name that namespace, AppProject, files and policies derive from. The only place that joins id
 * and environment. No environment has a dash, so a name splits in one way only.
 *
 * @param projectId a valid project id
 * @param environment the environment
 */
public record ProjectName(String projectId, EnvironmentType environment) {

  /** Refuses an id that breaks the rules: no name is ever built from unchecked text. */
  public ProjectName {
    if (!SpecRules.isProjectId(projectId)) {
      throw new IllegalArgumentException("not a project id");
    }
  }

  /** {@code <projectId>-<environment>}, at most 46 characters, for example {@code shop-dev}. */
  public String value() {
    return projectId + "-" + environment.word();
  }

  @Override
  public String toString() {
    return value();
  }
}

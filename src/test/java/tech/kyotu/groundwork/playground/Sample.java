package tech.kyotu.groundwork.playground;

import tech.kyotu.groundwork.api.Project;

/**
 * A Project as it was applied, with the names that its users expect things under. They are spelled
 * out here, not taken from the operator's code: a name that changes there must be noticed.
 *
 * @param uid UID of the resource
 * @param projectId path of the GitLab group
 * @param environment the environment's word
 * @param googleGroup its people
 * @param adopted whether its namespace was there before
 */
record Sample(
    String uid, String projectId, String environment, String googleGroup, boolean adopted) {

  static Sample of(Project project) {
    String name = project.name().value();
    return new Sample(
        project.uid(),
        project.name().projectId(),
        project.name().environment().word(),
        project.googleGroup(),
        name.equals(Playground.OLDER_NAMESPACE));
  }

  String name() {
    return projectId + "-" + environment;
  }

  String group() {
    return World.PARENT_GROUP + "/" + projectId;
  }

  /** An image that only tokens of this group may pull. */
  String image() {
    return group() + "/web";
  }

  /** What the people may do with Kubernetes: look only, where it matters. */
  String clusterRole() {
    return environment.equals("stage") || environment.equals("prod") ? "view" : "edit";
  }
}

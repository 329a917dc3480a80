package tech.kyotu.groundwork.gitops;

import java.util.HashMap;
import java.util.Map;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;

/**
 * What the files of a Project are made from; nothing else of it reaches a template. Two equal
 * inputs give equal files, because settings and templates stay as they are while the process lives.
 *
 * @param owner whose files they are
 * @param name the name everything derives from
 * @param googleGroup its people
 * @param retainsNamespace whether the namespace, and what is deployed in it, outlives the Project
 */
record RenderInput(
    OwnerMark owner, ProjectName name, String googleGroup, boolean retainsNamespace) {

  static RenderInput of(Project project) {
    return new RenderInput(
        OwnerMark.of(project),
        project.name(),
        project.googleGroup(),
        project.isNamespaceRetained());
  }

  /** The values that every template may use; to be added to. */
  Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>();
    values.put("name", name.value());
    values.put("uid", owner.uid());
    return values;
  }
}

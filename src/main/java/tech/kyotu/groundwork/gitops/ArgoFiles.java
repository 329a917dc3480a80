package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.StepException;

/** Where a Project's files are in the deployment repository, and what their texts tell. */
record ArgoFiles(ProjectName name) {

  static ArgoFiles of(Project project) {
    return new ArgoFiles(project.name());
  }

  /** The file with the AppProject and the ApplicationSet. */
  String path() {
    return "applications/" + name + ".yaml";
  }

  /** The developers' folder. */
  String folder() {
    return "manifests/" + name;
  }

  /** Our only file in the developers' folder: it makes the folder exist. */
  String keep() {
    return folder() + "/.gitkeep";
  }

  List<String> developersFiles(TreeView tree) throws StepException {
    return tree.filesBelow(folder()).stream().filter(file -> !file.equals(keep())).toList();
  }

  /** Whether Argo CD still generates applications from this content. */
  static boolean hasSets(byte[] content) {
    return hasLine(content, "kind: ['\"]?ApplicationSet['\"]?");
  }

  /** Whether Argo CD spares what is deployed when it drops the sets of this content. */
  static boolean preserves(byte[] content) {
    return hasLine(content, "preserveResourcesOnDeletion: true");
  }

  private static boolean hasLine(byte[] content, String pattern) {
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .anyMatch(line -> line.strip().matches(pattern));
  }
}

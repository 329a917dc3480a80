package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.StepException;

/** Where a Project's files are in the deployment repository, and what their texts tell. */
record ArgoFiles(ProjectName name) {

  private static final String SET = "kind: ['\"]?ApplicationSet['\"]?";

  static ArgoFiles of(Project project) {
    return new ArgoFiles(project.name());
  }

  /** The file with the AppProject and the ApplicationSets. */
  String path() {
    return "applications/" + name + ".yaml";
  }

  /** The developers' folder. */
  String folder() {
    return "manifests/" + name;
  }

  /** Our file in the developers' folder: it makes the folder exist. */
  String keep() {
    return folder() + "/.gitkeep";
  }

  /** What the folder says of itself: ours until somebody changes it. */
  String readme() {
    return folder() + "/README.md";
  }

  /**
   * Those of the folder's files that are ours to remove.
   *
   * @param readme as we write it; empty if we do not
   */
  List<String> ownFiles(Optional<WantedFile> readme, TreeView tree) throws StepException {
    List<String> own = new ArrayList<>();
    if (tree.kind(keep()) == TreeView.Kind.FILE) {
      own.add(keep());
    }
    if (readme.isPresent() && readme.get().isAt(readme(), tree)) {
      own.add(readme());
    }
    return own;
  }

  /** Those of the folder's files that are not. */
  List<String> developersFiles(Optional<WantedFile> readme, TreeView tree) throws StepException {
    List<String> all = new ArrayList<>(tree.filesBelow(folder()));
    all.removeAll(ownFiles(readme, tree));
    return all;
  }

  /** Whether Argo CD still generates applications from this content. */
  static boolean hasSets(byte[] content) {
    return lines(content, SET) > 0;
  }

  /** Whether Argo CD spares what is deployed when it drops any of the sets of this content. */
  static boolean preserves(byte[] content) {
    return lines(content, "preserveResourcesOnDeletion: true") == lines(content, SET);
  }

  private static long lines(byte[] content, String pattern) {
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.strip().matches(pattern))
        .count();
  }
}

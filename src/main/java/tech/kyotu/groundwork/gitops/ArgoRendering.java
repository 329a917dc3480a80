package tech.kyotu.groundwork.gitops;

/**
 * What {@code applications/<name>.yaml} says while a Project lives and while it goes.
 *
 * @param applications the whole file
 * @param projectAlone only the AppProject, without which its applications could not be finalised
 */
record ArgoRendering(RenderedFiles applications, RenderedFiles projectAlone) {

  ArgoRendering(RenderedFiles.Rendering applications, RenderedFiles.Rendering projectAlone) {
    this(new RenderedFiles(applications), new RenderedFiles(projectAlone));
  }

  /** Forgets a Project that is gone. */
  void forget(String uid) {
    applications.forget(uid);
    projectAlone.forget(uid);
  }
}

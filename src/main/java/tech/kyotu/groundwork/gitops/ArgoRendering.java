package tech.kyotu.groundwork.gitops;

import java.util.Optional;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * What {@code applications/<name>.yaml} says while a Project lives and while it goes.
 *
 * @param applications the whole file
 * @param projectAlone only the AppProject, without which its applications could not be finalised
 * @param readme what a new folder of developers says of itself; empty if nothing
 */
record ArgoRendering(
    RenderedFiles applications, RenderedFiles projectAlone, Optional<RenderedFiles> readme) {

  private static final Logger LOG = Logger.getLogger(ArgoRendering.class);

  ArgoRendering(RenderedFiles.Rendering applications, RenderedFiles.Rendering projectAlone) {
    this(new RenderedFiles(applications), new RenderedFiles(projectAlone), Optional.empty());
  }

  static ArgoRendering of(TemplateFolder templates) {
    return new ArgoRendering(
        new RenderedFiles(templates::applications),
        new RenderedFiles(templates::appProjectAlone),
        templates.readme().map(RenderedFiles::new));
  }

  /**
   * What the folder of a Project's developers says of itself; empty if nothing.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  Optional<WantedFile> readmeOf(Project project) throws RejectedException {
    return readme.isPresent() ? Optional.of(readme.get().of(project)) : Optional.empty();
  }

  /**
   * The same for a removal, which must not fail for it: empty too if the template does not say what
   * we wrote. The file then counts as the developers'.
   */
  Optional<WantedFile> ownReadmeOf(Project project) {
    try {
      return readmeOf(project);
    } catch (RejectedException unknown) {
      LOG.debugf(unknown, "the README of %s stays", project.name());
      return Optional.empty();
    }
  }

  /** Forgets a Project that is gone. */
  void forget(String uid) {
    applications.forget(uid);
    projectAlone.forget(uid);
    readme.ifPresent(files -> files.forget(uid));
  }
}

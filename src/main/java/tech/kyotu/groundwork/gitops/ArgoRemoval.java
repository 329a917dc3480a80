package tech.kyotu.groundwork.gitops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * How a Project's files leave the deployment repository: in two phases, because an Application
 * whose AppProject is gone can never be finalised. First the ApplicationSets go, then, once no
 * Application is left, the AppProject. Each phase is read from the branch itself, so a restart
 * resumes where it was.
 */
final class ArgoRemoval {

  private static final String BEING_DELETED = "the Project is being deleted";

  private final PublishedFiles published;
  private final Branch publisher;
  private final ArgoRendering rendering;
  private final Cluster cluster;
  private final GroundworkConfig.Argo settings;
  private final ArgoLeftovers leftovers;

  ArgoRemoval(
      PublishedFiles published,
      ArgoRendering rendering,
      Cluster cluster,
      GroundworkConfig.Argo settings,
      ArgoLeftovers leftovers) {
    this.published = published;
    this.publisher = published.publisher();
    this.rendering = rendering;
    this.cluster = cluster;
    this.settings = settings;
    this.leftovers = leftovers;
  }

  /** The phase that the files on the branch call for. */
  StepPlan planned(Project project, Holdings held, TreeView tree) throws StepException {
    return project.isPlanOnly() ? allPhases(project, held, tree) : nextPhase(project, held, tree);
  }

  /** As if Argo CD had followed each phase at once. */
  private StepPlan allPhases(Project project, Holdings held, TreeView tree) throws StepException {
    String path = ArgoFiles.of(project).path();
    Workspace later = new Workspace(tree);
    List<Change> changes = new ArrayList<>();
    Optional<byte[]> own = own(project, later);
    for (int phase = 0; phase < 2 && own.isPresent() && ArgoFiles.hasSets(own.get()); phase++) {
      changes.addAll(applicationsGo(project, own.get(), later, false).changes());
      boolean spares = project.isNamespaceRetained() && !ArgoFiles.preserves(own.get());
      RenderedFiles next = spares ? rendering.applications() : rendering.projectAlone();
      later.apply(next.of(project).changes(path, later));
      own = own(project, later);
    }
    StepPlan rest = restGoes(project, held, later);
    changes.addAll(rest.changes());
    return changes.isEmpty() ? rest : StepPlan.of(changes, "");
  }

  private StepPlan nextPhase(Project project, Holdings held, TreeView tree) throws StepException {
    Optional<byte[]> own = own(project, tree);
    if (own.isPresent() && ArgoFiles.hasSets(own.get())) {
      return applicationsGo(project, own.get(), tree, true);
    }
    if (own.isPresent()) {
      Optional<StepPlan> waits = leftovers.waitsForApplications(project);
      if (waits.isPresent()) {
        return waits.get();
      }
    }
    return restGoes(project, held, tree);
  }

  /** The file's content, if it is this Project's to remove. */
  private Optional<byte[]> own(Project project, TreeView tree) throws StepException {
    Optional<byte[]> found = tree.file(ArgoFiles.of(project).path());
    return found.isPresent() && FileClaim.isOwn(project, found.get(), cluster)
        ? found
        : Optional.empty();
  }

  /** Row 0 and 1: what is deployed is spared where that is wished, then the sets go. */
  private StepPlan applicationsGo(
      Project project, byte[] content, TreeView tree, boolean waitsForArgoCd) throws StepException {
    if (project.isNamespaceRetained() && !ArgoFiles.preserves(content)) {
      WantedFile preserving = rendering.applications().of(project);
      return pushed(project, "preserve", preserving, tree, "what is deployed is kept");
    }
    if (project.isNamespaceRetained() && waitsForArgoCd) {
      Optional<StepPlan> waits = leftovers.waitsUntilAllSpared(project);
      if (waits.isPresent()) {
        return waits.get();
      }
    }
    WantedFile alone = rendering.projectAlone().of(project);
    return pushed(project, "project-alone", alone, tree, "its ApplicationSets go first");
  }

  private StepPlan pushed(
      Project project, String wish, WantedFile wanted, TreeView tree, String reason)
      throws StepException {
    String path = ArgoFiles.of(project).path();
    Edit edit =
        Edit.of(
            project,
            Edit.Purpose.REMOVE,
            wish,
            newer -> own(project, newer).isPresent() ? wanted.changes(path, newer) : List.of());
    return published
        .needed(
            project,
            edit,
            tree,
            path,
            () -> Telling.of(Verb.UPDATE, path, reason, EventReason.COMMITTED))
        .orElseGet(published::looking);
  }

  /**
   * Row 2: the AppProject and our own files go; what developers wrote stays unless told otherwise.
   */
  private StepPlan restGoes(Project project, Holdings held, TreeView tree) throws StepException {
    String path = ArgoFiles.of(project).path();
    boolean ownsFolder = held.thing(ArgoApplicationsStep.MANIFESTS).isPresent();
    Edit edit =
        Edit.of(
            project, Edit.Purpose.REMOVE, "absent", newer -> removals(project, ownsFolder, newer));
    Optional<StepPlan> needed =
        published.needed(project, edit, tree, path, () -> told(project, tree));
    if (needed.isPresent()) {
      return needed.get();
    }
    boolean wasThere =
        held.thing(ArgoApplicationsStep.APPLICATIONS).isPresent()
            || publisher.newestCommit(project.uid()).isPresent();
    Optional<StepPlan> waits = wasThere ? leftovers.waitsForAppProject(project) : Optional.empty();
    if (waits.isPresent()) {
      return waits.get().finding(published.commitOf(project));
    }
    String gone = gone(project, wasThere, tree);
    publisher.forget(project.uid());
    rendering.forget(project.uid());
    return StepPlan.settled(gone)
        .finding(
            known ->
                known
                    .without(ArgoApplicationsStep.APPLICATIONS)
                    .without(ArgoApplicationsStep.MANIFESTS));
  }

  private List<FileChange> removals(Project project, boolean ownsFolder, TreeView tree)
      throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    List<FileChange> changes = new ArrayList<>();
    boolean isOwn = own(project, tree).isPresent();
    if (isOwn) {
      changes.add(FileChange.remove(files.path()));
    }
    // Without our file, or a memory of it, the folder may be another's.
    boolean isOurFolder = ownsFolder && tree.kind(files.path()) == TreeView.Kind.ABSENT;
    if (!isOwn && !isOurFolder) {
      return changes;
    }
    if (settings.removeManifests() && !tree.filesBelow(files.folder()).isEmpty()) {
      changes.add(FileChange.removeFolder(files.folder()));
    } else {
      files.ownFiles(rendering.ownReadmeOf(project), tree).stream()
          .map(FileChange::remove)
          .forEach(changes::add);
    }
    return changes;
  }

  private Telling told(Project project, TreeView tree) throws StepException {
    ArgoFiles files = ArgoFiles.of(project);
    Telling telling = Telling.of(Verb.DELETE, files.path(), BEING_DELETED, EventReason.COMMITTED);
    return settings.removeManifests() || !leavesFiles(project, tree)
        ? telling
        : telling.beside(
            Change.retain(
                files.folder() + "/", "the developers' own files stay in the repository"));
  }

  private boolean leavesFiles(Project project, TreeView tree) throws StepException {
    return !ArgoFiles.of(project).developersFiles(rendering.ownReadmeOf(project), tree).isEmpty();
  }

  private String gone(Project project, boolean wasThere, TreeView tree) throws StepException {
    if (!wasThere) {
      return "Nothing of this Project is in the deployment repository.";
    }
    ArgoFiles files = ArgoFiles.of(project);
    String kept =
        leavesFiles(project, tree)
            ? " The developers' files in %s/ stay.".formatted(files.folder())
            : "";
    return "%s is gone from the deployment repository.%s".formatted(files.path(), kept);
  }
}

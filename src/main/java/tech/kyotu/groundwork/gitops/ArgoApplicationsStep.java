package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * {@code applications/<name>.yaml} and the folder {@code manifests/<name>/} are on the branch that
 * Argo CD follows.
 *
 * <p>They go in two phases, because an Application whose AppProject is gone can never be finalised:
 * first the ApplicationSet, then, once no Application is left, the AppProject. Each phase is read
 * from the branch itself, so a restart resumes where it was.
 */
public final class ArgoApplicationsStep implements Step {

  /** The holding's id of the file. */
  static final String APPLICATIONS = "argo-applications";

  /** The holding's id of the developers' folder. */
  static final String MANIFESTS = "manifests";

  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);
  private static final int MOST_NAMES = 5;
  private static final String BEING_DELETED = "the Project is being deleted";

  private final GitPublisher publisher;
  private final PublishedFiles published;
  private final TemplateFolder templates;
  private final Cluster cluster;
  private final GroundworkConfig.Argo settings;
  private final Clock clock;

  /**
   * The step.
   *
   * @param publisher the lane of the deployment repository
   * @param templates what the file says
   * @param cluster tells whose mark is alive and what Argo CD still has
   * @param settings how Argo CD is followed
   * @param clock the time
   */
  public ArgoApplicationsStep(
      GitPublisher publisher,
      TemplateFolder templates,
      Cluster cluster,
      GroundworkConfig.Argo settings,
      Clock clock) {
    this.publisher = publisher;
    this.published = new PublishedFiles(publisher);
    this.templates = templates;
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public StepName name() {
    return StepName.ARGO_APPLICATIONS;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE);
  }

  /** Works in memory; the publisher alone tries again and wakes the Project. */
  @Override
  public Lane lane() {
    return Lane.SELF_PACED;
  }

  private static String path(Project project) {
    return "applications/" + project.name() + ".yaml";
  }

  private static String folder(Project project) {
    return "manifests/" + project.name();
  }

  private static String keep(Project project) {
    return folder(project) + "/.gitkeep";
  }

  // Towards existence.

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    Optional<TreeView> files = published.files(project);
    if (files.isEmpty()) {
      return published.looking();
    }
    TreeView tree = files.get();
    String path = path(project);
    FileClaim claim = FileClaim.of(project, APPLICATIONS, path, tree, cluster);
    boolean adoptsFolder = adoptsFolder(project, claim, held, tree);
    byte[] content = templates.applications(project);
    PublishedFiles.Wish wish = PublishedFiles.Wish.of(tree.file(path), content);
    Edit edit =
        new Edit(
            project.name(),
            OwnerMark.of(project),
            Edit.Purpose.SET_UP,
            wish.after(),
            newer -> settingUp(project, claim, content, newer));
    boolean wasThere = held.thing(APPLICATIONS).isPresent();
    Optional<StepPlan> needed =
        published.needed(
            edit,
            tree,
            path,
            effect -> {
              List<Change> changes = new ArrayList<>();
              if (adoptsFolder) {
                changes.add(
                    Change.of(
                        Verb.ADOPT,
                        folder(project) + "/",
                        "holds files from before; they stay as they are",
                        Effect.NOTHING));
              }
              changes.add(described(project, claim, wasThere, wish, effect));
              return changes;
            });
    return needed.orElseGet(() -> inPlace(project));
  }

  /** Only the folder may be missing; then there is nothing to tell of the file. */
  private Change described(
      Project project, FileClaim claim, boolean wasThere, PublishedFiles.Wish wish, Effect effect)
      throws StepException {
    return wish.before().get().equals(wish.after())
        ? Change.of(Verb.CREATE, folder(project) + "/", "is absent", EventReason.COMMITTED, effect)
        : published.write(project, claim, wasThere, wish, effect);
  }

  private static List<FileChange> settingUp(
      Project project, FileClaim claim, byte[] content, TreeView tree) throws StepException {
    List<FileChange> changes = new ArrayList<>();
    Optional<byte[]> found = tree.file(path(project));
    claim.check(found);
    if (found.isEmpty() || !Arrays.equals(found.get(), content)) {
      changes.add(FileChange.put(path(project), content));
    }
    if (tree.filesBelow(folder(project)).isEmpty()) {
      changes.add(FileChange.put(keep(project), new byte[0]));
    }
    return changes;
  }

  /** What an earlier Project of this name left behind would be deployed by ours. */
  private static boolean adoptsFolder(
      Project project, FileClaim claim, Holdings held, TreeView tree) throws StepException {
    boolean isKnown =
        claim.state() == FileClaim.State.OURS
            || claim.state() == FileClaim.State.REATTACHED
            || held.thing(MANIFESTS).isPresent();
    if (isKnown || tree.filesBelow(folder(project)).isEmpty()) {
      return false;
    }
    if (!project.mayAdopt(MANIFESTS)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "%s/ holds files from before and spec.adoption is Never. Set IfUnowned, or annotate"
                  .formatted(folder(project))
              + " kyotu.tech/adopt: manifests.");
    }
    return true;
  }

  private StepPlan inPlace(Project project) {
    String sentence = "%s is on branch %s.".formatted(path(project), publisher.settings().branch());
    return StepPlan.settled(sentence)
        .finding(
            held ->
                published
                    .commitOf(project)
                    .apply(
                        held.with(
                                Holding.of(APPLICATIONS, "GitFile", Origin.CREATED, path(project)))
                            .with(
                                Holding.of(
                                    MANIFESTS, "GitFolder", Origin.CREATED, folder(project)))));
  }

  // Towards absence.

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    Optional<TreeView> files = published.files(project);
    if (files.isEmpty()) {
      return published.looking();
    }
    TreeView tree = files.get();
    Optional<byte[]> content = tree.file(path(project));
    boolean isOwn = content.isPresent() && FileClaim.isOwn(project, content.get(), cluster);
    if (isOwn && hasSets(content.get())) {
      return applicationsGo(project, content.get(), tree);
    }
    if (isOwn) {
      Optional<StepPlan> waits = waitsForApplications(project);
      if (waits.isPresent()) {
        return waits.get();
      }
    }
    return restGoes(project, held, tree);
  }

  /** Row 0 and 1: what is deployed is spared where that is wished, then the sets go. */
  private StepPlan applicationsGo(Project project, byte[] content, TreeView tree)
      throws StepException {
    byte[] preserving = templates.applications(project);
    if (project.isNamespaceRetained()) {
      boolean isPreserving = preserves(content);
      if (!isPreserving) {
        return pushed(project, "preserve", preserving, tree, "what is deployed is kept");
      }
      Optional<Instant> settled = settledAt(project);
      if (settled.isPresent()) {
        return StepPlan.waits(
                Reason.WAITING_FOR_REMOVAL,
                "Gives Argo CD time until %s to spare what is deployed.".formatted(settled.get()))
            .lookingAgainAt(settled.get());
      }
    }
    return pushed(
        project, "project-alone", templates.appProjectAlone(project), tree, BEING_DELETED);
  }

  private StepPlan pushed(
      Project project, String wish, byte[] content, TreeView tree, String reason)
      throws StepException {
    String path = path(project);
    Edit edit =
        new Edit(
            project.name(),
            OwnerMark.of(project),
            Edit.Purpose.REMOVE,
            wish,
            newer -> {
              Optional<byte[]> found = newer.file(path);
              boolean isOwn = found.isPresent() && FileClaim.isOwn(project, found.get(), cluster);
              return !isOwn || Arrays.equals(found.get(), content)
                  ? List.of()
                  : List.of(FileChange.put(path, content));
            });
    return published
        .needed(
            edit,
            tree,
            path,
            effect -> List.of(Change.of(Verb.UPDATE, path, reason, EventReason.COMMITTED, effect)))
        .orElseGet(published::looking);
  }

  /** Row 1 is on the branch: goes on when Argo CD has none of it any more. */
  private Optional<StepPlan> waitsForApplications(Project project) throws StepException {
    if (!settings.follow()) {
      return settledAt(project)
          .map(
              at ->
                  StepPlan.waits(
                          Reason.WAITING_FOR_REMOVAL,
                          "Argo CD is not looked at (argo.follow=false); gives it time until %s."
                              .formatted(at))
                      .lookingAgainAt(at));
    }
    List<String> left = cluster.argoObjectsOf(project.name(), true);
    if (left.isEmpty()) {
      return Optional.empty();
    }
    String names = String.join(", ", left.subList(0, Math.min(MOST_NAMES, left.size())));
    return Optional.of(
        waitsUntilNextLook(
            "Waits for %d Argo CD %s: %s. If one hangs, look at its finalizers."
                .formatted(left.size(), left.size() == 1 ? "object" : "objects", names)));
  }

  private StepPlan waitsUntilNextLook(String sentence) {
    return StepPlan.waits(Reason.WAITING_FOR_REMOVAL, sentence)
        .lookingAgainAt(clock.instant().plus(NEXT_LOOK));
  }

  /**
   * Until when a file must have stood on the branch before Argo CD is trusted to have followed;
   * empty if it has stood long enough. Counted from its newest commit, so that a restart does not
   * lengthen it.
   */
  private Optional<Instant> settledAt(Project project) throws StepException {
    return publisher
        .lastTouched(path(project))
        .map(touch -> touch.at().plus(settings.blindWait()))
        .filter(at -> at.isAfter(clock.instant()));
  }

  /**
   * Row 2: the AppProject and our own files go; what developers wrote stays unless told otherwise.
   */
  private StepPlan restGoes(Project project, Holdings held, TreeView tree) throws StepException {
    boolean ownsFolder = held.thing(MANIFESTS).isPresent();
    Edit edit =
        new Edit(
            project.name(),
            OwnerMark.of(project),
            Edit.Purpose.REMOVE,
            "absent",
            newer -> removals(project, ownsFolder, newer));
    Optional<StepPlan> needed =
        published.needed(edit, tree, path(project), effect -> removal(project, tree, effect));
    if (needed.isPresent()) {
      return needed.get();
    }
    boolean wasThere =
        held.thing(APPLICATIONS).isPresent() || publisher.newestCommit(project.uid()).isPresent();
    if (wasThere && settings.follow() && cluster.hasAppProject(project.name())) {
      return waitsUntilNextLook(
              "%s is gone from branch %s; waits until Argo CD has removed AppProject %s."
                  .formatted(path(project), publisher.settings().branch(), project.name()))
          .finding(published.commitOf(project));
    }
    publisher.forget(project.uid());
    return StepPlan.settled(gone(project, wasThere, tree))
        .finding(known -> known.without(APPLICATIONS).without(MANIFESTS));
  }

  private List<FileChange> removals(Project project, boolean ownsFolder, TreeView tree)
      throws StepException {
    List<FileChange> changes = new ArrayList<>();
    Optional<byte[]> found = tree.file(path(project));
    boolean isOwn = found.isPresent() && FileClaim.isOwn(project, found.get(), cluster);
    if (isOwn) {
      changes.add(FileChange.remove(path(project)));
    }
    // Without our file, or a memory of it, the folder may be another's.
    if (!isOwn && !(found.isEmpty() && ownsFolder)) {
      return changes;
    }
    if (settings.removeManifests() && !tree.filesBelow(folder(project)).isEmpty()) {
      changes.add(FileChange.removeFolder(folder(project)));
    } else if (tree.kind(keep(project)) == TreeView.Kind.FILE) {
      changes.add(FileChange.remove(keep(project)));
    }
    return changes;
  }

  private List<Change> removal(Project project, TreeView tree, Effect effect) throws StepException {
    List<Change> changes = new ArrayList<>();
    if (!settings.removeManifests() && !developersFiles(project, tree).isEmpty()) {
      changes.add(
          Change.retain(folder(project) + "/", "the developers' own files stay in the repository"));
    }
    changes.add(
        Change.of(Verb.DELETE, path(project), BEING_DELETED, EventReason.COMMITTED, effect));
    return changes;
  }

  private static List<String> developersFiles(Project project, TreeView tree) throws StepException {
    return tree.filesBelow(folder(project)).stream()
        .filter(file -> !file.equals(keep(project)))
        .toList();
  }

  private static String gone(Project project, boolean wasThere, TreeView tree)
      throws StepException {
    if (!wasThere) {
      return "Nothing of this Project is in the deployment repository.";
    }
    String kept =
        developersFiles(project, tree).isEmpty()
            ? ""
            : " The developers' files in %s/ stay.".formatted(folder(project));
    return "%s is gone from the deployment repository.%s".formatted(path(project), kept);
  }

  private static boolean hasSets(byte[] content) {
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .anyMatch(line -> line.strip().matches("kind: ['\"]?ApplicationSet['\"]?"));
  }

  private static boolean preserves(byte[] content) {
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .anyMatch(line -> line.strip().equals("preserveResourcesOnDeletion: true"));
  }
}

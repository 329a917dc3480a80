package tech.kyotu.groundwork.gitops;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Wakeups;

/** Who is told that the branch moved: those whose files did, or everybody, bit by bit. */
final class ProjectWaking {

  private static final int MOST_CHANGED_PATHS = 2000;
  private static final int SPREAD_SECONDS = 60;
  private static final Logger LOG = Logger.getLogger(ProjectWaking.class);

  private final LaneSettings settings;
  private final Supplier<List<Project>> projects;
  private final Wakeups wakeups;
  private final List<ProjectRef> spread = new ArrayList<>();
  private int spreadChunk;
  private Instant nextSpread = Instant.MIN;

  ProjectWaking(LaneSettings settings, Supplier<List<Project>> projects, Wakeups wakeups) {
    this.settings = settings;
    this.projects = projects;
    this.wakeups = wakeups;
  }

  /**
   * Only those whose files moved are woken; everybody if it was a file of all, or cannot be told.
   */
  void concerned(GitRepository repository, String older, String newer) throws StepException {
    boolean isContinued = repository.isAncestor(older, newer);
    if (!isContinued) {
      LOG.warnf(
          "the history of %s in the %s was rewritten; its new tip counts",
          settings.branch(), settings.title());
    }
    Set<String> watched = new HashSet<>(settings.fence().folders());
    watched.addAll(settings.sharedFiles());
    Optional<Set<String>> paths =
        isContinued
            ? repository.changedPaths(older, newer, watched, MOST_CHANGED_PATHS)
            : Optional.empty();
    if (paths.isEmpty() || paths.get().stream().anyMatch(settings.sharedFiles()::contains)) {
      everybody();
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    paths.get().forEach(path -> PathFence.projectOf(path).ifPresent(names::add));
    if (!names.isEmpty()) {
      projects.get().stream()
          .filter(project -> names.contains(nameOf(project)))
          .forEach(project -> wakeups.wake(project.ref()));
    }
  }

  /** Within a minute, so that the systems behind the other steps are not asked all at once. */
  void everybody() {
    spread.clear();
    projects.get().forEach(project -> spread.add(project.ref()));
    spreadChunk = 1 + spread.size() / SPREAD_SECONDS;
  }

  /** The name a stored spec derives to, also one that breaks today's rules. */
  private static String nameOf(Project project) {
    var spec = project.getSpec();
    return spec == null || spec.projectId() == null || spec.environmentType() == null
        ? ""
        : spec.projectId() + "-" + spec.environmentType().word();
  }

  /** Wakes the next few, if they are due. */
  void someOfMany(Instant now) {
    if (spread.isEmpty() || now.isBefore(nextSpread)) {
      return;
    }
    List<ProjectRef> chunk = spread.subList(0, Math.min(spreadChunk, spread.size()));
    chunk.forEach(wakeups::wake);
    chunk.clear();
    nextSpread = now.plusSeconds(1);
  }

  /** When the next few are due; empty if nobody is left. */
  Optional<Instant> next() {
    return spread.isEmpty() ? Optional.empty() : Optional.of(nextSpread);
  }
}

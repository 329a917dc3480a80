package tech.kyotu.groundwork;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.view.OrphansView;
import tech.kyotu.groundwork.view.OrphansView.OfThing;

/** What bears our mark and has no Project, in the systems that only the operator can read. */
final class OrphanReport {

  private final Supplier<? extends Collection<Project>> projects;
  private final List<OrphanSource> sources;

  /**
   * A report on these systems.
   *
   * @param projects all Projects of the cluster, from memory
   */
  OrphanReport(Supplier<? extends Collection<Project>> projects, List<OrphanSource> sources) {
    this.projects = projects;
    this.sources = List.copyOf(sources);
  }

  /** Each system is searched now. */
  OrphansView all() {
    List<Project> before = List.copyOf(projects.get());
    List<OfThing> orphans = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (OrphanSource source : sources) {
      try {
        OrphanSource.Found found = source.search(before);
        found.things().forEach(thing -> orphans.add(view(source.system(), thing)));
        found.unread().forEach(why -> unread.add(source.system() + ": " + why));
      } catch (StepException trouble) {
        unread.add(source.system() + ": " + trouble.sentence());
      }
    }
    // What a Project made that came meanwhile is no orphan.
    Set<String> now = projects.get().stream().map(Project::uid).collect(Collectors.toSet());
    orphans.removeIf(orphan -> now.contains(orphan.uid()));
    return OrphansView.of(orphans, unread);
  }

  private static OfThing view(String system, Orphan thing) {
    return new OfThing(
        system,
        thing.kind(),
        thing.name(),
        thing.owner().map(ProjectRef::toString).orElse(""),
        thing.uid().orElse(""),
        thing.origin().map(Origin::word).orElse(""),
        thing.kept());
  }
}

package tech.kyotu.groundwork.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitops.older.Found;
import tech.kyotu.groundwork.gitops.older.Importer;

/** An installation of the older operator, shown as Projects of ours. */
final class OlderProjects {

  private final Session session;

  OlderProjects(Session session) {
    this.session = session;
  }

  /** Manifests as the answer; settings, changes and what is left out beside it. */
  ExitCode show(Path flux, Path deployment) {
    Found found;
    try {
      found = Importer.read(flux, deployment, projects(), session.namespace());
    } catch (IOException unreadable) {
      throw Failure.wrongUse(
          "A repository cannot be read: %s. Check it out anew.".formatted(unreadable.getMessage()));
    }
    Screen screen = session.screen();
    found.manifests().lines().forEach(screen::line);
    // Not on standard output: that is for the file.
    found.report().lines().forEach(screen::remark);
    return ExitCode.FINE;
  }

  private List<Project> projects() {
    return StreamSupport.stream(
            session.cluster().read(Cluster.PROJECTS).path("items").spliterator(), false)
        .map(item -> Json.as(item, Project.class))
        .toList();
  }
}

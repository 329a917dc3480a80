package tech.kyotu.groundwork;

import java.util.List;
import java.util.function.Consumer;
import tech.kyotu.groundwork.api.Project;

/**
 * What is remembered of a Project anywhere is dropped when it goes, so that memory does not grow
 * with history.
 */
final class Departures {

  private final List<Consumer<Project>> rememberers;

  Departures(List<Consumer<Project>> rememberers) {
    this.rememberers = List.copyOf(rememberers);
  }

  void of(Project project) {
    rememberers.forEach(rememberer -> rememberer.accept(project));
  }
}

package tech.kyotu.groundwork.console;

import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.AccessView;
import tech.kyotu.groundwork.view.CheckView;

/** What people ask of the installation as a whole, beside plans. Each answer is read anew. */
public interface Answers {

  /** Whether each system lets the operator work. */
  List<CheckView> checks();

  /** Who may do what in a Project; empty if there is no such Project. */
  Optional<AccessView> access(ProjectRef ref);

  /**
   * What a Google group may do, in all Projects.
   *
   * @param group its address
   */
  AccessView access(String group);
}

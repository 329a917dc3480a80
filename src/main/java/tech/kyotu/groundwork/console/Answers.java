package tech.kyotu.groundwork.console;

import java.util.Optional;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.AccessView;
import tech.kyotu.groundwork.view.InstallationView;
import tech.kyotu.groundwork.view.OrphansView;

/** What people ask of the installation as a whole, beside plans. Each answer is read anew. */
public interface Answers {

  /** Whether each system lets the operator work. */
  InstallationView checks();

  /** What bears our mark and has no Project, in all systems but the cluster itself. */
  OrphansView orphans();

  /** Who may do what in a Project; empty if there is no such Project. */
  Optional<AccessView> access(ProjectRef ref);

  /**
   * What a Google group may do, in all Projects.
   *
   * @param group its address
   */
  AccessView access(String group);
}

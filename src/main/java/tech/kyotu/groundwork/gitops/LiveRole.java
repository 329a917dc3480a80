package tech.kyotu.groundwork.gitops;

import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.StepException;

/** Whether the people of a Project have their role from Argo CD's AppProject already. */
@FunctionalInterface
public interface LiveRole {

  /**
   * Reads the AppProject, live.
   *
   * @throws StepException if it cannot be told
   */
  boolean isLive(Project project) throws StepException;
}

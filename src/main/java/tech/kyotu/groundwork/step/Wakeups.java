package tech.kyotu.groundwork.step;

import tech.kyotu.groundwork.api.ProjectRef;

/**
 * How a lane says "look at this Project again". Waking twice, or a Project that is gone, is
 * harmless.
 */
@FunctionalInterface
public interface Wakeups {

  /** Asks for one reconcile; returns at once, from any thread. */
  void wake(ProjectRef project);
}

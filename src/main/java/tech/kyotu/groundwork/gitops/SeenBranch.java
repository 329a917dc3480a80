package tech.kyotu.groundwork.gitops;

import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Look;

/** A branch for who only wants to know what would become of it: nothing is under way there. */
sealed interface SeenBranch extends Branch permits BranchPreview, CheckedOutBranch {

  @Override
  default Standing standing(String key, String wish) {
    return new Standing.Idle();
  }

  @Override
  default void look(ProjectRef project) {
    // It was waited for, or there is nothing newer; nobody needs to be woken.
  }

  @Override
  default void heed(Look look) {
    // Who asks what would happen has no wish.
  }

  @Override
  default void forget(String uid) {
    // The Project is not gone.
  }
}

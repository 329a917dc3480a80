package tech.kyotu.groundwork.step;

import java.util.Collection;
import java.util.List;
import tech.kyotu.groundwork.api.Project;

/** One system in which things of Projects that are gone may have been left. It only reads. */
public interface OrphanSource {

  /**
   * What a search found.
   *
   * @param things what bears our mark and is of none of the Projects
   * @param unread what was left out, a sentence each
   */
  record Found(List<Orphan> things, List<String> unread) {

    /** Copies the lists. */
    public Found {
      things = List.copyOf(things);
      unread = List.copyOf(unread);
    }
  }

  /** What people call the system. */
  String system();

  /**
   * Searches it, with as few calls as there are things to find; lists serve all Projects.
   *
   * @param living all Projects, also those with a spec that breaks the rules
   * @throws StepException if it does not answer, or refuses
   */
  Found search(Collection<Project> living) throws StepException;
}

package tech.kyotu.groundwork.step;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;

/**
 * What a step was asked. Two equal looks have the same answer until the world moves, so a lane may
 * answer the second one from memory.
 *
 * @param uid the Project
 * @param project where it lives
 * @param step which part
 * @param direction towards existence or absence
 * @param generation of the spec; also moves when the deletion mark is set
 * @param requests our annotations, each a person's request
 * @param premises what the needed steps told
 */
public record Look(
    String uid,
    ProjectRef project,
    StepName step,
    Direction direction,
    long generation,
    Map<String, String> requests,
    List<Holding> premises) {

  /** Where a walk over the steps leads. */
  public enum Direction {
    /** Everything is brought into place. */
    CONVERGE,
    /** Everything is taken away. */
    RELEASE
  }

  /** The look at this step of this Project, as it is now. */
  public static Look at(
      Project project, StepName step, Direction direction, List<Holding> premises) {
    Map<String, String> annotations =
        project.getMetadata().getAnnotations() == null
            ? Map.of()
            : project.getMetadata().getAnnotations();
    return new Look(
        project.uid(),
        project.ref(),
        step,
        direction,
        project.generation(),
        annotations.entrySet().stream()
            .filter(entry -> Project.WATCHED_ANNOTATIONS.contains(entry.getKey()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)),
        premises);
  }
}

package tech.kyotu.groundwork.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;

/** A step that does as it is told and keeps what was asked of it. */
final class ScriptedStep implements Step {

  /** What planning answers. */
  @FunctionalInterface
  interface Script {
    StepPlan plan(Holdings held) throws StepException;
  }

  private final StepName name;
  private final List<String> diary;
  private Set<StepName> needs = Set.of();
  private Set<StepName> goesAfter = Set.of();
  private Lane lane = Lane.INLINE;
  private Script script = held -> StepPlan.settled("As wanted.");

  ScriptedStep(StepName name, List<String> diary) {
    this.name = name;
    this.diary = diary;
  }

  ScriptedStep(StepName name) {
    this(name, new ArrayList<>());
  }

  ScriptedStep needing(StepName... steps) {
    needs = Set.of(steps);
    return this;
  }

  ScriptedStep goingAfter(StepName... steps) {
    goesAfter = Set.of(steps);
    return this;
  }

  ScriptedStep in(Lane other) {
    lane = other;
    return this;
  }

  ScriptedStep doing(Script other) {
    script = other;
    return this;
  }

  /** Planning and releasing both end with this trouble. */
  ScriptedStep failing(StepException trouble) {
    return doing(
        held -> {
          throw trouble;
        });
  }

  List<String> diary() {
    return diary;
  }

  @Override
  public StepName name() {
    return name;
  }

  @Override
  public Set<StepName> needs() {
    return needs;
  }

  @Override
  public Set<StepName> goesAfter() {
    return goesAfter;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    diary.add("plan " + name);
    return script.plan(held);
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    diary.add("release " + name);
    return script.plan(held);
  }
}

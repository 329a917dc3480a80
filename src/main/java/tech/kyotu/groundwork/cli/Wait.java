package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tech.kyotu.groundwork.api.ProjectRef;

/** Waits for a Project. */
@Command(name = "wait", description = "Waits until a Project is Ready, or gone.")
final class Wait implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Option(
      names = "--for",
      paramLabel = "GOAL",
      defaultValue = "ready",
      description = "ready or gone. Default: ${DEFAULT-VALUE}.")
  Goal goal;

  /** What is waited for. */
  enum Goal {
    READY,
    GONE
  }

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      ProjectRef ref = session.ref(name);
      Waiting waiting = new Waiting(session, ref, new ProjectAnswer(session, ref, "wait"));
      return (goal == Goal.GONE ? waiting.untilGone() : waiting.untilReady()).number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Stops the work on a Project. */
@Command(
    name = "suspend",
    description = "Stops all work on a Project, also its rotation and deletion.")
final class Suspend implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new Edits(session, session.ref(name), "suspend").suspend().number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Goes on with a Project. */
@Command(name = "resume", description = "Goes on with a suspended Project.")
final class Resume implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new Edits(session, session.ref(name), "resume").resume().number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Asks the operator for a look. */
@Command(name = "reconcile", description = "Asks for one full look at a Project now.")
final class Reconcile implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Option(names = "--wait", description = "Wait until it was done and the Project is Ready.")
  boolean wait;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new Edits(session, session.ref(name), "reconcile").reconcile(wait).number();
    }
  }
}

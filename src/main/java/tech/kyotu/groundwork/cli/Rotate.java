package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Asks for a new registry token. */
@Command(
    name = "rotate",
    description = "Asks for a new registry token; the old one lives on for its grace.")
final class Rotate implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Option(names = "--wait", description = "Wait until the new token is in place.")
  boolean wait;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new Edits(session, session.ref(name), "rotate").rotate(wait).number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What happened to a Project. */
@Command(name = "events", description = "Shows what happened to a Project, the newest last.")
final class Events implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on showing what happens, until --timeout (default: an hour).")
  boolean watch;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new EventList(session, session.ref(name)).show(watch).number();
    }
  }
}

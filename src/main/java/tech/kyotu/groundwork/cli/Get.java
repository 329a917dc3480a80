package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Where Projects stand. */
@Command(name = "get", description = "Lists Projects, or shows one on a screen.")
final class Get implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Projects of all namespaces.")
  boolean everywhere;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "One Project. Default: all.")
  @Nullable String name;

  @Override
  public Integer call() {
    if (everywhere && name != null) {
      throw Failure.wrongUse("A name belongs to one namespace. Use -n in place of -A.");
    }
    if (everywhere && flags.namespace != null) {
      throw Failure.wrongUse("-n and -A exclude each other. Leave one out.");
    }
    try (Session session = kubectl.open(flags)) {
      if (name != null) {
        return new ProjectScreen(session).show(session.ref(name)).number();
      }
      return new ProjectTable(session).show(everywhere).number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Who may do what. */
@Command(
    name = "access",
    description = "Shows who may do what in a Project, by which rule, and since which commit.")
final class Access implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A Project of the cluster.")
  @Nullable String name;

  @Option(
      names = "--group",
      paramLabel = "EMAIL",
      description = "What this Google group may do, in all Projects.")
  @Nullable String group;

  @Override
  public Integer call() {
    if ((name == null) == (group == null)) {
      throw Failure.wrongUse("Whose access? Name a Project, or a Google group with --group EMAIL.");
    }
    try (Session session = kubectl.open(flags)) {
      GrantList grants = new GrantList(session);
      return (name != null ? grants.of(session.ref(name)) : grants.of(String.valueOf(group)))
          .number();
    }
  }
}

package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Why a Project is as it is. */
@Command(
    name = "trace",
    description = "Shows the tree of a Project down to what fails, and what to do.")
final class Trace implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Parameters(paramLabel = "NAME", description = "The Project.")
  String name;

  @Option(
      names = "--argocd-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "argocd",
      description = "Where Argo CD runs. Default: ${DEFAULT-VALUE}.")
  String argoNamespace;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new TracedProject(session, argoNamespace).show(session.ref(name)).number();
    }
  }
}

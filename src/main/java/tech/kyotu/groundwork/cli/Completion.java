package tech.kyotu.groundwork.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Prints the script by which a shell completes our words; asks no server. */
@Command(
    name = "completion",
    description = {
      "Prints a completion script for bash and zsh.",
      "Use it with: source <(kubectl-project completion)"
    })
final class Completion implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;

  @Override
  public Integer call() {
    PrintWriter out = kubectl.around().out();
    out.println(
        AutoComplete.bash("kubectl-project", new CommandLine(new Kubectl(kubectl.around()))));
    out.flush();
    return ExitCode.FINE.number();
  }
}

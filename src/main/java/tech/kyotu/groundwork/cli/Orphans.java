package tech.kyotu.groundwork.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Things with our marks whose Project is gone. */
@Command(
    name = "orphans",
    description = {
      "Lists what bears the mark of a Project that is gone.",
      "Namespaces and Secrets are read with your rights; the operator tells the rest."
    })
final class Orphans implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new OrphanSearch(session).show().number();
    }
  }
}

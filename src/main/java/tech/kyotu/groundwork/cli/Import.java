package tech.kyotu.groundwork.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Projects out of an installation of the older operator. */
@Command(
    name = "import",
    description = {
      "Reads the repositories and the cluster of an installation of kyotu-project-operator.",
      "Prints Projects whose first reconcile changes nothing but what is told beside them."
    })
final class Import implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Option(
      names = "--flux-repo",
      required = true,
      paramLabel = "DIR",
      description = "The checked-out Flux repository.")
  Path flux;

  @Option(
      names = "--deployment-repo",
      required = true,
      paramLabel = "DIR",
      description = "The checked-out deployment repository.")
  Path deployment;

  @Override
  public Integer call() {
    requireFolder("--flux-repo", flux);
    requireFolder("--deployment-repo", deployment);
    try (Session session = kubectl.open(flags)) {
      return new OlderProjects(session).show(flux, deployment).number();
    }
  }

  private static void requireFolder(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw Failure.wrongUse(
          "%s %s is no folder. Check the repository out and name its folder."
              .formatted(option, folder));
    }
  }
}

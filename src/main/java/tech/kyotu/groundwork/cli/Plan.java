package tech.kyotu.groundwork.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What would be done. */
@Command(
    name = "plan",
    description = {
      "Shows what would be done for a Project, and does none of it.",
      "A deletion is planned with --delete NAME, manifests with -f FILE_OR_DIR.",
      "A pipeline without rights in the cluster adds --offline and two checked-out repositories.",
      "Exit code 0: no changes; 1: changes; 5: not read in full."
    })
final class Plan implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;
  @Mixin OfflinePlan offline;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE_OR_DIR",
      description =
          "Manifests that are not applied yet; - reads what is piped in. May be repeated.")
  List<Path> files = List.of();

  @Option(names = "--delete", description = "Plan the deletion of NAME.")
  boolean deletion;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A Project of the cluster.")
  @Nullable String name;

  @Override
  public Integer call() {
    if (offline.isWanted) {
      return offline.show(this, kubectl.around()).number();
    }
    offline.requireNothing();
    if (name == null && files.isEmpty()) {
      throw Failure.wrongUse(
          "Plan what? Name a Project, or manifests with -f FILE_OR_DIR (- for what is piped in).");
    }
    if (name != null && !files.isEmpty()) {
      throw Failure.wrongUse("A NAME and -f exclude each other. Leave one out.");
    }
    if (name == null && deletion) {
      throw Failure.wrongUse("--delete needs the NAME of a Project, not a file.");
    }
    try (Session session = kubectl.open(flags)) {
      AskedPlan plan = new AskedPlan(session);
      if (name != null) {
        return plan.show(session.ref(name), deletion).number();
      }
      ManifestFiles manifests =
          new ManifestFiles(
              () -> Optional.of(session.namespace()), session.screen(), kubectl.around().in());
      return plan.show(manifests.read(files)).number();
    }
  }
}

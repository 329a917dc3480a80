package tech.kyotu.groundwork.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tech.kyotu.groundwork.cli.OfflineSteps.Input;

/** Flags of a plan without a cluster, and how it is made. */
final class OfflinePlan {

  @Option(
      names = "--offline",
      description =
          "Plan -f against checked-out repositories: no cluster, no kubeconfig. What is in no"
              + " repository is told as not read, and does not count for the exit code.")
  boolean isWanted;

  @Option(
      names = "--flux-repo",
      paramLabel = "DIR",
      description = "With --offline: the checked-out Flux repository.")
  @Nullable Path flux;

  @Option(
      names = "--deployment-repo",
      paramLabel = "DIR",
      description = "With --offline: the checked-out deployment repository.")
  @Nullable Path deployment;

  @Mixin SettingsFlags settings;

  /** Refuses flags that only an offline plan has. */
  void requireNothing() {
    if (flux != null || deployment != null || settings.areGiven()) {
      throw Failure.wrongUse(
          "--flux-repo, --deployment-repo, --settings and --templates belong to an offline plan."
              + " Add --offline, or leave them out.");
    }
  }

  /** Plans these manifests and shows what came of it. */
  ExitCode show(Plan plan, Surroundings around) {
    if (plan.files.isEmpty() || plan.name != null || plan.deletion) {
      throw Failure.wrongUse(
          "--offline plans manifests: give -f FILE_OR_DIR, and neither a NAME nor --delete,"
              + " which need the cluster.");
    }
    Path flux = requireCheckout("--flux-repo", this.flux);
    Path deployment = requireCheckout("--deployment-repo", this.deployment);
    Screen screen = around.screen(plan.flags);
    ShownPlan shown = ShownPlan.on(screen, plan.flags);
    ManifestFiles manifests =
        new ManifestFiles(() -> Optional.ofNullable(plan.flags.namespace), screen, around.in());
    Input input = settings.input(manifests.read(plan.files), around, screen);
    return shown.show(
        Json.tree(SettingsFlags.asked(around, steps -> steps.plan(input, flux, deployment))));
  }

  /** Any other folder would make a plan in which all is to be created. */
  private static Path requireCheckout(String option, @Nullable Path folder) {
    if (folder == null) {
      throw Failure.wrongUse(
          "--offline needs both repositories. Add %s DIR, the folder where it is checked out."
              .formatted(option));
    }
    if (!Files.exists(folder.resolve(".git"))) {
      throw Failure.wrongUse(
          "%s %s is no checkout: it has no .git. Check the repository out and name its folder."
              .formatted(option, folder));
    }
    return folder;
  }
}

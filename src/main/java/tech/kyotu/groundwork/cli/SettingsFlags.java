package tech.kyotu.groundwork.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tech.kyotu.groundwork.cli.OfflineSteps.Input;
import tech.kyotu.groundwork.cli.OfflineSteps.WrongInputException;

/** Flags of the verbs that work on files alone: what else the files are made from. */
final class SettingsFlags {

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "The operator's settings: its Deployment or ConfigMap, or properties. May be repeated,"
              + " the later wins. GROUNDWORK_* in the environment wins over all.")
  List<Path> settings = List.of();

  @Option(
      names = "--templates",
      paramLabel = "DIR",
      description = "Holds flux-repo-template and argocd-templates. Default: as the settings say.")
  @Nullable Path templates;

  boolean areGiven() {
    return !settings.isEmpty() || templates != null;
  }

  /** The port's question about these manifests. */
  Input input(String manifests, Surroundings around, Screen screen) {
    return new Input(
        manifests, settings, around.variables(), Optional.ofNullable(templates), screen::remark);
  }

  /** Asks the operator's steps. */
  interface Question<T> {
    T to(OfflineSteps steps) throws WrongInputException;
  }

  /**
   * The answer of the operator's steps.
   *
   * @throws Failure wrong use, with their own words, if they cannot work with what was given
   */
  static <T> T asked(Surroundings around, Question<T> question) {
    try {
      return question.to(around.offline().get());
    } catch (WrongInputException wrong) {
      throw Failure.wrongUse(String.valueOf(wrong.getMessage()));
    }
  }
}

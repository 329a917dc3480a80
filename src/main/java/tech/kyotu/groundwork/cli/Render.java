package tech.kyotu.groundwork.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tech.kyotu.groundwork.cli.OfflineSteps.Input;
import tech.kyotu.groundwork.view.RenderView;

/** The files of Projects, and nothing else; asks no server. */
@Command(
    name = "render",
    description = {
      "Prints the files that would be written into the Flux and the deployment repository.",
      "No cluster, no network: both repositories are taken to hold only their template. The UID,",
      "which the cluster gives, is known-after-apply. In the YAML a file that is none is a comment."
    })
final class Render implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin SettingsFlags settings;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE_OR_DIR",
      description = "Manifests of Projects; - reads what is piped in. May be repeated.")
  List<Path> files = List.of();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Of Projects whose manifest names none.")
  @Nullable String namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "yaml",
      description = "yaml (documents, each after a line with its path), json or name.")
  Form form = Form.YAML;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "Write the files below DIR/flux and DIR/deployment; DIR is new or empty.")
  @Nullable Path folder;

  @Option(
      names = {"-q", "--quiet"},
      description = "No remarks beside the answer.")
  boolean quiet;

  @Override
  public Integer call() {
    if (files.isEmpty()) {
      throw Failure.wrongUse(
          "Render what? Name manifests with -f FILE_OR_DIR (- for what is piped in).");
    }
    if (form != Form.YAML && form != Form.JSON && form != Form.NAME) {
      throw Failure.wrongUse(
          "render has no form %s. Use -o with one of yaml, json, name.".formatted(form.word()));
    }
    Optional<FileFolder> target = Optional.ofNullable(folder).map(FileFolder::empty);
    Surroundings around = kubectl.around();
    Screen screen = new Screen(around.out(), around.err(), false, quiet);
    ManifestFiles manifests =
        new ManifestFiles(() -> Optional.ofNullable(namespace), screen, around.in());
    Input input = settings.input(manifests.read(files), around, screen);
    RenderView rendered = SettingsFlags.asked(around, steps -> steps.render(input));
    target.ifPresentOrElse(
        below -> screen.remark(below.write(rendered)), () -> show(rendered, screen));
    return ExitCode.FINE.number();
  }

  private void show(RenderView rendered, Screen screen) {
    switch (form) {
      case JSON -> screen.data(form, rendered);
      case NAME ->
          rendered.files().forEach(file -> screen.line(file.repository() + ":" + file.path()));
      default -> RenderText.of(rendered).forEach(screen::line);
    }
  }
}

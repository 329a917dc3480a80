package tech.kyotu.groundwork;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.cli.OfflineSteps;
import tech.kyotu.groundwork.config.InvalidSettingsException;
import tech.kyotu.groundwork.config.OfflineSettings;
import tech.kyotu.groundwork.console.Manifests;
import tech.kyotu.groundwork.console.RefusedException;
import tech.kyotu.groundwork.gitops.FolderTree;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.RenderView;

/** Reads what the command line was given, and asks the steps. */
public final class OfflinePlans implements OfflineSteps {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  private final Optional<Path> shipped;
  private final Clock clock;

  /**
   * Nothing is read yet.
   *
   * @param shipped folder of the templates that came with Groundwork
   * @param clock the time
   */
  public OfflinePlans(Optional<Path> shipped, Clock clock) {
    this.shipped = shipped;
    this.clock = clock;
  }

  @Override
  public PlanView plan(Input input, Path flux, Path deployment) throws WrongInputException {
    List<Project> manifests = manifests(input.manifests());
    OfflineSettings settings = settings(input);
    if (!settings.unset().isEmpty()) {
      throw new WrongInputException(
          "%s is not set, and it stands in the files. Name the operator's settings with --settings."
              .formatted(String.join(" and ", settings.unset())));
    }
    PlanView plan =
        new OfflineWorld(
                settings.config(),
                new FolderTree(PathFence.FLUX, flux),
                new FolderTree(PathFence.DEPLOYMENT, deployment),
                manifests,
                clock)
            .plan();
    refuseTemplates(plan);
    return plan;
  }

  /** The templates were given as the manifests were: a fault of theirs is no finding of a plan. */
  private static void refuseTemplates(PlanView plan) throws WrongInputException {
    Optional<String> fault =
        plan.projects().stream()
            .flatMap(project -> project.steps().stream())
            .filter(step -> step.reason().equals(Reason.TEMPLATE_INVALID.word()))
            .map(PlanView.OfStep::message)
            .findFirst();
    if (fault.isPresent()) {
      throw new WrongInputException(fault.get());
    }
  }

  @Override
  public RenderView render(Input input) throws WrongInputException {
    List<Project> manifests = manifests(input.manifests());
    OfflineSettings settings = settings(input);
    for (String name : settings.unset()) {
      input
          .remark()
          .accept(
              "%s is not set; where the files need it they say not-set.invalid. Name the operator's settings with --settings."
                  .formatted(name));
    }
    Path templates = settings.config().git().templateFolder();
    return new OfflineWorld(
            settings.config(),
            new FolderTree(PathFence.FLUX, templates.resolve("flux-repo-template")),
            new FolderTree(PathFence.DEPLOYMENT, templates.resolve("argocd-templates")),
            manifests,
            clock)
        .render(input.remark());
  }

  private OfflineSettings settings(Input input) throws WrongInputException {
    try {
      OfflineSettings settings =
          OfflineSettings.read(input.settings(), input.variables(), input.templates(), shipped);
      settings.remarks().forEach(input.remark());
      return settings;
    } catch (InvalidSettingsException invalid) {
      throw new WrongInputException(String.join("\n       ", invalid.faults()));
    }
  }

  private static List<Project> manifests(String yaml) throws WrongInputException {
    List<Project> projects;
    try {
      // A manifest may be newer than we are; the API server drops what it does not know either.
      projects =
          new Manifests(
                  JsonMapper.builder()
                      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                      .build(),
                  Integer.MAX_VALUE)
              .read(yaml);
    } catch (RefusedException refused) {
      throw new WrongInputException(refused.sentence());
    }
    List<String> faults = faults(projects);
    if (!faults.isEmpty()) {
      throw new WrongInputException(String.join("\n       ", faults));
    }
    return projects;
  }

  private static List<String> faults(List<Project> projects) {
    List<String> faults = new ArrayList<>();
    Map<String, Project> names = new HashMap<>();
    for (Project project : projects) {
      if (!isName(project.ref().name()) || !isName(project.ref().namespace())) {
        faults.add(
            "Project %s: name and namespace must be names of Kubernetes, as shop-dev. Mend them."
                .formatted(project.ref()));
        continue;
      }
      List<String> ofSpec = SpecRules.faults(project.getSpec());
      if (!ofSpec.isEmpty()) {
        faults.add("Project %s: %s".formatted(project.ref(), String.join(" ", ofSpec)));
        continue;
      }
      Project rival = names.putIfAbsent(project.name().value(), project);
      if (rival != null) {
        faults.add(rivals(project, rival));
      }
    }
    return faults;
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static String rivals(Project project, Project rival) {
    return project.ref().equals(rival.ref())
        ? "Project %s is given twice. Leave one out.".formatted(project.ref())
        : "Projects %s and %s both claim the name %s. Change projectId or environmentType of one."
            .formatted(rival.ref(), project.ref(), project.name());
  }
}

package tech.kyotu.groundwork.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.SpecRules;

/** Writes the manifest of a new Project; asks no server. */
@Command(name = "new", description = "Prints the manifest of a new Project.")
final class New implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;

  @Parameters(index = "0", paramLabel = "ID", description = "The project's id, for example shop.")
  String projectId;

  @Parameters(index = "1", paramLabel = "ENV", description = "dev, qa, test, stage or prod.")
  String environment;

  @Option(
      names = "--group",
      required = true,
      paramLabel = "EMAIL",
      description = "The people who get access.")
  String group;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Where the Project is to live. Default: not written.")
  @Nullable String namespace;

  @Option(names = "--plan", description = "In Plan mode: nothing is made before you set Apply.")
  boolean planOnly;

  @Override
  public Integer call() {
    if (!SpecRules.isProjectId(projectId)) {
      throw Failure.wrongUse(
          "\"%s\" is no project id. %s".formatted(projectId, SpecRules.PROJECT_ID_ADVICE));
    }
    if (Arrays.stream(EnvironmentType.values()).noneMatch(it -> it.word().equals(environment))) {
      throw Failure.wrongUse(
          "\"%s\" is no environment. Use one of %s."
              .formatted(
                  environment,
                  Arrays.stream(EnvironmentType.values())
                      .map(EnvironmentType::word)
                      .collect(Collectors.joining(", "))));
    }
    if (!SpecRules.isGoogleGroup(group)) {
      throw Failure.wrongUse(
          "\"%s\" is no group. %s".formatted(group, SpecRules.GOOGLE_GROUP_ADVICE));
    }
    PrintWriter out = kubectl.around().out();
    out.print(
        """
        apiVersion: kyotu.tech/v1
        kind: Project
        metadata:
          name: %1$s-%2$s
        %4$sspec:
          projectId: %1$s
          environmentType: %2$s
          googleGroup: %3$s
        %5$s\
        """
            .formatted(
                projectId,
                environment.toLowerCase(Locale.ROOT),
                group,
                namespace == null ? "" : "  namespace: " + namespace + "\n",
                planOnly ? "  mode: Plan\n" : ""));
    out.flush();
    return ExitCode.FINE.number();
  }
}

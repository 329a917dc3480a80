package tech.kyotu.groundwork.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of every verb that asks a server; the first ones are those of kubectl. */
final class Flags {

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Where the Project is. Default: the namespace of the context.")
  @Nullable String namespace;

  @Option(names = "--context", paramLabel = "NAME", description = "Context of the kubeconfig.")
  @Nullable String context;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig. Default: as kubectl finds it.")
  @Nullable Path kubeconfig;

  @Option(names = "--as", paramLabel = "USER", description = "Ask as this user.")
  @Nullable String user;

  @Option(
      names = "--as-group",
      paramLabel = "GROUP",
      description = "And as a member of this group; may be repeated.")
  List<String> groups = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait at most, for example 90s or 5m.")
  @Nullable Duration timeout;

  @Option(
      names = "--operator-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "groundwork-system",
      description = "Where the operator runs. Default: ${DEFAULT-VALUE}.")
  String operatorNamespace = "groundwork-system";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "table",
      description =
          "table, wide, json, yaml or name; plan: also markdown, diff; trace: dot, mermaid.")
  Form form = Form.TABLE;

  @Option(
      names = "--no-color",
      description = "No colour; NO_COLOR in the environment does the same.")
  boolean colourless;

  @Option(
      names = {"-q", "--quiet"},
      description = "No remarks beside the answer.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Name each request; show the place of a bug.")
  boolean verbose;

  /** How long to wait for one answer. */
  Duration answerWithin() {
    return timeout == null ? Duration.ofSeconds(30) : timeout;
  }

  /** How long to wait for a Project. */
  Duration reachedWithin() {
    return timeout == null ? Duration.ofMinutes(5) : timeout;
  }
}

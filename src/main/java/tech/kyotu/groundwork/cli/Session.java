package tech.kyotu.groundwork.cli;

import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.ProjectRef;

/** One call of a verb that asks a server: its flags, the way there, and where to write. */
final class Session implements AutoCloseable {

  /** The names of Kubernetes; anything else would lead to another path. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  private final Surroundings around;
  private final Flags flags;
  private final ApiServer server;
  private final Cluster cluster;

  Session(Surroundings around, Flags flags) {
    if (flags.user == null && !flags.groups.isEmpty()) {
      throw Failure.wrongUse("--as-group needs a user. Add --as USER.");
    }
    if (flags.namespace != null && !isName(flags.namespace)) {
      throw Failure.wrongUse(
          "-n %s is no name of a namespace. kubectl get namespaces lists them."
              .formatted(flags.namespace));
    }
    this.around = around;
    this.flags = flags;
    ApiServer way = around.door().open(flags);
    this.server = flags.verbose ? new ToldRequests(way, around.err()) : way;
    this.cluster = new Cluster(server, around.clock(), around.pause());
  }

  Cluster cluster() {
    return cluster;
  }

  Flags flags() {
    return flags;
  }

  Clock clock() {
    return around.clock();
  }

  Pause pause() {
    return around.pause();
  }

  /** Whether the operator is asked at its own address, outside a cluster. */
  boolean isOutsideCluster() {
    return operatorUrl().isPresent();
  }

  /** The operator. */
  Operator operator() {
    return operatorUrl()
        .map(url -> Operator.at(url, new OperatorUrl(url, flags.answerWithin())))
        .orElseGet(() -> Operator.behind(server, flags.operatorNamespace));
  }

  private Optional<String> operatorUrl() {
    return Optional.ofNullable(around.variables().get("OPERATOR_URL")).filter(it -> !it.isBlank());
  }

  /** The namespace that the caller means. */
  String namespace() {
    return flags.namespace == null ? cluster.namespace() : flags.namespace;
  }

  /** The Project that the caller means. */
  ProjectRef ref(String name) {
    if (!isName(name)) {
      throw Failure.wrongUse(
          "\"%s\" is no name of a Project. kubectl project get lists them.".formatted(name));
    }
    return new ProjectRef(namespace(), name);
  }

  private static boolean isName(@Nullable String text) {
    return text != null && NAME.matcher(text).matches();
  }

  Screen screen() {
    return around.screen(flags);
  }

  @Override
  public void close() {
    server.close();
  }
}

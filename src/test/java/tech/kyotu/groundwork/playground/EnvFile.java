package tech.kyotu.groundwork.playground;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.OperatorProcess;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * What other tools need to join in: a kubeconfig, a shell file, and settings for an own operator.
 */
final class EnvFile {
  private final World world;

  EnvFile(World world) {
    this.world = world;
  }

  /** Writes everything; called again after each start of the operator, whose pid has changed. */
  Path write(Optional<OperatorProcess> operator) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("KUBECONFIG", kubeconfig().toString());
    variables.put("GITLAB_URL", world.gitlab().url());
    variables.put("GITLAB_ADMIN_URL", world.gitlab().adminUrl());
    variables.put("GITLAB_TOKEN", world.gitlabToken());
    variables.put("FLUX_REPO_URL", withCredentials(world.flux()));
    variables.put("DEPLOYMENT_REPO_URL", withCredentials(world.deployment()));
    variables.put("VAULT_ADDR", world.vault().map(VaultServer::url).orElse(""));
    variables.put("VAULT_TOKEN", world.vault().map(VaultServer::rootToken).orElse(""));
    variables.put("OPERATOR_URL", world.consoleUrl());
    variables.put("OPERATOR_MANAGEMENT_URL", world.operatorUrl());
    variables.put("OPERATOR_PID", operator.map(it -> String.valueOf(it.pid())).orElse(""));
    StringBuilder text = new StringBuilder();
    variables.forEach(
        (name, value) ->
            text.append("export ").append(name).append("='").append(value).append("'\n"));
    return Places.write(world.places().out().resolve("env"), text.toString());
  }

  /** Writes the settings as a file that an operator started by hand can be pointed at. */
  Path writeSettings() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(world.settings())
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return Places.write(world.places().out().resolve("operator.properties"), text.toString());
  }

  /** Where the kubeconfig of an administrator is. */
  Path kubeconfig() {
    return world.places().out().resolve("kubeconfig");
  }

  /** So that a plain {@code git clone} of the address works; the password is letters and dashes. */
  private String withCredentials(HostedRepository repository) {
    return repository
        .url()
        .replace("http://", "http://" + world.git().username() + ":" + world.git().token() + "@");
  }
}

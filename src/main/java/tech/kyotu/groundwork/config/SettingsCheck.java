package tech.kyotu.groundwork.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.SpecRules;

/**
 * Finds every fault of the settings at once, before anything is started: one sentence each, with
 * the fix.
 */
public final class SettingsCheck {

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?");
  private static final Pattern REPOSITORY_PATH =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}/)*[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}");
  private static final Pattern SSH_USER_AND_PATH = Pattern.compile("[A-Za-z0-9_][^/]*/[^-].*");
  private static final Pattern NAMESPACE_AND_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]{0,62})/[a-z0-9]([-.a-z0-9]{0,252})");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** What the folder of templates holds. */
  static final List<String> TEMPLATES = List.of("flux-repo-template", "argocd-templates");

  private final GroundworkConfig config;
  private final List<String> faults = new ArrayList<>();

  private SettingsCheck(GroundworkConfig config) {
    this.config = config;
  }

  /**
   * Checks all settings.
   *
   * @throws InvalidSettingsException if one or more cannot be worked with
   */
  public static void check(GroundworkConfig config) {
    SettingsCheck check = new SettingsCheck(config);
    check.all();
    if (!check.faults.isEmpty()) {
      throw new InvalidSettingsException(check.faults);
    }
  }

  /**
   * Checks the settings that files are made from, and none that only a running operator needs.
   *
   * @throws InvalidSettingsException if one or more cannot be worked with
   */
  public static void checkFiles(GroundworkConfig config) {
    SettingsCheck check = new SettingsCheck(config);
    check.files();
    if (!check.faults.isEmpty()) {
      throw new InvalidSettingsException(check.faults);
    }
  }

  private void files() {
    branch("git.deployment", config.git().deployment());
    templates(config.git());
    shared(config.shared());
    new TenantCheck(config, this::fault).all();
    if (config.vault().address().isPresent()) {
      tokens(config.vault());
    }
  }

  private void all() {
    config
        .clusterId()
        .filter(id -> !DNS_LABEL.matcher(id).matches())
        .ifPresent(id -> fault("cluster-id", "must be a DNS label of at most 40 characters"));
    gitlab(config.gitlab());
    registry(config.registry());
    repository("git.flux", config.git().flux());
    repository("git.deployment", config.git().deployment());
    git(config.git());
    shared(config.shared());
    new TenantCheck(config, this::fault).all();
    vault(config.vault());
    if (config.applied().enabled() && !(config.flux().follow() && config.argo().follow())) {
      fault("applied.enabled", "needs flux.follow and argo.follow");
    }
    if (config.deletion().brake() < 0) {
      fault("deletion.brake", "must be at least 0, by which each deletion must be confirmed");
    }
    config
        .takeover()
        .deployment()
        .filter(place -> !NAMESPACE_AND_NAME.matcher(place).matches())
        .ifPresent(
            place ->
                fault("takeover.deployment", "must be namespace/name, as kyotu/project-operator"));
    positive("vault.sweep-interval", config.vault().sweepInterval());
    positive("retry.rejected", config.retry().rejected());
    positive("retry.longest", config.retry().longest());
    positive("retry.regular-look", config.retry().regularLook());
  }

  private void gitlab(GroundworkConfig.GitLab gitlab) {
    address("gitlab.url", gitlab.url(), false);
    file("gitlab.token-file", gitlab.tokenFile());
    connection("gitlab", gitlab);
    gitlab
        .parent()
        .filter(parent -> parent.chars().allMatch(Character::isDigit))
        .ifPresent(
            parent ->
                fault(
                    "gitlab.parent",
                    "is all digits, which GitLab reads as an id; use a full path"));
    if (gitlab.tokenLifetime().compareTo(Duration.ofDays(8)) < 0
        || gitlab.tokenLifetime().compareTo(Duration.ofDays(364)) > 0) {
      fault("gitlab.token-lifetime", "must be between 8d and 364d");
    }
    if (gitlab.tokenGrace().compareTo(Duration.ofMinutes(10)) < 0) {
      fault("gitlab.token-grace", "must be at least 10m, so that running pulls end");
    }
    if (gitlab.requestsPerMinute() < 30) {
      fault("gitlab.requests-per-minute", "must be at least 30");
    }
  }

  private void registry(GroundworkConfig.Registry registry) {
    if (!HOST_AND_PORT.matcher(registry.host()).matches()) {
      fault("registry.host", "must be a host, with a port if need be, as in image names");
    }
    connection("registry", registry);
  }

  private void repository(String name, GroundworkConfig.Repository repository) {
    if ("ssh".equals(repository.url().getScheme())) {
      overSsh(name, repository);
    } else {
      address(name + ".url", repository.url(), config.git().allowPlainHttp());
      connection(name, repository);
    }
    file(name + ".credential-file", repository.credentialFile());
    branch(name, repository);
  }

  private void branch(String name, GroundworkConfig.Repository repository) {
    if (repository.branch().isBlank()) {
      fault(name + ".branch", "is empty; name the branch that is followed");
    }
  }

  private void overSsh(String name, GroundworkConfig.Repository repository) {
    URI url = repository.url();
    String user = Optional.ofNullable(url.getUserInfo()).orElse("git");
    if (user.contains(":")) {
      fault(name + ".url", "holds a password; SSH goes by the key in the credential file");
    } else if (url.getHost() == null
        || !SSH_USER_AND_PATH.matcher(user + url.getPath()).matches()) {
      fault(name + ".url", "is not an address; write it as ssh://git@host/path");
    }
    repository
        .knownHostsFile()
        .ifPresentOrElse(
            path -> file(name + ".known-hosts-file", path),
            () -> fault(name + ".known-hosts-file", "is needed where the url is of SSH"));
    if (repository.caFile().isPresent() || repository.proxy().isPresent()) {
      fault(name + ".url", "is of SSH, which knows no ca-file and no proxy; leave these out");
    }
  }

  private void git(GroundworkConfig.Git git) {
    positive("git.tip-interval", git.tipInterval());
    if (git.tipMaxAge().compareTo(git.tipInterval()) < 0) {
      fault("git.tip-max-age", "must not be shorter than git.tip-interval");
    }
    templates(git);
  }

  private void templates(GroundworkConfig.Git git) {
    for (String folder : TEMPLATES) {
      if (!Files.isDirectory(git.templateFolder().resolve(folder))) {
        fault("git.template-folder", "holds no folder " + folder + "; point it at the templates");
      }
    }
  }

  private void shared(GroundworkConfig.Shared shared) {
    path("shared.vault-values-file", shared.vaultValuesFile());
    path("shared.argo-policy-file", shared.argoPolicyFile());
    if (shared.vaultValuesFile().equals(shared.argoPolicyFile())) {
      fault("shared.argo-policy-file", "is the same file as shared.vault-values-file");
    }
    shared
        .argoPolicyNode()
        .filter(pointer -> !pointer.startsWith("/"))
        .ifPresent(pointer -> fault("shared.argo-policy-node", "must look like /data/policy.csv"));
    shared.forget().orElse(Set.of()).stream()
        .filter(name -> !isNameOfProject(name))
        .forEach(name -> fault("shared.forget", "must hold names of Projects, as shop-dev"));
  }

  private void path(String name, String path) {
    if (!REPOSITORY_PATH.matcher(path).matches()) {
      fault(name, "must be the path of a file in the repository, as a/b.yaml");
    }
  }

  private static boolean isNameOfProject(String name) {
    int dash = name.lastIndexOf('-');
    return dash > 0
        && SpecRules.isProjectId(name.substring(0, dash))
        && EnvironmentType.of(name.substring(dash + 1)).isPresent();
  }

  private void vault(GroundworkConfig.Vault vault) {
    if (vault.address().isEmpty()) {
      return;
    }
    address("vault.address", vault.address().get(), false);
    vault
        .tokenFile()
        .ifPresentOrElse(
            path -> file("vault.token-file", path), () -> file("vault.jwt-file", vault.jwtFile()));
    connection("vault", vault);
    tokens(vault);
  }

  private void tokens(GroundworkConfig.Vault vault) {
    if (vault.kvVersion() != 1 && vault.kvVersion() != 2) {
      fault("vault.kv-version", "must be 1 or 2");
    }
    if (vault.serviceAccounts().contains("*")) {
      fault("vault.service-accounts", "must name accounts; * would let every pod in");
    }
    if (vault.audience().isBlank()) {
      fault("vault.audience", "is empty; pods' tokens need an audience of their own");
    }
  }

  private void connection(String name, GroundworkConfig.Connection connection) {
    connection.caFile().ifPresent(path -> file(name + ".ca-file", path));
    connection
        .proxy()
        .filter(proxy -> proxy.getHost() == null || proxy.getPort() < 0)
        .ifPresent(proxy -> fault(name + ".proxy", "must look like http://proxy:3128"));
  }

  private void address(String name, URI address, boolean plainIsAllowed) {
    String scheme = Optional.ofNullable(address.getScheme()).orElse("");
    String host = Optional.ofNullable(address.getHost()).orElse("");
    if (host.isEmpty()) {
      fault(name, "is not an address; write it as https://host/path");
      return;
    }
    if (address.getUserInfo() != null) {
      fault(name, "holds a user; credentials belong into the credential file");
    }
    boolean plain = scheme.equals("http") && (plainIsAllowed || LOOPBACK.contains(host));
    if (!scheme.equals("https") && !plain) {
      fault(name, "must start with https://");
    }
  }

  private void file(String name, Path path) {
    try {
      if (!Files.isReadable(path)) {
        fault(name, "names a file that cannot be read: " + path);
      } else if (Files.readString(path).isBlank()) {
        fault(name, "names an empty file: " + path);
      }
    } catch (IOException unreadable) {
      fault(name, "names a file that cannot be read: " + path);
    }
  }

  private void positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      fault(name, "must be longer than nothing");
    }
  }

  private void fault(String name, String sentence) {
    faults.add("groundwork." + name + " " + sentence + ".");
  }
}

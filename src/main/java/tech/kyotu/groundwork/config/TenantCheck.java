package tech.kyotu.groundwork.config;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.EnvironmentType;

/**
 * Finds the faults of the settings that shape what Flux applies for a Project: there one wrong
 * object holds up all of them.
 */
final class TenantCheck {

  private static final Pattern CLUSTER_ROLE = Pattern.compile("[A-Za-z0-9:._-]{1,200}");

  /** The authorities stand in each Project's file. */
  private static final long MOST_AUTHORITIES = 64 << 10;

  private final GroundworkConfig config;
  private final BiConsumer<String, String> fault;

  /**
   * Nothing is checked yet.
   *
   * @param fault takes a setting's name and the rest of a sentence
   */
  TenantCheck(GroundworkConfig config, BiConsumer<String, String> fault) {
    this.config = config;
    this.fault = fault;
  }

  void all() {
    GroundworkConfig.Flux flux = config.flux();
    flux.role().forEach(this::role);
    amounts("flux.quota", flux.quota(), Amounts::quota);
    amounts("flux.container-defaults", flux.containerDefaults(), Amounts::ofContainers);
    boolean isMore =
        flux.secretStore()
            || flux.defaultDeny()
            || !flux.quota().isEmpty()
            || !flux.containerDefaults().isEmpty();
    if (isMore && config.git().layout() == GroundworkConfig.Layout.SHARED) {
      fault.accept(
          "git.layout",
          "is shared, where flux.secret-store, flux.quota, flux.container-defaults and"
              + " flux.default-deny have no file to stand in; leave these out");
    }
    if (flux.secretStore()) {
      secretStore(config.vault());
    }
  }

  private void role(EnvironmentType environment, String role) {
    if (!CLUSTER_ROLE.matcher(role).matches()) {
      fault.accept("flux.role." + environment.word(), "must be the name of a ClusterRole");
    }
  }

  private void amounts(
      String name, Map<EnvironmentType, String> settings, Function<String, Amounts> reading) {
    settings.forEach(
        (environment, text) -> {
          try {
            var unused = reading.apply(text);
          } catch (IllegalArgumentException why) {
            fault.accept(name + "." + environment.word(), String.valueOf(why.getMessage()));
          }
        });
  }

  private void secretStore(GroundworkConfig.Vault vault) {
    if (vault.address().isEmpty()) {
      fault.accept("flux.secret-store", "needs vault.address");
    }
    if (!vault.serviceAccounts().contains("vault-reader")) {
      fault.accept(
          "flux.secret-store", "logs in as vault-reader; add it to vault.service-accounts");
    }
    vault
        .caFile()
        .filter(file -> file.toFile().length() > MOST_AUTHORITIES)
        .ifPresent(
            file ->
                fault.accept(
                    "flux.secret-store",
                    "puts vault.ca-file into each Project's file; name a file of at most 64 KiB"));
  }
}

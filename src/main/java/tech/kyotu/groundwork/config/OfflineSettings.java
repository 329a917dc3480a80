package tech.kyotu.groundwork.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings without a running operator: the framework's own mapping, but the sources are named.
 * What only a running operator needs may be missing.
 *
 * @param config the settings; addresses and credentials that are missing name nothing that exists
 * @param unset settings that files are made from and that nobody gave, though they have no default
 * @param remarks what a person should know of how they came about, in sentences
 */
public record OfflineSettings(GroundworkConfig config, List<String> unset, List<String> remarks) {

  private static final String TEMPLATE_FOLDER = "groundwork.git.template-folder";
  private static final String HERE = ".";

  /** Stands for what has no default. The host cannot exist, and says whose place it takes. */
  private static final Map<String, String> MISSING =
      Map.of(
          "groundwork.gitlab.url", "https://not-set.invalid/gitlab.url",
          "groundwork.gitlab.token-file", "not-set/gitlab.token-file",
          "groundwork.registry.host", "not-set.invalid",
          "groundwork.git.flux.url", "https://not-set.invalid/git.flux.url",
          "groundwork.git.flux.credential-file", "not-set/git.flux.credential-file",
          "groundwork.git.deployment.url", "https://not-set.invalid/git.deployment.url",
          "groundwork.git.deployment.credential-file", "not-set/git.deployment.credential-file");

  /** Copies the lists. */
  public OfflineSettings {
    unset = List.copyOf(unset);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads settings, each from the first of these that has it: the folder of templates, the
   * environment, the last file.
   *
   * @param files properties, or manifests of an installation
   * @param variables of the environment; those of other names are passed over
   * @param templates folder of the templates; empty: as the settings say
   * @param shipped folder of the templates that came with Groundwork, for settings whose folder is
   *     not on this machine
   * @throws InvalidSettingsException if one or more cannot be worked with
   */
  public static OfflineSettings read(
      List<Path> files,
      Map<String, String> variables,
      Optional<Path> templates,
      Optional<Path> shipped) {
    Map<String, String> written = SettingsFiles.read(files);
    List<String> remarks = new ArrayList<>();
    GroundworkConfig config = mapped(written, variables, templates);
    Path folder = config.git().templateFolder();
    if (templates.isEmpty() && shipped.isPresent() && !holdsTemplates(folder)) {
      config = mapped(written, variables, shipped);
      if (!folder.equals(Path.of(HERE))) {
        remarks.add(
            "%s of %s is not here, so the templates that came with Groundwork are used. Name yours with --templates."
                .formatted(folder, TEMPLATE_FOLDER));
      }
    }
    SettingsCheck.checkFiles(config);
    return new OfflineSettings(config, unset(config), remarks);
  }

  private static boolean holdsTemplates(Path folder) {
    return SettingsCheck.TEMPLATES.stream().map(folder::resolve).allMatch(Files::isDirectory);
  }

  private static GroundworkConfig mapped(
      Map<String, String> written, Map<String, String> variables, Optional<Path> templates) {
    Map<String, String> ours = new HashMap<>(variables);
    ours.keySet().removeIf(name -> !name.startsWith("GROUNDWORK_"));
    Map<String, String> chosen = new HashMap<>();
    templates.ifPresent(folder -> chosen.put(TEMPLATE_FOLDER, folder.toString()));
    try {
      return new SmallRyeConfigBuilder()
          .addDefaultInterceptors()
          .withConverter(Duration.class, 200, new DurationConverter())
          .withConverter(MemorySize.class, 200, new MemorySizeConverter())
          .withDefaultValue("java.io.tmpdir", System.getProperty("java.io.tmpdir"))
          .withSources(
              new PropertiesConfigSource(chosen, "--templates", 400),
              new EnvConfigSource(ours, 300),
              new PropertiesConfigSource(written, "--settings", 200),
              new PropertiesConfigSource(MISSING, "not set", 10))
          .withMapping(GroundworkConfig.class)
          .build()
          .getConfigMapping(GroundworkConfig.class);
    } catch (ConfigValidationException invalid) {
      throw InvalidSettingsException.in(invalid).orElseThrow(() -> invalid);
    }
  }

  private static List<String> unset(GroundworkConfig config) {
    List<String> unset = new ArrayList<>();
    if (config.argo().repositoryUrl().isEmpty() && isMissing(config.git().deployment().url())) {
      unset.add("groundwork.git.deployment.url");
    }
    if (config.argo().groupSource() && isMissing(config.gitlab().url())) {
      unset.add("groundwork.gitlab.url");
    }
    return unset;
  }

  private static boolean isMissing(URI address) {
    return MISSING.containsValue(address.toString());
  }
}

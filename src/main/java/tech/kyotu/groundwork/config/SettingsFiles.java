package tech.kyotu.groundwork.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tech.kyotu.groundwork.api.EnvironmentType;

/**
 * Settings as an installation keeps them in files: properties, a ConfigMap, or the environment of a
 * Deployment's containers. Names are those of the settings or of the environment; what else such a
 * file holds is passed over, but a name of ours that is no setting is a fault.
 */
final class SettingsFiles {

  private static final String PREFIX = "groundwork.";
  private static final String VARIABLE = "GROUNDWORK_";

  /** Names of settings, by the name of their variable. */
  private final Map<String, String> names = new HashMap<>();

  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int seen;

  private SettingsFiles() {
    for (String name :
        ConfigMappings.getProperties(ConfigClass.configClass(GroundworkConfig.class)).keySet()) {
      if (name.endsWith(".*")) {
        for (EnvironmentType environment : EnvironmentType.values()) {
          know(name.replace("*", environment.word()));
        }
      } else {
        know(name);
      }
    }
  }

  private void know(String name) {
    names.put(name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), name);
  }

  /**
   * All settings of these files, the later ones winning.
   *
   * @return by full name, {@code groundwork.git.layout}
   * @throws InvalidSettingsException if a file cannot be read, holds no setting or an unknown one
   */
  static Map<String, String> read(List<Path> files) {
    SettingsFiles read = new SettingsFiles();
    files.forEach(read::file);
    if (!read.faults.isEmpty()) {
      throw new InvalidSettingsException(read.faults);
    }
    return read.settings;
  }

  private void file(Path file) {
    int before = seen + faults.size();
    try {
      String text = Files.readString(file, UTF_8);
      if (file.toString().matches(".*[.](ya?ml|json)")) {
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
          manifest(document, file);
        }
      } else {
        properties(text, file);
      }
    } catch (IOException unreadable) {
      faults.add("%s cannot be read. Name a file with settings.".formatted(file));
    } catch (YAMLException broken) {
      faults.add(
          "%s is no YAML: %s. Mend it there."
              .formatted(file, String.valueOf(broken.getMessage()).lines().findFirst().orElse("")));
    }
    if (seen + faults.size() == before) {
      faults.add(
          "%s holds no setting of Groundwork. Name properties (groundwork.git.layout=shared),"
                  .formatted(file)
              + " or a Deployment or ConfigMap with GROUNDWORK_GIT_LAYOUT.");
    }
  }

  private void properties(String text, Path file) throws IOException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException broken) {
      faults.add("%s is no properties file. Mend its escapes.".formatted(file));
    }
    for (String name : properties.stringPropertyNames()) {
      setting(name, properties.getProperty(name), file);
    }
  }

  private void manifest(@Nullable Object document, Path file) throws IOException {
    for (Object item : items(field(document, "items"))) {
      manifest(item, file);
    }
    if ("ConfigMap".equals(field(document, "kind"))
        && field(document, "data") instanceof Map<?, ?> data) {
      for (Map.Entry<?, ?> entry : data.entrySet()) {
        String name = String.valueOf(entry.getKey());
        String value = String.valueOf(entry.getValue());
        if (name.endsWith(".properties")) {
          properties(value, file);
        } else {
          setting(name, value, file);
        }
      }
    }
    Object pod = field(field(field(document, "spec"), "template"), "spec");
    for (Object container : items(field(pod, "containers"))) {
      for (Object variable : items(field(container, "env"))) {
        Object value = field(variable, "value");
        if (value != null) {
          setting(String.valueOf(field(variable, "name")), String.valueOf(value), file);
        }
      }
    }
  }

  private static @Nullable Object field(@Nullable Object node, String name) {
    return node instanceof Map<?, ?> map ? map.get(name) : null;
  }

  private static List<?> items(@Nullable Object node) {
    return node instanceof List<?> list ? list : List.of();
  }

  private void setting(String given, String value, Path file) {
    String name = given.startsWith(VARIABLE) ? names.get(given) : given;
    if (name == null || (name.startsWith(PREFIX) && !isKnown(name))) {
      faults.add(
          "%s in %s is no setting. The table of settings in README.md lists them; mend its name."
              .formatted(given, file));
    } else if (name.startsWith(PREFIX)) {
      settings.put(name, value);
      seen++;
    }
  }

  /** Items of a list may be set one by one. */
  private boolean isKnown(String name) {
    return names.containsValue(name.replaceFirst("\\[[0-9]+]$", ""));
  }
}

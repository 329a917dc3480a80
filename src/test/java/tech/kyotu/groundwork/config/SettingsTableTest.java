package tech.kyotu.groundwork.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** README's table of settings is what people configure from; it must not drift from the code. */
class SettingsTableTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `(groundwork\\.[^`]+)` \\| (.*?) \\| (.+) \\|");

  @Test
  void readmeListsEverySettingWithItsDefaultAndAMeaning() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Set<String> documented =
        ROW.matcher(readme)
            .results()
            .map(row -> row.group(1) + " = " + row.group(2))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> declared = new TreeSet<>();
    collect(GroundworkConfig.class, "groundwork.", declared);

    assertThat(documented).isEqualTo(declared);
  }

  private static void collect(Class<?> settings, String prefix, Set<String> into) {
    for (Method method : settings.getMethods()) {
      String name = prefix + kebab(method.getName());
      if (method.getReturnType().isInterface()
          && method.getReturnType().getName().startsWith(GroundworkConfig.class.getName())) {
        collect(method.getReturnType(), name + ".", into);
      } else if (Map.class.equals(method.getReturnType())) {
        into.add(name + ".<environment> = none");
      } else {
        into.add(name + " = " + defaultOf(method));
      }
    }
  }

  private static String defaultOf(Method method) {
    WithDefault given = method.getAnnotation(WithDefault.class);
    if (given != null) {
      return "`" + given.value() + "`";
    }
    boolean isOptional =
        method.getGenericReturnType() instanceof ParameterizedType type
            && Optional.class.equals(type.getRawType());
    return isOptional ? "none" : "**required**";
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}

package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What a scenario prints, as {@code docs/scenarios} keeps it. What differs from run to run is
 * replaced by a word. System property {@code groundwork.scenarios.record} writes the file anew.
 */
final class Recording {
  private static final String ANEW = "groundwork.scenarios.record";

  private static final Map<String, String> DIFFERING = new LinkedHashMap<>();

  static {
    DIFFERING.put("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "UID");
    DIFFERING.put("\\b\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z", "TIME");
    DIFFERING.put("\\b\\d{4}-\\d{2}-\\d{2}( at)? \\d{2}:\\d{2}(:\\d{2})?( UTC)?", "TIME");
    DIFFERING.put("\\b\\d{2}:\\d{2}(:\\d{2})?( UTC)?\\b", "TIME");
    DIFFERING.put("\\b\\d{4}-\\d{2}-\\d{2}\\b", "DATE");
    DIFFERING.put("\\b(?=[0-9a-f]*\\d)[0-9a-f]{7}([0-9a-f]{33})?\\b", "COMMIT");
    DIFFERING.put("127[.]0[.]0[.]1:\\d+", "HOST");
    DIFFERING.put("\\(\\d{4,}\\)", "(ID)");
    DIFFERING.put("([Tt]oken|Group) \\d+", "$1 ID");
    // An event tells of the moment at which it came up.
    DIFFERING.put("(?m)^(  Warning .*) \\d of 6 in place", "$1 N of 6 in place");
    DIFFERING.put("\\b(since|in|for|after|within) (\\d+(ms|s|m|h|d) ?)+", "$1 AGE ");
    DIFFERING.put("\\b(in|after|for|within) \\d+ (second|minute|hour|day)s?\\b", "$1 AGE");
  }

  private final String text;
  private final Path file;

  /** What was printed by the scenario of this name. */
  Recording(String name, String printed) {
    this.text = normalised(printed);
    this.file = ServerBinary.projectRoot().resolve("docs/scenarios").resolve(name + ".txt");
  }

  /** Keeps it, if that was asked for; else it must be as it was kept. */
  void keepOrCompare() {
    try {
      if (Boolean.getBoolean(ANEW)) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
      }
      assertThat(text)
          .as("%s; if this is right, record it by -D%s=true", file.getFileName(), ANEW)
          .isEqualTo(Files.readString(file, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String normalised(String printed) {
    String text = printed.strip() + "\n";
    for (Map.Entry<String, String> each : DIFFERING.entrySet()) {
      text = text.replaceAll(each.getKey(), each.getValue());
    }
    return text.replaceAll("(?m)[ ]+$", "");
  }
}

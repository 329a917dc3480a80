package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of Argo CD's policy as Argo CD 2 and 3 read it: trimmed, a comment if it begins with
 * {@code #}, else comma-separated, blanks before a field left out.
 */
final class PolicyLine {

  /** One field with the comma or end behind it; a quoted one doubles its quotes. */
  private static final Pattern FIELD =
      Pattern.compile("\\s*(?:\"((?:[^\"]++|\"\")*+)\"|([^\",]*))(,|$)");

  private static final Pattern PLAIN = Pattern.compile("[^#\\s][^,\"\\p{Cntrl}\\u2028\\u2029]*");

  private PolicyLine() {}

  /**
   * The fields of a line.
   *
   * @return no fields if it says nothing; empty if Argo CD could not read it
   */
  static Optional<List<String>> fields(String line) {
    String trimmed = line.strip();
    List<String> fields = new ArrayList<>();
    if (trimmed.isEmpty() || trimmed.startsWith("#")) {
      return Optional.of(fields);
    }
    Matcher field = FIELD.matcher(trimmed);
    boolean goesOn = true;
    while (goesOn) {
      if (!field.lookingAt()) {
        return Optional.empty();
      }
      String quoted = field.group(1);
      fields.add(quoted == null ? field.group(2).strip() : quoted.replace("\"\"", "\""));
      goesOn = field.group(3).equals(",");
      field.region(field.end(), trimmed.length());
    }
    return isWhole(fields) ? Optional.of(fields) : Optional.empty();
  }

  private static boolean isWhole(List<String> fields) {
    return switch (fields.get(0)) {
      case "" -> false;
      case "p" -> fields.size() == 6;
      case "g" -> fields.size() == 3;
      default -> true;
    };
  }

  /** The role that a line gives something to; empty if it is none of those. */
  static String role(List<String> fields) {
    return switch (fields.isEmpty() ? "" : fields.get(0)) {
      case "p" -> fields.get(1).strip();
      case "g" -> fields.get(2).strip();
      default -> "";
    };
  }

  /**
   * A line of these fields.
   *
   * @throws IllegalArgumentException if a field could become another field, line or comment
   */
  static String of(String... fields) {
    for (String field : fields) {
      if (!PLAIN.matcher(field).matches()) {
        throw new IllegalArgumentException("a field of a policy holds a forbidden character");
      }
    }
    return String.join(", ", fields);
  }
}

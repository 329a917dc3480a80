package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** The policies that ship for the operator itself, filled in as their first lines say. */
public final class OperatorPolicy {

  private OperatorPolicy() {}

  /** For an engine of this path and version. */
  public static String rendered(String mount, String kubernetes, int kvVersion) {
    return text("operator-policy.hcl")
        .lines()
        .filter(line -> kvVersion == 2 || !line.endsWith("#v2"))
        .map(line -> kvVersion == 1 ? line.replaceFirst("^#v1 ", "") : line)
        .map(line -> line.replace("<mount>", mount).replace("<kubernetes>", kubernetes))
        .collect(Collectors.joining("\n"));
  }

  /** The one beside it, for the time of a move. */
  static String ofTheMove() {
    return text("take-over-policy.hcl");
  }

  private static String text(String name) {
    try (InputStream file = OperatorPolicy.class.getResourceAsStream("/vault/" + name)) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

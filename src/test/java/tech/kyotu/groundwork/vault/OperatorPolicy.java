package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** The policy that ships for the operator itself, filled in as its first lines say. */
final class OperatorPolicy {

  private OperatorPolicy() {}

  /** For an engine of this path and version. */
  static String rendered(String mount, String kubernetes, int kvVersion) {
    return text()
        .lines()
        .filter(line -> kvVersion == 2 || !line.endsWith("#v2"))
        .map(line -> kvVersion == 1 ? line.replaceFirst("^#v1 ", "") : line)
        .map(line -> line.replace("<mount>", mount).replace("<kubernetes>", kubernetes))
        .collect(Collectors.joining("\n"));
  }

  private static String text() {
    try (InputStream file =
        OperatorPolicy.class.getResourceAsStream("/vault/operator-policy.hcl")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.OfflinePlans;
import tech.kyotu.groundwork.testing.MovableClock;

/**
 * One call of the command line, in this process.
 *
 * @param code the exit code
 * @param out the answer
 * @param err what was said beside it
 */
record Typed(int code, String out, String err) {

  /** Types a line, whose words are parted by single blanks; ten minutes after the fixtures. */
  static Typed at(ApiServer server, String line) {
    return at(server, Map.of(), false, "", line);
  }

  static Typed at(
      ApiServer server,
      Map<String, String> variables,
      boolean terminal,
      String piped,
      String line) {
    return at(flags -> server, variables, terminal, piped, line);
  }

  static Typed at(
      Surroundings.Door door,
      Map<String, String> variables,
      boolean terminal,
      String piped,
      String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    MovableClock clock = MovableClock.at("2026-11-20T12:14:00Z");
    Surroundings around =
        new Surroundings(
            new PrintWriter(out),
            new PrintWriter(err),
            new ByteArrayInputStream(piped.getBytes(UTF_8)),
            variables,
            terminal,
            clock,
            (end, wait) -> {
              clock.advance(wait);
              return clock.instant().isBefore(end);
            },
            door,
            () -> new OfflinePlans(Optional.empty(), clock));
    int code = Kubectl.run(around, line.isEmpty() ? new String[0] : line.split(" ", -1));
    return new Typed(code, out.toString(), err.toString());
  }
}

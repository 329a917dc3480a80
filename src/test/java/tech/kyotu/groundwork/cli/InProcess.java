package tech.kyotu.groundwork.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tech.kyotu.groundwork.OfflinePlans;

/**
 * The command line, called by a program of the test tree in its own process: it is the same code,
 * and no JVM has to start for one answer.
 *
 * @param kubeconfig as whom the API server is asked
 * @param operatorUrl where the operator answers people
 * @param clock by which ages are told
 */
public record InProcess(Path kubeconfig, String operatorUrl, Clock clock) {

  private static final Set<String> WITHOUT_SERVER = Set.of("explain", "new", "completion");

  /**
   * What a verb said.
   *
   * @param code its exit code
   * @param out the answer
   * @param err what was said beside it
   */
  public record Said(int code, String out, String err) {}

  /** Types a verb with its words; returns the answer and what was said beside it. */
  public String type(String... words) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    var unused = run(writer, writer, (end, wait) -> false, words);
    return said.toString();
  }

  /** Types a verb with its words, and waits as a person's own command line does. */
  public Said run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = run(new PrintWriter(out), new PrintWriter(err), Kubectl::pause, words);
    return new Said(code, out.toString(), err.toString());
  }

  private int run(PrintWriter out, PrintWriter err, Pause pause, String... words) {
    Surroundings around =
        new Surroundings(
            out,
            err,
            InputStream.nullInputStream(),
            Map.of("OPERATOR_URL", operatorUrl),
            false,
            clock,
            pause,
            Fabric8ApiServer::open,
            () -> new OfflinePlans(Optional.empty(), clock));
    Stream<String> where =
        WITHOUT_SERVER.contains(words[0])
            ? Stream.empty()
            : Stream.of("--kubeconfig", kubeconfig.toString());
    return Kubectl.run(around, Stream.concat(Arrays.stream(words), where).toArray(String[]::new));
  }
}

package tech.kyotu.groundwork.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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

  /** Types a verb with its words; returns the answer and what was said beside it. */
  public String type(String... words) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    Surroundings around =
        new Surroundings(
            writer,
            writer,
            InputStream.nullInputStream(),
            Map.of("OPERATOR_URL", operatorUrl),
            false,
            clock,
            (end, wait) -> false,
            Fabric8ApiServer::open,
            () -> new OfflinePlans(Optional.empty(), clock));
    var unused =
        Kubectl.run(
            around,
            Stream.concat(Arrays.stream(words), Stream.of("--kubeconfig", kubeconfig.toString()))
                .toArray(String[]::new));
    return said.toString();
  }
}

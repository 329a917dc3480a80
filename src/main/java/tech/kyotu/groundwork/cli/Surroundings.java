package tech.kyotu.groundwork.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Everything around a call of the command line, so that tests can put themselves there.
 *
 * @param out for the answer
 * @param err for remarks and trouble
 * @param in what is piped in
 * @param variables of the environment
 * @param terminal whether a person reads the answer
 * @param clock the time
 * @param pause how to wait
 * @param door the way to the API server
 * @param offline the operator's own steps on files alone
 */
record Surroundings(
    PrintWriter out,
    PrintWriter err,
    InputStream in,
    Map<String, String> variables,
    boolean terminal,
    Clock clock,
    Pause pause,
    Door door,
    Supplier<OfflineSteps> offline) {

  /** Opens the way to the API server; only verbs that need it do. */
  interface Door {
    /**
     * Reads the kubeconfig.
     *
     * @throws Failure if there is none to use
     */
    ApiServer open(Flags flags);
  }

  Screen screen(Flags flags) {
    return new Screen(
        out,
        err,
        terminal && !flags.colourless && variables.getOrDefault("NO_COLOR", "").isEmpty(),
        flags.quiet);
  }
}

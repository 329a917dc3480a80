package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code kubectl project}: the verbs, and what becomes of their trouble. */
@Command(
    name = "kubectl project",
    synopsisSubcommandLabel = "VERB",
    description = "Projects of Groundwork: where they stand, why, and what would change.",
    footer = {
      "",
      "Exit codes: 0 fine; 1 not Ready, or there are changes, or a check failed; 2 wrong use;"
          + " 3 not found; 4 not allowed; 5 not reachable, or not read in full; 6 time is over;"
          + " 7 Stalled; 10 a bug."
    },
    subcommands = {
      Get.class,
      Trace.class,
      Plan.class,
      Render.class,
      Wait.class,
      Reconcile.class,
      Suspend.class,
      Resume.class,
      Rotate.class,
      Check.class,
      Access.class,
      Import.class,
      Explain.class,
      Events.class,
      Orphans.class,
      New.class,
      Completion.class
    })
public final class Kubectl implements Runnable {

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Says how, and ends.")
  boolean help;

  private final Surroundings around;

  Kubectl(Surroundings around) {
    this.around = around;
  }

  /**
   * Runs a verb and ends the process with its exit code.
   *
   * @param offline the operator's own steps on files alone; asked by the verbs that need them
   */
  public static void main(String[] args, Supplier<OfflineSteps> offline) {
    PrintWriter out = writer(System.out);
    PrintWriter err = writer(System.err);
    // The script tells; Java knows only of both ends together, and not alike in each version.
    boolean terminal = Boolean.getBoolean("groundwork.cli.terminal");
    Surroundings around =
        new Surroundings(
            out,
            err,
            System.in,
            System.getenv(),
            terminal,
            Clock.systemUTC(),
            Kubectl::pause,
            // Not a method reference: that would load the client before anybody needs it.
            flags -> Fabric8ApiServer.open(flags),
            offline);
    int code = run(around, args);
    out.flush();
    err.flush();
    // The client's threads would keep the process alive.
    System.exit(code);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), false);
  }

  /** Waits, but not beyond the end; says whether there is time left then. */
  static boolean pause(Instant end, Duration wait) {
    Duration left = Duration.between(Instant.now(), end);
    try {
      Thread.sleep(Math.max(0, Math.min(left.toMillis(), wait.toMillis())));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
    return left.compareTo(wait) > 0;
  }

  /**
   * Runs a verb.
   *
   * @return the exit code
   */
  static int run(Surroundings around, String... args) {
    CommandLine line = new CommandLine(new Kubectl(around));
    line.setOut(around.out());
    line.setErr(around.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.registerConverter(Duration.class, new Amount());
    line.setParameterExceptionHandler(Kubectl::wrongUse);
    line.setExecutionExceptionHandler(Kubectl::trouble);
    return line.execute(args);
  }

  /** Without a verb there is nothing to do but to say which there are. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Which verb? For example: kubectl project get.");
  }

  Surroundings around() {
    return around;
  }

  Session open(Flags flags) {
    return new Session(around, flags);
  }

  private static int wrongUse(ParameterException wrong, String[] args) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    String said = String.valueOf(wrong.getMessage());
    err.println("error: " + (said.endsWith(".") ? said : said + "."));
    List<String> near =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    if (!near.isEmpty()) {
      err.println("Did you mean: " + String.join(", ", near) + "?");
    }
    err.println("%s --help shows how.".formatted(line.getCommandSpec().qualifiedName()));
    err.flush();
    return ExitCode.WRONG_USE.number();
  }

  private static int trouble(Exception trouble, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    try {
      if (trouble instanceof Failure failure) {
        err.println("error: " + failure.sentence());
        return failure.code().number();
      }
      err.println(
          "error: a bug in kubectl project (%s). Report it with id %s; -v shows the place."
              .formatted(trouble.getClass().getSimpleName(), idOf(trouble)));
      if (line.getParseResult().hasMatchedOption("-v")) {
        trouble.printStackTrace(err);
      }
      return ExitCode.BUG.number();
    } finally {
      err.flush();
    }
  }

  /** The same bug has the same id, wherever it happens. */
  private static String idOf(Exception bug) {
    CRC32 place = new CRC32();
    place.update(bug.getClass().getName().getBytes(UTF_8));
    for (StackTraceElement at : bug.getStackTrace()) {
      if (at.getClassName().startsWith(Kubectl.class.getPackageName())) {
        place.update((at.getClassName() + at.getMethodName() + at.getLineNumber()).getBytes(UTF_8));
      }
    }
    return String.format(Locale.ROOT, "%08x", place.getValue());
  }
}

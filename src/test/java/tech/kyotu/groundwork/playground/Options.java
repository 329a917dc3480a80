package tech.kyotu.groundwork.playground;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What was asked for on the command line; the script {@code ./playground} tells of them itself,
 * before it builds anything.
 *
 * @param check read everything back, delete everything, and end
 * @param serversOnly no operator and no samples
 * @param restartOperator start the operator again when it ends
 * @param scenario play this one and end; empty for the samples
 * @param listsScenarios only name them
 * @param verbose show the operator's log as it comes
 * @param wishes how the world is to be
 */
record Options(
    boolean check,
    boolean serversOnly,
    boolean restartOperator,
    Optional<Scenario> scenario,
    boolean listsScenarios,
    boolean verbose,
    Wishes wishes) {

  /** A command line that cannot be meant; the message is one sentence with the fix. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;

    Mistake(String message) {
      super(message);
    }
  }

  static Options parse(String... arguments) throws Mistake {
    Reader reader = new Reader(List.of(arguments));
    reader.readAll();
    if (reader.check && reader.serversOnly) {
      throw new Mistake("--check needs the operator; leave out --servers-only.");
    }
    if (reader.check && reader.shared) {
      throw new Mistake("--check reads a file for each Project; leave out --layout shared.");
    }
    if (reader.scenario.isPresent() && (reader.check || reader.serversOnly || reader.shared)) {
      throw new Mistake(
          "--scenario plays by itself; leave out --check, --servers-only and --layout.");
    }
    Wishes wishes =
        new Wishes(
            ServerBinary.projectRoot().resolve("target/playground"),
            reader.data,
            reader.keep,
            reader.vault,
            reader.followers,
            false,
            false,
            reader.gitlabLatency,
            reader.pushLatency,
            reader.port,
            Optional.of(reader.ahead),
            reader.shared);
    return new Options(
        reader.check,
        reader.serversOnly,
        reader.restartOperator,
        reader.scenario,
        reader.listsScenarios,
        reader.verbose,
        wishes);
  }

  /** Reads one word after the other. */
  private static final class Reader {
    private final Deque<String> words;
    private boolean check;
    private boolean serversOnly;
    private boolean restartOperator;
    private boolean verbose;
    private boolean keep;
    private boolean vault = true;
    private final Set<Follower> followers = EnumSet.noneOf(Follower.class);
    private Optional<Path> data = Optional.empty();
    private Duration gitlabLatency = Duration.ZERO;
    private Duration pushLatency = Duration.ZERO;
    private int port;
    private Duration ahead = Duration.ZERO;
    private boolean shared;
    private Optional<Scenario> scenario = Optional.empty();
    private boolean listsScenarios;

    Reader(List<String> words) {
      this.words = new ArrayDeque<>(words);
    }

    void readAll() throws Mistake {
      while (!words.isEmpty()) {
        read(words.pop());
      }
    }

    private void read(String word) throws Mistake {
      switch (word) {
        case "--check" -> check = true;
        case "--servers-only" -> serversOnly = true;
        case "--restart-operator" -> restartOperator = true;
        case "--keep" -> keep = true;
        case "-v" -> verbose = true;
        case "--with" -> add(value(word, "flux,argocd"));
        case "--without" -> leaveOut(value(word, "vault"));
        case "--data" -> data = Optional.of(Path.of(value(word, "a folder")).toAbsolutePath());
        case "--gitlab-latency" -> gitlabLatency = Duration.ofMillis(number(word, 0, 60_000));
        case "--push-latency" -> pushLatency = Duration.ofMillis(number(word, 0, 60_000));
        case "--clock" -> ahead = days(word);
        case "--layout" -> layout(value(word, "per-project or shared"));
        case "--scenario" -> scenario(value(word, "a name, or list"));
        case "--port" -> port = number(word, 1024, 65_533);
        default ->
            throw new Mistake(
                "'" + word + "' is no option; ./playground --help lists the ones there are.");
      }
    }

    private void add(String names) throws Mistake {
      for (String name : names.split(",", -1)) {
        followers.add(
            Follower.of(name)
                .orElseThrow(
                    () ->
                        new Mistake(
                            "'"
                                + name
                                + "' cannot be added; write --with flux, --with argocd or"
                                + " --with flux,argocd.")));
      }
    }

    private void leaveOut(String server) throws Mistake {
      if (!server.equals("vault")) {
        throw new Mistake("Only vault can be left out; write --without vault.");
      }
      vault = false;
    }

    private void layout(String name) throws Mistake {
      if (!name.equals("shared") && !name.equals("per-project")) {
        throw new Mistake("'" + name + "' is no layout; write per-project or shared.");
      }
      shared = name.equals("shared");
    }

    private void scenario(String name) throws Mistake {
      listsScenarios = name.equals("list");
      scenario = Scenario.of(name);
      if (scenario.isEmpty() && !listsScenarios) {
        throw new Mistake(
            "'"
                + name
                + "' is no scenario; ./playground --scenario list names the ones there are.");
      }
    }

    private Duration days(String option) throws Mistake {
      String text = value(option, "+60d");
      if (text.matches("[+][0-9]{1,3}d")) {
        return Duration.ofDays(Integer.parseInt(text.substring(1, text.length() - 1)));
      }
      throw new Mistake(option + " takes days from now, as +60d, not '" + text + "'.");
    }

    private String value(String option, String what) throws Mistake {
      if (words.isEmpty() || words.peek().startsWith("-")) {
        throw new Mistake(option + " needs a value; write " + option + " and " + what + ".");
      }
      return words.pop();
    }

    private int number(String option, int least, int most) throws Mistake {
      String text = value(option, "a number");
      if (text.matches("[0-9]{1,9}")) {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw new Mistake(
          option + " takes a number from " + least + " to " + most + ", not '" + text + "'.");
    }
  }
}
